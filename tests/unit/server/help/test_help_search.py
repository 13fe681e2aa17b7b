"""Searching without a model: what stands in for it, and how much of it runs at once."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from knowledge.base import KnowledgeBase
from server.help.library import Library
from server.help.search import WAITING, Finder, Found
from tests.support.help_centre import BASE, TODAY, Held


@pytest.fixture
def library() -> Library:
    return Library(Held().get(), TODAY)


class WithBase(Finder):
    """Searches a small base by words instead of opening an index."""

    def __init__(self, base: KnowledgeBase) -> None:
        super().__init__(Path("none"), Path("none"), ("en", "es", "ru"))
        self.base = base
        self.searched = 0
        self.gate = threading.Event()
        self.gate.set()

    def _find(self, library: Library, text: str, language: str) -> Found | None:
        self.gate.wait()
        self.searched += 1
        self._live.get = lambda: self.base  # type: ignore[method-assign]  # no index in this tier
        return super()._find(library, text, language)


@pytest.fixture
def finder() -> WithBase:
    return WithBase(BASE)


async def test_the_engine_finds_and_completes_what_is_being_typed(
    finder: WithBase, library: Library
) -> None:
    assert (await finder.find(library, "what does a withdrawal cost", "en")).articles[0] == "fees"
    assert (await finder.find(library, "flexible sav", "en")).articles[0] == "flexible"


async def test_letters_without_sense_find_nothing(finder: WithBase, library: Library) -> None:
    assert (await finder.find(library, "qwxzj kvvq", "en")).articles == ()
    assert (await finder.find(library, "x", "en")).articles == ()


async def test_what_was_searched_before_is_remembered(finder: WithBase, library: Library) -> None:
    for text in ("fees", " fees ", "fees"):
        await finder.find(library, text, "en")
    assert finder.searched == 1


async def test_another_language_is_noticed(finder: WithBase, library: Library) -> None:
    found = await finder.find(library, "сколько стоит вывести деньги на карту", "en")
    assert found.language == "ru"
    assert (await finder.find(library, "how much is it", "en")).language is None


async def test_too_many_at_once_compare_words_instead(finder: WithBase, library: Library) -> None:
    finder.gate.clear()
    waiting = [
        asyncio.create_task(finder.find(library, f"fees {number}", "en"))
        for number in range(WAITING)
    ]
    await asyncio.sleep(0)
    # The loop goes on while the thread is held up.
    assert (await finder.find(library, "fees limits", "en")).articles == ("fees",)
    assert finder.searched == 0
    finder.gate.set()
    await asyncio.gather(*waiting)
    assert finder.searched == WAITING
    finder.close()


async def test_who_would_wait_long_gets_what_the_words_find(
    finder: WithBase, library: Library
) -> None:
    finder.gate.clear()
    finder._patience = 0.01
    assert (await finder.find(library, "limits", "en")).articles == ("fees",)
    finder.gate.set()
    finder._patience = 60
    await finder.find(library, "limits", "en")
    # The first one went on and was done, and was not remembered as the answer.
    assert finder.searched == 2
    finder.close()


async def test_without_an_index_words_are_compared(tmp_path: Path, library: Library) -> None:
    finder = Finder(tmp_path, tmp_path, ("en", "es"))
    assert (await finder.find(library, "comis", "es")).articles == ("fees",)
    assert (await finder.find(library, "saving flex", "en")).articles == ("flexible", "fixed")
    assert (await finder.find(library, "gone stale", "en")).articles == ()
    finder.close()
