"""The held-out paraphrases: of articles that exist in their language, and apart from all training.

Messages that also stand among the phrasings or the training would measure memory, not search.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TypedDict

import pytest

ROOT = Path(__file__).parents[3]
LANGUAGES = ("en", "es", "pt", "ru", "tr", "vi")
_LINES = re.compile(r"^\s*- +(.+)$", re.MULTILINE)


class Row(TypedDict):
    text: str
    relevant: list[str]


def same(text: str) -> str:
    """What is left of a message when case, punctuation and spacing do not count."""
    return " ".join(re.findall(r"\w+", text.casefold()))


@cache
def rows(language: str) -> list[Row]:
    path = ROOT / "tests" / "data" / "retrieval" / f"paraphrases.{language}.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def texts(language: str) -> set[str]:
    return {same(row["text"]) for row in rows(language)}


def articles(language: str) -> set[str]:
    folder = ROOT / "knowledge" / "articles"
    return {path.name.split(".")[0] for path in folder.glob(f"*/*.{language}.md")}


@cache
def phrasings() -> set[str]:
    """Titles and list entries of all front matters, read as lines: parsing them takes seconds."""
    found: set[str] = set()
    for path in (ROOT / "knowledge" / "articles").glob("*/*.md"):
        head = path.read_text("utf-8").split("\n---", 1)[0]
        title = re.search(r"^title: (.+)$", head, re.MULTILINE)
        found.update(same(text) for text in _LINES.findall(head))
        found.add(same(title[1] if title else ""))
    return found


@cache
def trained() -> set[str]:
    """The training messages and the first texts of their translations, read as lines."""
    found: set[str] = set()
    for path in (ROOT / "data" / "nlu").glob("*.yml"):
        found.update(same(text) for text in _LINES.findall(path.read_text("utf-8")))
    for path in (ROOT / "data" / "parallel").glob("*/*.tsv"):
        for line in path.read_text("utf-8").splitlines():
            found.update(same(column) for column in line.split("\t")[1:])
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_enough(language: str) -> None:
    assert len(rows(language)) >= (500 if language == "en" else 110)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_has_a_text_and_names_articles_of_its_language(language: str) -> None:
    known = articles(language)
    for row in rows(language):
        names = row["relevant"]
        assert set(row) == {"text", "relevant"}
        assert same(row["text"])
        assert names
        assert len(set(names)) == len(names)
        # The first is the one that the message was written for. English articles stand in for those
        # that a language lacks, so they may be right as well.
        assert names[0] in known, row
        assert set(names[1:]) <= known | articles("en"), row


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_article_has_at_least_two(language: str) -> None:
    counts = Counter(row["relevant"][0] for row in rows(language))
    assert sorted(name for name in articles(language) if counts[name] < 2) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_none_stands_twice(language: str) -> None:
    counts = Counter(same(row["text"]) for row in rows(language))
    assert [text for text, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_none_is_a_phrasing_or_a_training_message(language: str) -> None:
    assert len(phrasings()) > 1000
    assert len(trained()) > 10_000
    assert sorted(texts(language) & phrasings()) == []
    assert sorted(texts(language) & trained()) == []
