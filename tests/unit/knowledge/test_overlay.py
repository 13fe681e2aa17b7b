"""Published revisions take the place of files, add articles, withdraw them, and let go again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.articles import read_article
from knowledge.errors import ArticlesInvalidError
from knowledge.overlay import Revised, merge

Write = Callable[..., Path]


@pytest.fixture
def text(write_article: Write) -> str:
    return write_article().read_text()


@pytest.fixture
def files(write_article: Write):  # type: ignore[no-untyped-def]
    return [read_article(write_article())]


def test_a_revision_takes_the_place_of_its_file(files, text: str) -> None:  # type: ignore[no-untyped-def]
    changed = text.replace("title: ", "title: New ")
    merged = merge(files, [Revised("withdrawal-fees", "en", 7, changed)])
    assert [article.title[:4] for article in merged.articles] == ["New "]
    assert merged.revisions == {"withdrawal-fees.en": 7}
    assert merged.withdrawn == frozenset()


def test_a_revision_that_says_what_its_file_says_is_released(files, text: str) -> None:  # type: ignore[no-untyped-def]
    merged = merge(files, [Revised("withdrawal-fees", "en", 7, text)])
    assert merged.articles == tuple(files)
    assert merged.revisions == {}


def test_a_revision_of_no_file_adds_an_article(files, text: str) -> None:  # type: ignore[no-untyped-def]
    added = text.replace("id: withdrawal-fees", "id: another")
    merged = merge(files, [Revised("another", "en", 1, added)])
    assert [article.id for article in merged.articles] == ["another", "withdrawal-fees"]


def test_an_article_is_withdrawn_with_its_last_language(files, text: str) -> None:  # type: ignore[no-untyped-def]
    spanish = Revised("withdrawal-fees", "es", 1, text)
    merged = merge(files, [spanish, Revised("withdrawal-fees", "en", 2, None)])
    assert [article.key for article in merged.articles] == [("withdrawal-fees", "es")]
    assert merged.withdrawn == frozenset()

    merged = merge(files, [Revised("withdrawal-fees", "en", 2, None)])
    assert merged.articles == ()
    assert merged.withdrawn == {"withdrawal-fees"}
    assert merged.revisions == {"withdrawal-fees.en": 2}


def test_every_problem_of_every_revision_is_told_with_its_line(files, text: str) -> None:  # type: ignore[no-untyped-def]
    broken = text.replace("owner: ", "owner: no")
    with pytest.raises(ArticlesInvalidError) as raised:
        merge(
            files,
            [Revised("withdrawal-fees", "en", 3, broken), Revised("other", "en", 4, "no front")],
        )
    assert len(raised.value.problems) >= 2
    assert raised.value.problems[0].startswith("withdrawal-fees.en.md (revision 3):")
    assert "other.en.md (revision 4):1:" in raised.value.problems[-1]
