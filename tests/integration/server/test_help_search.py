"""The help centre's search with the real engine, index and articles."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from knowledge.content import Content
from knowledge.live import Live
from server.help.library import Library
from server.help.search import Finder, readable
from server.settings import Settings

LANGUAGES = ("en", "es", "pt", "ru", "tr", "vi")


@pytest.fixture(scope="module")
def settings() -> Settings:
    return Settings.load()


@pytest.fixture(scope="module")
def library(settings: Settings) -> Library:
    return Library(Live(settings.index, Content.load).get(), date(2026, 11, 22))


@pytest.fixture
async def finder(settings: Settings) -> AsyncIterator[Finder]:
    finder = Finder(settings.index, settings.encoder, LANGUAGES)
    yield finder
    finder.close()


@pytest.mark.parametrize(
    ("language", "text", "article"),
    [
        ("en", "withdrawal fee", "withdrawal-fees"),
        ("en", "my phone with the codes fell into the lake", "two-factor-lost"),
        ("en", "2fa ph", "two-factor-new-phone"),
        ("ru", "комиссия за вывод usdt", "withdrawal-fees"),
        ("tr", "çekim ücreti", "withdrawal-fees"),
        ("vi", "phí rút tiền", "withdrawal-fees"),
    ],
)
async def test_words_that_a_title_lacks_find_it(
    finder: Finder, library: Library, language: str, text: str, article: str
) -> None:
    found = await finder.find(library, text, language)
    assert article in [each.id for each in readable(library, found, language)[:4]]


@pytest.mark.parametrize(
    ("typed", "topic"), [("withdr", "withdraw"), ("verif", "kyc"), ("liqui", "futures")]
)
async def test_the_beginning_of_a_word_is_enough(
    finder: Finder, library: Library, typed: str, topic: str
) -> None:
    found = readable(library, await finder.find(library, typed, "en"), "en")
    assert found
    assert found[0].topic.startswith(topic)


@pytest.mark.parametrize("text", ["pizza", "qwerty uiop", "xzzxq", "asdfgh"])
async def test_what_has_nothing_to_do_with_us_finds_nothing(
    finder: Finder, library: Library, text: str
) -> None:
    assert (await finder.find(library, text, "en")).articles == ()


async def test_a_question_in_another_language_is_answered_and_offered_there(
    finder: Finder, library: Library
) -> None:
    found = await finder.find(library, "как изменить пароль от аккаунта", "en")
    assert found.language == "ru"
    assert "change-password" in found.articles[:2]


async def test_an_index_of_another_encoder_is_searched_by_words(
    settings: Settings, library: Library, tmp_path: Path
) -> None:
    finder = Finder(settings.index, tmp_path, LANGUAGES)
    found = await finder.find(library, "withdrawal fees", "en")
    assert "withdrawal-fees" in found.articles
    finder.close()
