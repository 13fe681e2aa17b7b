"""Publications in child processes: one waits while somebody edits, and none is lost."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from server.publishing import IDLE, Children

# A child that says who it is before it is told what to do.
CHILD = """
import os, pathlib, sys
folder = pathlib.Path({folder!r})
started = len(list(folder.glob("started-*")))
(folder / f"started-{{started}}").touch()
{before}
number = sys.stdin.readline().strip()
(folder / "ran").open("a").write(f"{{started}}:{{number}} ")
{after}
"""
Make = Callable[..., Children]


@pytest.fixture
async def make(tmp_path: Path) -> AsyncIterator[Make]:
    made: list[Children] = []

    def children(before: str = "", after: str = "") -> Children:
        script = tmp_path / "child.py"
        script.write_text(CHILD.format(folder=str(tmp_path), before=before, after=after))

        async def fail(number: int, reason: str) -> None:
            (tmp_path / "failed").write_text(f"{number}: {reason}")

        made.append(Children("postgresql://none", fail, (sys.executable, str(script))))
        return made[-1]

    yield children
    for each in made:
        await each.close()


def ran(tmp_path: Path) -> str:
    return (tmp_path / "ran").read_text().strip()


def started(tmp_path: Path) -> int:
    return len(list(tmp_path.glob("started-*")))


async def test_a_waiting_child_takes_the_publication_and_the_next_one_waits(
    make: Make, tmp_path: Path
) -> None:
    children = make()
    await children.warm()
    await children.warm()
    await children(7)
    await children(8)
    assert ran(tmp_path) == "0:7 1:8"
    assert not (tmp_path / "failed").exists()


async def test_one_that_gives_up_waiting_loses_no_publication(make: Make, tmp_path: Path) -> None:
    # The first gives up just when it is told.
    children = make(before=f"if not started: sys.stdin.readline(); sys.exit({IDLE})")
    await children(7)
    assert ran(tmp_path) == "1:7"


async def test_one_that_ended_while_nobody_looked_is_replaced(make: Make, tmp_path: Path) -> None:
    children = make(before=f"if not started: sys.exit({IDLE})")
    await children.warm()
    waiting = children._waiting
    assert waiting is not None
    assert await waiting.wait() == IDLE
    await children(7)
    assert ran(tmp_path) == "1:7"


async def test_one_that_dies_is_told_of(make: Make, tmp_path: Path) -> None:
    children = make(after="os.kill(os.getpid(), 9)")
    await children(7)
    assert (tmp_path / "failed").read_text().startswith("7: The build ended without a result")


async def test_two_who_warm_at_once_start_one(make: Make, tmp_path: Path) -> None:
    children = make()
    await asyncio.gather(children.warm(), children.warm(), children.warm())
    await children(7)
    assert ran(tmp_path) == "0:7"
    assert started(tmp_path) <= 2


async def test_closing_leaves_none_behind(make: Make) -> None:
    children = make()
    await children.warm()
    waiting = children._waiting
    assert waiting is not None
    await children.close()
    assert waiting.returncode is not None
