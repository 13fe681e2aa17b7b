"""What `teller up` runs: each process with its command and environment."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from server.settings import ROOT, Settings
from server.supervisor import Program

RASA_ENVIRONMENT = ROOT / ".venv-rasa"
RASA_INTERPRETER = RASA_ENVIRONMENT / "bin" / "python"

# NumPy's and ONNX Runtime's own thread pools cost more than they give on one short sentence.
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


class AlreadyRunningError(Exception):
    """Another `teller up` runs from the same state folder."""


@dataclass(frozen=True)
class Running:
    """What a running `teller up` tells other commands of this checkout."""

    pid: int
    site_url: str
    database_url: str
    assistant_url: str
    actions_url: str
    pids: Mapping[str, int]


def assistant_program(settings: Settings, *, tracker_url: str | None) -> Program:
    """Rasa. `tracker_url` None keeps conversations in memory (offline commands only)."""
    command = [
        str(RASA_INTERPRETER), "-m", "bot.serve",
        "--port", str(settings.assistant_port),
        "--model", str(settings.model),
        "--actions-url", f"{settings.action_server_url}/webhook",
    ]  # fmt: skip
    environment = {
        **_ONE_THREAD,
        "PYTHONPATH": str(ROOT),
        "TELLER_ASSISTANT_SECRET": settings.secret(),
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        # Rasa's frozen libraries deprecate each other at every start; nobody here can mend them.
        "PYTHONWARNINGS": "ignore",
    }
    if tracker_url is None:
        command.append("--in-memory")
    else:
        environment["TELLER_TRACKER_URL"] = tracker_url
    return Program("assistant", command, environment)


def actions_program(settings: Settings) -> Program:
    """The action server."""
    return Program(
        "actions",
        [sys.executable, "-m", "actions", "--port", str(settings.actions_port)],
        {
            **_ONE_THREAD,
            "TELLER_KNOWLEDGE_INDEX": str(settings.index),
            "TELLER_HELP_URL": f"{settings.site_url}/help",
        },
    )


def programs(settings: Settings, *, database_url: str) -> list[Program]:
    """Every process beside PostgreSQL, those that customers notice first in front."""
    shared = {
        **_ONE_THREAD,
        "DATABASE_URL": database_url,
        "TELLER_ASSISTANT_SECRET": settings.secret(),
        "TELLER_PORT": str(settings.port),
        "TELLER_ASSISTANT_PORT": str(settings.assistant_port),
        "TELLER_ACTIONS_PORT": str(settings.actions_port),
        "TELLER_STATE_DIR": str(settings.state_dir),
    }
    if settings.log_format == "auto" and sys.stdout.isatty():
        # The supervisor's pipe hides from its children that a person is reading.
        shared["TELLER_LOG_FORMAT"] = "console"
    teller = [sys.executable, "-m", "server"]
    return [
        Program("server", [*teller, "server"], shared),
        Program("worker", [*teller, "worker"], shared),
        actions_program(settings),
        assistant_program(settings, tracker_url=database_url),
    ]


def read_running(state_dir: Path) -> Running | None:
    """The `teller up` that runs from `state_dir` now, if any."""
    try:
        running = Running(**json.loads((state_dir / "running.json").read_text()))
        os.kill(running.pid, 0)
    except (OSError, ValueError, TypeError):
        return None
    return running


def write_running(state_dir: Path, running: Running) -> None:
    """Tell other commands what runs; replaced as a whole, so that no reader sees half of it."""
    path = state_dir / "running.json"
    draft = path.with_suffix(".draft")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(asdict(running)))
    draft.replace(path)


@contextlib.contextmanager
def only_one(state_dir: Path) -> Iterator[None]:
    """Hold the state folder for one `teller up`.

    Raises:
        AlreadyRunningError: another one holds it.
    """
    state_dir.mkdir(parents=True, exist_ok=True)
    with (state_dir / "up.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            running = read_running(state_dir)
            where = f" at {running.site_url} (process {running.pid})" if running else ""
            raise AlreadyRunningError(
                f"Teller already runs from {state_dir}{where}. Stop it first, or give this one "
                "a state folder of its own: TELLER_STATE_DIR=/another/folder."
            ) from None
        try:
            yield
        finally:
            (state_dir / "running.json").unlink(missing_ok=True)
