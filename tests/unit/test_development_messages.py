"""The messages to develop with: well-formed, without duplicates, apart from training and report."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DEVELOPMENT = ROOT / "data" / "development"
INTENTS = yaml.safe_load((ROOT / "data" / "intents.yml").read_text("utf-8"))
LANGUAGES = ("en", "es", "pt", "ru", "tr", "vi")
FEWEST = 60
KEYS = {"text", "language", "intent", "topic", "needs_human"}


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def rows(language: str) -> list[dict[str, Any]]:
    return read(DEVELOPMENT / f"{language}.jsonl")


def texts(language: str) -> list[str]:
    return [row["text"].casefold() for row in rows(language)]


def test_there_is_a_file_for_each_language_and_no_other() -> None:
    assert sorted(path.stem for path in DEVELOPMENT.glob("*.jsonl")) == sorted(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_is_complete(language: str) -> None:
    assert len(rows(language)) >= FEWEST
    bad = [
        row
        for row in rows(language)
        if set(row) != KEYS
        or row["language"] != language
        or not isinstance(row["needs_human"], bool)
        or not row["text"]
        or row["text"] != row["text"].strip()
    ]
    assert bad == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_intent_and_topic_exist_and_belong_together(language: str) -> None:
    for row in rows(language):
        assert row["intent"] in INTENTS, row
        assert INTENTS[row["intent"]]["topic"] == row["topic"], row


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_intent_that_is_handed_off_needs_a_person(language: str) -> None:
    bad = [
        row["text"]
        for row in rows(language)
        if INTENTS[row["intent"]].get("needs_human") and not row["needs_human"]
    ]
    assert bad == []


def test_english_has_every_intent_three_times() -> None:
    counts = Counter(row["intent"] for row in rows("en"))
    few = [
        name
        for name, intent in INTENTS.items()
        if intent["handling"] in {"answer", "handoff"} and counts[name] < 3
    ]
    assert few == []


def test_none_stands_twice() -> None:
    counts = Counter(text for language in LANGUAGES for text in texts(language))
    assert [text for text, count in counts.items() if count > 1] == []


def trained(language: str) -> set[str]:
    """The training messages, read as lines: parsing that much YAML takes minutes."""
    pattern = "*.yml" if language == "en" else f"*.{language}.yml"
    lines = [
        line.strip()
        for path in (ROOT / "data" / "nlu").glob(pattern)
        if language != "en" or path.name.count(".") == 1
        for line in path.read_text("utf-8").splitlines()
    ]
    return {line.removeprefix("- ").casefold() for line in lines if line.startswith("- ")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_none_is_a_training_message(language: str) -> None:
    assert trained(language)
    assert sorted(trained(language).intersection(texts(language))) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_none_is_of_the_set_that_reports(language: str) -> None:
    reported = {
        row["text"].strip().casefold()
        for row in read(ROOT / "tests" / "data" / "routing" / f"{language}.jsonl")
    }
    assert reported
    assert sorted(reported.intersection(texts(language))) == []
