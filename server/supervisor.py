"""Runs Teller's processes side by side: prefixed logs, restarts, a clean stop, no orphans."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

FIRST_BACKOFF = 0.5
LONGEST_BACKOFF = 30.0
# A process that lived this long had started; its next crash is a new one.
SETTLED = 60.0
STOP_GRACE = 15.0
LINE_LIMIT = 256 * 1024

_COLOURS = (36, 33, 35, 32, 34, 31)
_PR_SET_PDEATHSIG = 1
# Loaded before any fork: between fork and exec only simple calls are safe.
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Program:
    """One process to keep running."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)


class Supervisor:
    """Starts programs, restarts those that end, and stops all of them together.

    Each program leads a process group of its own, so that what it started ends with it, and is
    told by the kernel to end when the supervisor dies without a chance to say so.
    """

    def __init__(
        self,
        programs: Sequence[Program],
        *,
        directory: str | os.PathLike[str],
        write: Callable[[str], None] | None = None,
        colour: bool | None = None,
        on_change: Callable[[Mapping[str, int]], None] = lambda _pids: None,
    ) -> None:
        self._programs = programs
        self._directory = directory
        self._write = write or _write_line
        self._colour = sys.stdout.isatty() if colour is None else colour
        self._width = max((len(program.name) for program in programs), default=0)
        self._stopping = asyncio.Event()
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._on_change = on_change

    @property
    def pids(self) -> dict[str, int]:
        """Process ids of the programs that run now, by name."""
        return {name: process.pid for name, process in self._running.items()}

    def stop(self) -> None:
        """Ask for the end; `run` returns when every program has ended."""
        self._stopping.set()

    async def run(self, *, beside: Sequence[Callable[[], Awaitable[None]]] = ()) -> None:
        """Run until `stop` is called or the process is told to end (Ctrl-C, SIGTERM, SIGHUP).

        Args:
            beside: further endless duties (such as watching the database), cancelled at the stop.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.stop)
        try:
            async with asyncio.TaskGroup() as group:
                duties = [group.create_task(_endless(duty)) for duty in beside]
                for index, program in enumerate(self._programs):
                    group.create_task(self._keep(program, index))
                await self._stopping.wait()
                for task in duties:
                    task.cancel()
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                loop.remove_signal_handler(number)

    async def _keep(self, program: Program, index: int) -> None:
        backoff = FIRST_BACKOFF
        while not self._stopping.is_set():
            started = time.monotonic()
            code = await self._run_once(program, index)
            if self._stopping.is_set():
                return
            if time.monotonic() - started > SETTLED:
                backoff = FIRST_BACKOFF
            self._say(program, index, f"ended with {_describe(code)}; again in {backoff:g} s")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), backoff)
            backoff = min(backoff * 2, LONGEST_BACKOFF)

    async def _run_once(self, program: Program, index: int) -> int:
        try:
            process = await asyncio.create_subprocess_exec(
                *program.command,
                cwd=self._directory,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **program.environment},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                limit=LINE_LIMIT,
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )
        except OSError as error:
            self._say(program, index, f"cannot start: {error}")
            return 127
        self._running[program.name] = process
        self._on_change(self.pids)
        copying = asyncio.create_task(self._copy(process, program, index))
        ending = asyncio.create_task(process.wait())
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({ending, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not ending.done():
                await self._end(process, ending)
            return await ending
        finally:
            stopping.cancel()
            # What the program itself started and left behind ends with it.
            _signal_group(process.pid, signal.SIGKILL)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(copying, 2)
            self._running.pop(program.name, None)
            self._on_change(self.pids)

    async def _end(self, process: asyncio.subprocess.Process, ending: asyncio.Task[int]) -> None:
        _signal_group(process.pid, signal.SIGTERM)
        done, _ = await asyncio.wait({ending}, timeout=STOP_GRACE)
        if not done:
            _signal_group(process.pid, signal.SIGKILL)

    async def _copy(
        self, process: asyncio.subprocess.Process, program: Program, index: int
    ) -> None:
        assert process.stdout is not None
        while True:
            try:
                line = await process.stdout.readline()
            except ValueError:
                # Longer than the buffer: drop that line, keep the program.
                self._say(program, index, f"(a line of over {LINE_LIMIT} bytes left out)")
                continue
            if not line:
                return
            self._say(program, index, line.decode(errors="replace").rstrip())

    def _say(self, program: Program, index: int, text: str) -> None:
        name = program.name.ljust(self._width)
        if self._colour:
            name = f"\033[{_COLOURS[index % len(_COLOURS)]}m{name}\033[0m"
        self._write(f"{name} | {text}")


async def _endless(duty: Callable[[], Awaitable[None]]) -> None:
    with contextlib.suppress(asyncio.CancelledError):
        await duty()


def _write_line(line: str) -> None:
    # The terminal may be gone (closed window); the programs go on until they are stopped.
    with contextlib.suppress(OSError):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


def _signal_group(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def _describe(code: int) -> str:
    if code < 0:
        return f"signal {signal.Signals(-code).name}"
    return f"code {code}"


def _die_with_parent() -> None:
    """In the child, before exec: end when the supervisor is killed (Linux only)."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
