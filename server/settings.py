"""Settings of every Teller process: read once, typed, and complete.

Each setting is an environment variable with the prefix ``TELLER_`` (or a line in ``.env`` in the
checkout); ``DATABASE_URL`` and ``RASA_PYTHON`` keep the names that everybody knows.
``docs/settings.md`` lists them all and is held against this module by a test.
"""

from __future__ import annotations

import difflib
import os
import secrets
from pathlib import Path
from typing import Annotated, Literal, Self

from dotenv import dotenv_values
from pydantic import Field, HttpUrl, SecretStr, TypeAdapter, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "TELLER_"

# Read by Teller's parts but set by the supervisor or by a test, never by an operator.
INTERNAL = {
    "TELLER_TRACKER_URL",
    "TELLER_KNOWLEDGE_INDEX",
    "TELLER_HELP_URL",
}


# Never shown in an error.
_HIDDEN = {"assistant_secret", "database_url", "DATABASE_URL"}


class SettingsError(Exception):
    """Settings are wrong; the text names every key, its value and what is expected."""


class Settings(BaseSettings):
    """All settings with their defaults. Times are in seconds unless the name says otherwise."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=ROOT / ".env",
        extra="ignore",
        frozen=True,
        populate_by_name=True,
    )

    # Where things are
    database_url: SecretStr | None = Field(
        None,
        validation_alias="DATABASE_URL",
        description="PostgreSQL to use. Empty: an embedded one that Teller starts itself.",
    )
    rasa_python: Path | None = Field(
        None,
        validation_alias="RASA_PYTHON",
        description="Python 3.10 for Rasa's environment. Empty: looked for by `make`.",
    )
    state_dir: Path = Field(
        ROOT / "var", description="Folder of everything that a running Teller writes."
    )
    articles: Path = Field(ROOT / "knowledge" / "articles", description="Folder of the articles.")
    facts: Path = Field(
        ROOT / "knowledge" / "facts.yml", description="The exchange's numbers, used by articles."
    )
    index: Path = Field(
        ROOT / "models" / "index", description="Folder of the built knowledge index."
    )
    encoder: Path = Field(
        ROOT / "models" / "encoder", description="Folder of the sentence encoder."
    )
    model: Path = Field(ROOT / "models" / "teller.tar.gz", description="The trained Rasa model.")

    # The public door
    host: str = Field("127.0.0.1", description="Address that the public server listens on.")
    port: int = Field(8080, ge=1, le=65535, description="Port of the public server.")
    port_taken: Literal["next", "fail"] = Field(
        "next",
        description="When the port is taken: `next` tries the 20 after it, `fail` stops.",
    )
    public_url: HttpUrl | None = Field(
        None, description="Address customers see, behind a proxy. Empty: http://HOST:PORT."
    )
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        ("*",),
        description="Sites that may embed the widget, comma-separated origins, or `*`.",
    )
    trusted_proxies: int = Field(
        0, ge=0, le=8, description="How many proxies in front may set X-Forwarded-For."
    )
    demo: bool = Field(
        default_factory=lambda known: _is_loopback(known),
        description=(
            "Demo mode: the demo exchange's page, and agents whose sign-ins are printed. Empty: "
            "only while listening on loopback without a public address."
        ),
    )

    # Between the processes
    assistant_port: int = Field(5105, ge=1, le=65535, description="Port of Rasa, loopback only.")
    actions_port: int = Field(
        5155, ge=1, le=65535, description="Port of the action server, loopback only."
    )
    assistant_url: HttpUrl | None = Field(
        None, description="Address of Rasa when it runs elsewhere. Empty: this machine."
    )
    actions_url: HttpUrl | None = Field(
        None, description="Address of the action server when it runs elsewhere."
    )
    assistant_secret: SecretStr | None = Field(
        None,
        min_length=16,
        description="Shared secret of server and Rasa. Empty: made once, kept in the state folder.",
    )

    # Behaviour
    assistant_timeout: float = Field(
        15.0, gt=0, le=120, description="How long one turn of the assistant may take."
    )
    assistant_grace: float = Field(
        60.0,
        ge=0,
        le=600,
        description="How long a message waits for a starting assistant before it goes to a person.",
    )
    session_hours: int = Field(
        24 * 30, ge=1, le=24 * 366, description="How long a widget session lasts when unused."
    )
    agent_session_hours: int = Field(
        12, ge=1, le=24 * 7, description="How long an agent stays signed in."
    )
    answer_hours: float = Field(
        4.0,
        gt=0,
        le=24 * 7,
        description="Within how many hours a person answers, told while none is online.",
    )
    message_limit: int = Field(
        4000, ge=200, le=20000, description="Longest message that is kept, in characters."
    )
    message_rate: float = Field(
        1.0, gt=0, le=100, description="Messages per second one contact may send on average."
    )
    message_burst: int = Field(
        10, ge=1, le=1000, description="Messages one contact may send at once."
    )
    worker_concurrency: int = Field(
        8, ge=1, le=100, description="Turns that one worker handles at the same time."
    )
    learn_every_hours: int = Field(
        6,
        ge=0,
        le=24,
        description=(
            "How often messages without a good answer are collected and grouped. 0: only by "
            "`teller learn`."
        ),
    )
    log_format: Literal["auto", "json", "console"] = Field(
        "auto", description="Log lines: `json`, `console`, or `auto` by what reads them."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least severity that is logged."
    )

    @field_validator("allowed_origins", mode="before")
    @classmethod
    def _split_origins(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip().rstrip("/") for part in value.split(",") if part.strip())
        return value

    @field_validator("allowed_origins")
    @classmethod
    def _check_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            if origin == "*":
                continue
            url = TypeAdapter(HttpUrl).validate_python(origin)
            if url.path not in (None, "/") or url.query or url.fragment:
                raise ValueError(f"{origin!r} is not an origin like https://exchange.example")
        return value

    @field_validator("database_url")
    @classmethod
    def _check_database_url(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None or not value.get_secret_value():
            return None
        if not value.get_secret_value().startswith(("postgresql://", "postgres://")):
            raise ValueError("must begin with postgresql:// (Teller runs on PostgreSQL only)")
        return value

    @property
    def site_url(self) -> str:
        """Address under which customers reach the public server, without a trailing slash."""
        return str(self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def rasa_url(self) -> str:
        """Base address of the assistant process, without a trailing slash."""
        return str(self.assistant_url or f"http://127.0.0.1:{self.assistant_port}").rstrip("/")

    @property
    def action_server_url(self) -> str:
        """Base address of the action server, without a trailing slash."""
        return str(self.actions_url or f"http://127.0.0.1:{self.actions_port}").rstrip("/")

    def secret(self) -> str:
        """The secret shared by server and assistant; made and kept on first use.

        Raises:
            SettingsError: the state folder cannot be written.
        """
        if self.assistant_secret is not None:
            return self.assistant_secret.get_secret_value()
        path = self.state_dir / "assistant.secret"
        try:
            self.state_dir.mkdir(parents=True, exist_ok=True)
            # O_EXCL: of two processes that start together, one writes and the other reads.
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text().strip()
        except OSError as error:
            raise SettingsError(
                f"TELLER_STATE_DIR={self.state_dir}: cannot write there ({error.strerror}); "
                "name a folder that this user can write."
            ) from error
        with os.fdopen(handle, "w") as file:
            value = secrets.token_urlsafe(32)
            file.write(value)
        return value

    @classmethod
    def load(cls, **overrides: object) -> Self:
        """Read the environment and ``.env``; `overrides` win (command-line options).

        Raises:
            SettingsError: with every wrong key at once.
        """
        problems = _unknown_keys()
        try:
            settings = cls(**overrides)  # type: ignore[arg-type]  # checked by pydantic itself
        except ValidationError as error:
            problems += [
                _explain(cls, detail)
                for detail in error.errors()
                # Says only that another key is wrong, which has a line of its own.
                if detail["type"] != "default_factory_not_called"
            ]
        if problems:
            raise SettingsError("Settings are wrong:\n" + "\n".join(f"  {p}" for p in problems))
        return settings


def variable(name: str) -> str:
    """Environment variable of the field `name`."""
    alias = Settings.model_fields[name].validation_alias
    return str(alias) if alias else PREFIX + name.upper()


def _is_loopback(known: dict[str, object]) -> bool:
    # Demo sign-ins are public knowledge, so they must not open on a network by default.
    return known.get("host") in ("127.0.0.1", "localhost", "::1") and not known.get("public_url")


def _unknown_keys() -> list[str]:
    known = {variable(name) for name in Settings.model_fields} | INTERNAL
    env_file = ROOT / ".env"
    present = set(os.environ) | set(dotenv_values(env_file) if env_file.exists() else ())
    problems = []
    for key in sorted(key for key in present if key.upper().startswith(PREFIX)):
        if key.upper() not in known:
            near = difflib.get_close_matches(key.upper(), known, n=1)
            hint = f"; did you mean {near[0]}?" if near else "; docs/settings.md lists all keys"
            problems.append(f"{key}: no such setting{hint}")
    return problems


def _explain(cls: type[Settings], detail: object) -> str:
    assert isinstance(detail, dict)
    name = str(detail["loc"][0])
    field = cls.model_fields.get(name)
    key = variable(name) if field else name
    hidden = name in _HIDDEN or (field is not None and str(field.validation_alias) in _HIDDEN)
    shown = "<hidden>" if hidden else repr(detail["input"])
    expectation = str(detail["msg"]).removeprefix("Value error, ")
    return f"{key}={shown}: {expectation}"
