"""Settings: defaults, sources, and errors that name key, value and expectation."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from server.settings import ROOT, Settings, SettingsError, variable


@pytest.fixture(autouse=True)
def _no_teller_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for key in list(os.environ):
        if key.startswith("TELLER_") or key in {"DATABASE_URL", "RASA_PYTHON"}:
            monkeypatch.delenv(key)


def test_defaults_need_no_environment() -> None:
    settings = Settings.load()
    assert settings.port == 8080
    assert settings.database_url is None
    assert settings.site_url == "http://127.0.0.1:8080"


def test_environment_wins_over_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELLER_PORT", "9000")
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/teller")
    settings = Settings.load()
    assert settings.port == 9000
    assert settings.database_url is not None
    assert settings.database_url.get_secret_value() == "postgresql://somewhere/teller"


def test_options_win_over_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELLER_PORT", "9000")
    assert Settings.load(port=9100).port == 9100


def test_every_wrong_key_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELLER_PORT", "eighty")
    monkeypatch.setenv("TELLER_DEMO", "perhaps")
    monkeypatch.setenv("TELLER_PROT", "1")
    with pytest.raises(SettingsError) as caught:
        Settings.load()
    text = str(caught.value)
    assert "TELLER_PORT='eighty'" in text
    assert "TELLER_DEMO='perhaps'" in text
    assert "did you mean TELLER_PORT?" in text


def test_only_postgresql_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:///teller.db")
    with pytest.raises(SettingsError, match="must begin with postgresql://"):
        Settings.load()


def test_secrets_are_not_shown_in_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELLER_ASSISTANT_SECRET", "tooshort")
    with pytest.raises(SettingsError) as caught:
        Settings.load()
    assert "tooshort" not in str(caught.value)
    assert "TELLER_ASSISTANT_SECRET=<hidden>" in str(caught.value)


def test_database_password_is_not_shown_in_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://user:hunter2@host/db")
    with pytest.raises(SettingsError) as caught:
        Settings.load()
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("origin", ["exchange.example", "https://exchange.example/path", "ftp://x"])
def test_an_origin_is_a_scheme_and_a_host(monkeypatch: pytest.MonkeyPatch, origin: str) -> None:
    monkeypatch.setenv("TELLER_ALLOWED_ORIGINS", f"https://good.example,{origin}")
    with pytest.raises(SettingsError, match="TELLER_ALLOWED_ORIGINS"):
        Settings.load()


def test_origins_are_split_and_trimmed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELLER_ALLOWED_ORIGINS", "https://a.example/, https://b.example")
    assert Settings.load().allowed_origins == ("https://a.example", "https://b.example")


def test_demo_mode_is_off_by_default_on_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings.load().demo
    assert not Settings.load(host="0.0.0.0").demo
    assert not Settings.load(public_url="https://help.exchange.example").demo
    monkeypatch.setenv("TELLER_DEMO", "true")
    assert Settings.load(host="0.0.0.0").demo


def test_the_secret_is_made_once_and_kept_private(tmp_path: Path) -> None:
    settings = Settings.load(state_dir=tmp_path / "state")
    secret = settings.secret()
    assert len(secret) >= 32
    assert settings.secret() == secret
    assert (tmp_path / "state" / "assistant.secret").stat().st_mode & 0o777 == 0o600


def test_the_documented_list_is_complete_and_true() -> None:
    """docs/settings.md has one row per setting, with the default and the description."""
    text = (ROOT / "docs" / "settings.md").read_text()
    for name, field in Settings.model_fields.items():
        row = next((line for line in text.splitlines() if f"| `{variable(name)}` |" in line), None)
        assert row is not None, f"{variable(name)} is missing in docs/settings.md"
        assert str(field.description) in row
    documented = text.count("| `TELLER_") + text.count("| `DATABASE_URL`")
    documented += text.count("| `RASA_PYTHON`")
    assert documented == len(Settings.model_fields)
