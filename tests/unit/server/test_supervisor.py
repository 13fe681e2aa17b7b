"""The supervisor: prefixed output, restarts, clean stop, no orphans."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from server import supervisor
from server.supervisor import Program, Supervisor


def python(name: str, code: str, **environment: str) -> Program:
    return Program(name, [sys.executable, "-u", "-c", code], environment)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.02)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A zombie is dead too: it only waits for init to collect it.
    status = Path(f"/proc/{pid}/stat").read_text()
    return status.rpartition(")")[2].split()[0] != "Z"


async def test_output_is_prefixed_with_the_programs_name(tmp_path: Path) -> None:
    lines: list[str] = []
    sleeper = "print('hello'); import time; time.sleep(60)"
    watch = Supervisor(
        [python("a", sleeper), python("longer", sleeper)],
        directory=tmp_path, write=lines.append, colour=False,
    )  # fmt: skip
    running = asyncio.create_task(watch.run())
    await until(lambda: len(lines) == 2)
    watch.stop()
    await running
    assert sorted(lines) == ["a      | hello", "longer | hello"]


async def test_a_crashed_program_starts_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "FIRST_BACKOFF", 0.01)
    lines: list[str] = []
    watch = Supervisor(
        [python("crasher", "raise SystemExit(3)")],
        directory=tmp_path, write=lines.append, colour=False,
    )  # fmt: skip
    running = asyncio.create_task(watch.run())
    await until(lambda: sum("ended with code 3" in line for line in lines) >= 2)
    watch.stop()
    await running


async def test_a_killed_program_is_named_by_its_signal(tmp_path: Path) -> None:
    lines: list[str] = []
    watch = Supervisor(
        [python("victim", "import time; time.sleep(60)")],
        directory=tmp_path, write=lines.append, colour=False,
    )  # fmt: skip
    running = asyncio.create_task(watch.run())
    await until(lambda: "victim" in watch.pids)
    os.kill(watch.pids["victim"], signal.SIGKILL)
    await until(lambda: any("signal SIGKILL" in line for line in lines))
    watch.stop()
    await running


async def test_stop_ends_what_the_programs_started_too(tmp_path: Path) -> None:
    marker = tmp_path / "grandchild"
    code = (
        "import subprocess, sys, time, pathlib;"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
        f"pathlib.Path({str(marker)!r}).write_text(str(child.pid)); time.sleep(60)"
    )
    watch = Supervisor([python("parent", code)], directory=tmp_path, write=lambda _: None)
    running = asyncio.create_task(watch.run())
    await until(lambda: marker.exists() and bool(marker.read_text()))
    grandchild = int(marker.read_text())
    assert alive(grandchild)
    watch.stop()
    await running
    await until(lambda: not alive(grandchild))


async def test_sigterm_to_the_supervisor_stops_everything(tmp_path: Path) -> None:
    watch = Supervisor(
        [python("sleeper", "import time; time.sleep(60)")],
        directory=tmp_path, write=lambda _: None,
    )  # fmt: skip
    running = asyncio.create_task(watch.run())
    await until(lambda: "sleeper" in watch.pids)
    pid = watch.pids["sleeper"]
    os.kill(os.getpid(), signal.SIGTERM)
    await running
    assert not alive(pid)


async def test_a_program_that_ignores_sigterm_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "STOP_GRACE", 0.2)
    lines: list[str] = []
    code = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "print('deaf'); time.sleep(60)"
    )
    watch = Supervisor([python("deaf", code)], directory=tmp_path, write=lines.append)
    running = asyncio.create_task(watch.run())
    await until(lambda: bool(lines))
    watch.stop()
    async with asyncio.timeout(10):
        await running


async def test_programs_end_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    """No chance to clean up: the kernel tells the children."""
    if sys.platform != "linux":
        pytest.skip("the kernel's parent-death signal is Linux's")
    marker = tmp_path / "pid"
    child = (
        "import os, pathlib, time;"
        f"pathlib.Path({str(marker)!r}).write_text(str(os.getpid())); time.sleep(60)"
    )
    code = f"""
import asyncio, sys
from server.supervisor import Program, Supervisor
child = Program("child", [sys.executable, "-c", {child!r}])
asyncio.run(Supervisor([child], directory=".").run())
"""
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code)
    await until(lambda: marker.exists() and bool(marker.read_text()))
    process.kill()
    await process.wait()
    await until(lambda: not alive(int(marker.read_text())))


async def test_a_command_that_does_not_exist_is_reported_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "FIRST_BACKOFF", 0.01)
    lines: list[str] = []
    watch = Supervisor(
        [Program("ghost", [str(tmp_path / "nothing")])], directory=tmp_path, write=lines.append
    )
    running = asyncio.create_task(watch.run())
    await until(lambda: sum("cannot start" in line for line in lines) >= 2)
    watch.stop()
    await running


async def test_a_very_long_line_does_not_stop_the_copying(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "LINE_LIMIT", 1024)
    lines: list[str] = []
    code = "print('x' * 5000); print('after'); import time; time.sleep(60)"
    watch = Supervisor([python("loud", code)], directory=tmp_path, write=lines.append, colour=False)
    running = asyncio.create_task(watch.run())
    await until(lambda: "loud | after" in lines)
    watch.stop()
    await running
