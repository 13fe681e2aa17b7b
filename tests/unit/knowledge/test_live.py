"""A running process takes up a new build and never waits for it."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from knowledge.builds import switch
from knowledge.errors import IndexUnavailableError
from knowledge.live import Live


@dataclass
class Loaded:
    build: str
    before: Loaded | None = None


def put(root: Path, name: str) -> None:
    (root / name).mkdir(parents=True)
    (root / name / "manifest.json").write_text("{}")
    switch(root, name)


def load(folder: Path, before: Loaded | None) -> Loaded:
    if "broken" in folder.name:
        raise IndexUnavailableError("It is broken.")
    return Loaded(folder.name, before)


@pytest.fixture
def live(tmp_path: Path) -> Live[Loaded]:
    return Live(tmp_path, load, check_seconds=0)


def test_the_first_call_loads_and_the_next_keep_it(tmp_path: Path, live: Live[Loaded]) -> None:
    put(tmp_path, "1")
    assert live.get().build == "1"
    assert live.get() is live.get()


def test_a_new_build_takes_its_place(tmp_path: Path, live: Live[Loaded]) -> None:
    put(tmp_path, "1")
    held = live.get()
    put(tmp_path, "2")
    live.get()
    live.wait()
    assert live.get().build == "2"
    assert held.build == "1"
    # It could take over what both have.
    assert live.get().before is held


def test_the_old_one_answers_while_the_new_one_loads(tmp_path: Path) -> None:
    gate = threading.Event()

    def slowly(folder: Path, before: Loaded | None) -> Loaded:
        if folder.name == "2":
            gate.wait(10)
        return Loaded(folder.name)

    live = Live(tmp_path, slowly, check_seconds=0)
    put(tmp_path, "1")
    live.get()
    put(tmp_path, "2")
    assert [live.get().build for _ in range(3)] == ["1", "1", "1"]
    gate.set()
    live.wait()
    assert live.get().build == "2"


def test_a_broken_build_is_reported_once_and_the_old_one_stays(
    tmp_path: Path, live: Live[Loaded]
) -> None:
    put(tmp_path, "1")
    live.get()
    put(tmp_path, "2-broken")
    with capture_logs() as lines:
        for _ in range(3):
            assert live.get().build == "1"
            live.wait()
    assert [line["event"] for line in lines] == ["knowledge.not_loaded"]
    put(tmp_path, "3")
    live.get()
    live.wait()
    assert live.get().build == "3"


def test_nothing_published_is_an_error_until_it_is(tmp_path: Path, live: Live[Loaded]) -> None:
    with pytest.raises(IndexUnavailableError, match="teller index"):
        live.get()
    put(tmp_path, "1")
    assert live.get().build == "1"


def test_the_folder_is_not_looked_at_with_every_call(tmp_path: Path) -> None:
    live = Live(tmp_path, load, check_seconds=3600)
    put(tmp_path, "1")
    live.get()
    live.get()
    put(tmp_path, "2")
    live.get()
    live.wait()
    assert live.get().build == "1"
