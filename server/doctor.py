"""`teller doctor`: what is wrong with this installation, and how to mend it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from knowledge.checks import DUE_DAYS
from server import ports
from server.processes import RASA_INTERPRETER, read_running
from server.settings import ROOT, Settings, SettingsError

RASA_VERSION = "3.6.21"
_MOST_TOLD = 10
_MEANT = ("withheld, it is a draft", "withheld, it is for agents alone")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    what: str
    good: bool
    detail: str
    mend: str = ""


def run(*, console: Console) -> int:
    """Print every finding; 0 when nothing needs mending."""
    try:
        settings = Settings.load()
    except SettingsError as error:
        _show(console, Finding("settings", False, str(error), "docs/settings.md lists every key"))
        return 1
    bad = 0
    for finding in examine(settings):
        _show(console, finding)
        bad += not finding.good
    console.print(f"{bad} to mend." if bad else "All is well.", style="red" if bad else "green")
    return 1 if bad else 0


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at each part; a check that itself fails is a finding, not the end."""
    checks: tuple[Callable[[Settings], Finding], ...] = (
        _settings, _teller_environment, _rasa_environment, _encoder, _model, _index,
        _articles, _freshness, _database, _ports,
    )  # fmt: skip
    for check in checks:
        try:
            yield check(settings)
        except Exception as error:  # a broken part must not hide the others
            name = check.__name__.strip("_").replace("_", " ")
            yield Finding(name, False, f"the check itself failed: {error!r}", "report this")


def _settings(settings: Settings) -> Finding:
    changed = sorted(settings.model_fields_set)
    return Finding("settings", True, "changed: " + ", ".join(changed) if changed else "defaults")


def _teller_environment(settings: Settings) -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < (3, 11):
        return Finding(
            "environment .venv", False, f"Python {version}", "rm -r .venv, then make setup"
        )
    return Finding("environment .venv", True, f"Python {version}")


def _rasa_environment(settings: Settings) -> Finding:
    name = "environment .venv-rasa"
    if not RASA_INTERPRETER.exists():
        return Finding(name, False, "missing", "make setup")
    code = (
        "import sys; from importlib.metadata import version; "
        "print('.'.join(map(str, sys.version_info[:2])), version('rasa'))"
    )
    found = subprocess.run(  # noqa: S603  # our own interpreter and code
        [RASA_INTERPRETER, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    if found.returncode:
        return Finding(name, False, found.stderr.strip()[-300:], "rm -r .venv-rasa, make setup")
    if found.stdout.split() != ["3.10", RASA_VERSION]:
        return Finding(
            name, False, f"Python and Rasa {found.stdout.strip()}", "rm -r .venv-rasa, make setup"
        )
    return Finding(name, True, f"Python 3.10, Rasa {RASA_VERSION}")


def _encoder(settings: Settings) -> Finding:
    manifest = json.loads((settings.encoder / "manifest.json").read_text())
    return Finding("encoder", True, str(manifest.get("base_model", settings.encoder)))


def _model(settings: Settings) -> Finding:
    if not settings.model.exists():
        return Finding("assistant model", False, f"{settings.model} is missing", "make train")
    newest = max(
        (path for pattern in ("data/**/*.yml", "bot/**/*.py") for path in ROOT.glob(pattern)),
        key=_changed,
        default=settings.model,
    )
    if _changed(newest) > _changed(settings.model):
        return Finding(
            "assistant model", False, f"older than {newest.relative_to(ROOT)}", "make train"
        )
    return Finding("assistant model", True, f"{settings.model.stat().st_size / 1e6:.0f} MB")


def _index(settings: Settings) -> Finding:
    from knowledge.encoder import encoder_hash

    manifest_path = settings.index / "current" / "manifest.json"
    if not manifest_path.exists():
        return Finding("knowledge index", False, f"{manifest_path} is missing", "make index")
    manifest = json.loads(manifest_path.read_text())
    if manifest["encoder"] != encoder_hash(settings.encoder):
        return Finding("knowledge index", False, "built with another encoder", "make index")
    return Finding(
        "knowledge index",
        True,
        f"{manifest.get('articles')} articles, {manifest.get('passages')} passages",
    )


def _articles(settings: Settings) -> Finding:
    count = sum(1 for _ in settings.articles.rglob("*.md"))
    if not count:
        return Finding("articles", False, f"none in {settings.articles}", "set TELLER_ARTICLES")
    return Finding("articles", True, f"{count} files")


def _freshness(settings: Settings) -> Finding:
    """What customers are not shown although somebody wrote it, and what will be due soon."""
    build = settings.index / "current"
    if not (build / "manifest.json").exists():
        return Finding("freshness", True, "nothing is published yet")
    manifest = json.loads((build / "manifest.json").read_text())
    today = datetime.now(UTC).date().isoformat()
    articles = json.loads((build / "content.json").read_text())["articles"]
    late = [f"{each['id']}.{each['language']}" for each in articles if each["review_by"] < today]
    changes = manifest.get("changes")
    if late or (changes is not None and changes <= today):
        told = f"past their review since: {_some(late)}" if late else "facts changed since"
        return Finding(
            "freshness", False, f"the index is older than its dates; {told}", "make index"
        )
    withheld = [each for each in manifest.get("warnings", ()) if ": withheld, " in each]
    # A draft is withheld on purpose.
    stale = [each for each in withheld if not any(meant in each for meant in _MEANT)]
    due = manifest.get("due") or []
    parts = [
        f"{len(found)} {what}: {_some(found)}"
        for found, what in ((withheld, "withheld"), (due, f"due within {DUE_DAYS} days"))
        if found
    ]
    return Finding(
        "freshness",
        not stale,
        " | ".join(parts) or "nothing withheld",
        "review them and set new dates, then make index" if stale else "",
    )


def _some(texts: Sequence[str]) -> str:
    more = len(texts) - _MOST_TOLD
    return "; ".join(texts[:_MOST_TOLD]) + (f" and {more} more" if more > 0 else "")


def _database(settings: Settings) -> Finding:
    import psycopg

    running = read_running(settings.state_dir)
    if settings.database_url is not None:
        url, mend = settings.database_url.get_secret_value(), "check DATABASE_URL and its server"
    elif running is not None:
        url, mend = running.database_url, "restart `make run`"
    else:
        return Finding("database", True, "embedded, not running now")
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            version = connection.info.server_version // 10000
    except psycopg.OperationalError as error:
        return Finding("database", False, str(error).strip(), mend)
    if version < 14:
        return Finding("database", False, f"PostgreSQL {version}", "use PostgreSQL 14 or newer")
    return Finding("database", True, f"PostgreSQL {version}")


def _ports(settings: Settings) -> Finding:
    running = read_running(settings.state_dir)
    if running is not None:
        return Finding("ports", True, f"Teller runs at {running.site_url}")
    taken = [
        str(port)
        for host, port in (
            (settings.host, settings.port),
            ("127.0.0.1", settings.assistant_port),
            ("127.0.0.1", settings.actions_port),
        )
        if not ports.is_free(host, port)
    ]
    if taken and settings.port_taken == "fail":
        return Finding(
            "ports",
            False,
            f"taken: {', '.join(taken)}",
            "set TELLER_PORT or TELLER_PORT_TAKEN=next",
        )
    return Finding(
        "ports", True, f"taken, others are used: {', '.join(taken)}" if taken else "free"
    )


def _changed(path: Path) -> float:
    return path.stat().st_mtime


def _show(console: Console, finding: Finding) -> None:
    mark, style = ("ok  ", "green") if finding.good else ("MEND", "red")
    console.print(mark, style=style, end=" ")
    console.print(f"{finding.what}: {finding.detail}", markup=False)
    if finding.mend:
        console.print(f"     -> {finding.mend}", markup=False)
