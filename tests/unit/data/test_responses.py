"""Every sentence and every label in every language that Teller speaks."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from knowledge.intents import Handling, Intents
from knowledge.labels import Labels
from knowledge.language import LANGUAGES
from knowledge.language_wish import own_names
from knowledge.messages import languages
from knowledge.responses import FALLBACK, Responses
from server.texts import ENGLISH, ResponseTexts

ROOT = Path(__file__).parents[3]
RESPONSES = Responses.load()
LABELS = Labels.load()
INTENTS = Intents.load(ROOT / "data" / "intents.yml")
SPOKEN = ("en", "es", "pt", "ru", "tr", "vi")
OTHERS = tuple(language for language in SPOKEN if language != FALLBACK)
# Said to who writes a language that Teller does not: it stands in the English file alone.
ENGLISH_ALONE = "language_note."
LONGEST_LABEL = 60


def keys(language: str) -> set[str]:
    return {name for name in RESPONSES.names(language) if not name.startswith(ENGLISH_ALONE)}


def test_these_languages_are_spoken() -> None:
    assert RESPONSES.languages == SPOKEN
    assert LABELS.languages == OTHERS
    assert set(languages(ROOT / "data" / "nlu")) == set(SPOKEN)
    assert set(SPOKEN) <= set(LANGUAGES)
    assert len(own_names(SPOKEN).split(", ")) == len(SPOKEN)


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_is_there(language: str) -> None:
    assert keys(language) == keys(FALLBACK)


@pytest.mark.parametrize("language", OTHERS)
def test_a_sentence_fills_the_same_places(language: str) -> None:
    for name in sorted(keys(FALLBACK)):
        assert RESPONSES.placeholders(name, language) == RESPONSES.placeholders(name), name


@pytest.mark.parametrize("language", OTHERS)
def test_a_sentence_is_not_english(language: str) -> None:
    values = {name: "X" for key in keys(FALLBACK) for name in RESPONSES.placeholders(key)}
    same = {
        name
        for name in keys(FALLBACK)
        if RESPONSES.say(name, language, **values) == RESPONSES.say(name, **values)
    }
    assert same == set()


@pytest.mark.parametrize("language", OTHERS)
def test_every_intent_that_can_be_offered_has_a_label(language: str) -> None:
    labels = LABELS.intents(language)
    offered = INTENTS.with_handling(Handling.ANSWER, Handling.HANDOFF)
    assert {row.name for row in offered} <= set(labels) <= set(INTENTS)
    long = {name: label for name, label in labels.items() if len(label) > LONGEST_LABEL}
    assert long == {}
    # Two choices that read alike are none.
    readable = [labels[row.name].casefold() for row in offered]
    assert len(set(readable)) == len(readable)


def test_who_writes_another_language_is_told_in_it() -> None:
    noted = {
        name.removeprefix(ENGLISH_ALONE)
        for name in RESPONSES.names(FALLBACK)
        if name.startswith(ENGLISH_ALONE)
    }
    assert noted == set(LANGUAGES) - set(SPOKEN)


@pytest.mark.parametrize("language", SPOKEN)
def test_the_system_says_everything_in_every_language(language: str) -> None:
    texts = ResponseTexts(ROOT / "data" / "responses")
    for key, english in ENGLISH.items():
        said = texts.text(key, language, name="Mia")
        assert said.strip()
        if language != FALLBACK:
            assert said != english.format(name="Mia"), key


def test_a_label_file_holds_each_intent_once() -> None:
    for path in sorted((ROOT / "data" / "labels").glob("*.yml")):
        lines = [line.partition(":")[0] for line in path.read_text("utf-8").splitlines()]
        names = [line for line in lines if line and not line.startswith("#")]
        assert len(names) == len(set(names)), path.name
        assert set(yaml.safe_load(path.read_text("utf-8"))) == set(names), path.name
