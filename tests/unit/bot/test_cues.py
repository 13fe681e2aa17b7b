"""Cues and forms of a message."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.intents.cues import FORMS, Cues, fold, forms, longest_period, read_cues

DATA = Path(__file__).parents[3] / "data" / "tone" / "cues.yml"

CUES = Cues(
    {
        "law": ["lawyer*", "see you in court", "avukat*"],
        "silence": ["nobody .. reply", "no answer"],
        "rent": ["rent"],
    }
)


def found(text: str) -> set[str]:
    return {CUES.names[at] for at in CUES.find(fold(text))}


@pytest.mark.parametrize(
    ("text", "cues"),
    [
        ("my lawyers know", {"law"}),
        ("AVUKATIM yazacak", {"law"}),
        ("I'll see you in court!", {"law"}),
        ("nobody did reply", {"silence"}),
        ("nobody of you did ever reply", set()),
        ("nobody reply", {"silence"}),
        ("no answer and the rent is due", {"silence", "rent"}),
        ("what is the current rate", set()),
        ("see you in the courtyard", set()),
        ("", set()),
    ],
)
def test_words_are_found(text: str, cues: set[str]) -> None:
    assert found(text) == cues


def test_folding_takes_accents_capitals_and_apostrophes() -> None:
    assert fold("Không được") == "khong duoc"
    assert fold("DIŞARIDA") == "disarida"
    assert fold("can’t") == "cant"
    assert fold("Ёлка") == "елка"


@pytest.mark.parametrize("phrase", [".. reply", "no ..", "no*"])
def test_what_cannot_be_looked_for_is_named(phrase: str) -> None:
    with pytest.raises(ValueError, match=r"silence: .*cannot be looked for"):
        Cues({"silence": [phrase]})


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("where is it?? answer!!", {"exclamations", "question", "asking_twice", "short"}),
        ("WHERE IS MY MONEY", {"shouting", "short"}),
        ("human", {"one_word", "short"}),
        ("it has been on its way for 3 hours", {"hours"}),
        ("it has been on its way for 30 hours", {"day"}),
        ("it has been on its way since last week", {"days"}),
        ("word " * 30, {"long"}),
    ],
)
def test_forms(text: str, shown: set[str]) -> None:
    assert {FORMS[at] for at in forms(text, longest_period(text))} == shown


def test_every_entry_of_our_own_file_can_be_found() -> None:
    cues = read_cues(DATA)
    for at, (name, entries) in enumerate(cues.entries.items()):
        for entry in entries:
            text = fold(entry.replace("*", "").replace("..", " "))
            assert at in cues.find(text), (name, entry)
