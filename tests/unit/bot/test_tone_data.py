"""What the tone classifier learns from."""

from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path

import pytest

from bot.intents.tone import LABELS, TONES, ToneError
from bot.intents.tone_data import of_intent, read_needs, read_tones

ROOT = Path(__file__).parents[3]
TONE = ROOT / "data" / "tone"
LANGUAGES = ("en", "es", "ru", "tr", "vi", "pt")


def written(folder: Path, line: str) -> Path:
    (folder / "en.tsv").write_text(f"# a comment\n\n{line}\n", encoding="utf-8")
    return folder


def test_a_line_is_read(tmp_path: Path) -> None:
    (example,) = read_tones(written(tmp_path, "anger,waiting\tyes\tthree days, you clowns"))
    assert example.text == "three days, you clowns"
    assert [label for label in LABELS if example.labels[label]] == [
        "anger",
        "waiting",
        "needs_human",
    ]
    assert example.row() == [1, 0, 0, 0, 0, 1, 0, 1]


def test_nobody_may_know_whether_a_person_is_needed(tmp_path: Path) -> None:
    (example,) = read_tones(written(tmp_path, "-\t?\twhere can i complain"))
    assert math.isnan(example.labels["needs_human"])


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("anger\tyes", "en.tsv:3: expected labels"),
        ("rage\tyes\tx", "en.tsv:3: rage is none of anger"),
        ("anger\tmaybe\tx", "en.tsv:3: 'maybe' is not yes"),
        ("self_harm\tyes\tx", "en.tsv:3: self_harm is distress too"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(ToneError, match=message):
        list(read_tones(written(tmp_path, line)))


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ToneError, match=r"holds no \.tsv file"):
        list(read_tones(tmp_path))


def test_how_to_shows_nothing_and_needs_nobody() -> None:
    assert not any(of_intent("what is the fee", "withdraw_fee", False).row())


def test_an_intent_names_what_its_examples_show() -> None:
    labels = of_intent("stuck", "withdraw_missing", True).labels
    assert labels["waiting"] == labels["needs_human"] == 1
    assert labels["threat"] == labels["self_harm"] == 0
    assert math.isnan(labels["anger"])
    assert math.isnan(of_intent("i complain", "complaint", True).labels["threat"])


def test_waiting_is_unknown_where_days_are_named() -> None:
    labels = of_intent("in review for 3 days", "kyc_review_time", False).labels
    assert math.isnan(labels["waiting"])
    assert of_intent("for 3 hours", "kyc_review_time", False).labels["waiting"] == 0


def test_needs_of_our_intents() -> None:
    needs = read_needs(ROOT / "data" / "intents.yml")
    assert needs["complaint"]
    assert not needs["withdraw_pending"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_own_data_are_many_and_differ(language: str) -> None:
    lines = (TONE / f"{language}.tsv").read_text(encoding="utf-8").splitlines()
    texts = [line.split("\t")[2].casefold() for line in lines]
    assert not [text for text, times in Counter(texts).items() if times > 1]
    labels = Counter(label for line in lines for label in line.split("\t")[0].split(","))
    least = 40 if language == "en" else 25
    assert min(labels[label] for label in TONES) >= least
    assert labels["-"] >= 100


def test_held_out_messages_are_not_learned_from() -> None:
    learned = {example.text.casefold() for example in read_tones(TONE)}
    for path in (ROOT / "tests" / "data" / "tone").glob("*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert json.loads(line)["text"].casefold() not in learned
