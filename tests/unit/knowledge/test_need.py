"""The probability that a person is needed, and how it is fitted."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from knowledge.errors import IndexUnavailableError
from knowledge.intents import Intents
from knowledge.need import Need, log_odds, need_features
from knowledge.need_fitting import (
    PLAIN_SHARE,
    NeedExample,
    fit_need,
    need_threshold,
    read_need_examples,
)
from knowledge.understanding import Understanding

NEEDING = frozenset({"complaint"})
INTENTS = Intents.from_plain(
    {
        "withdraw_fee": {"topic": "f", "handling": "answer", "label": "Fee"},
        "complaint": {"topic": "c", "handling": "handoff", "label": "C", "needs_human": True},
    }
)


def message(complaint: float, said: float | None, language: str = "en") -> Understanding:
    ranking = (("withdraw_fee", 1 - complaint), ("complaint", complaint))
    return Understanding("x", language, "withdraw_fee", 0.5, 0.9, ranking, needs_human=said)


def examples(count: int = 400, language: str = "en", noise: float = 0.2) -> list[NeedExample]:
    chance = np.random.default_rng(1)
    found = []
    for at in range(count):
        needed = at % 4 == 0
        both = chance.normal(0.75 if needed else 0.25, noise, 2).clip(0.01, 0.99)
        found.append(NeedExample(message(float(both[0]), float(both[1]), language), needed))
    return found


def test_intents_and_message_speak_for_a_person_together() -> None:
    need = fit_need(examples(), INTENTS)
    assert need is not None
    both = need.probability(message(0.7, 0.7), NEEDING)
    assert both > need.probability(message(0.7, 0.2), NEEDING)
    assert both > need.probability(message(0.2, 0.7), NEEDING)
    assert need.probability(message(0.1, 0.1), NEEDING) < 0.1


def test_without_a_word_on_the_message_the_intents_decide() -> None:
    assert need_features(message(0.7, None), NEEDING) is None
    assert Need.load().probability(message(0.7, None), NEEDING) == pytest.approx(0.7)


def test_the_recall_is_kept_and_what_it_costs_is_told_by_language() -> None:
    need = fit_need([*examples(), *examples(language="ru", noise=0.4)], INTENTS, recall=0.9)
    assert need is not None
    en, ru = need.measured["en"], need.measured["ru"]
    assert (en["recall"] + ru["recall"]) / 2 == pytest.approx(0.9, abs=0.01)
    assert en["recall"] > ru["recall"]
    assert en["alarms"] < ru["alarms"]


def test_what_needs_a_person_without_a_tone_counts_for_its_share() -> None:
    rare = [replace(each, toned=at % 20 != 0) for at, each in enumerate(examples(noise=0.3))]
    rare = [
        replace(each, understanding=replace(each.understanding, needs_human=0.1))
        if each.needed and not each.toned
        else each
        for each in rare
    ]
    need = fit_need(rare, INTENTS, recall=PLAIN_SHARE + 0.2)
    even = fit_need([replace(each, toned=True) for each in rare], INTENTS, recall=PLAIN_SHARE + 0.2)
    assert need is not None
    assert even is not None
    # Those that the message itself says nothing of are one in five, and weigh as three in five.
    assert need.coefficients["message"] < even.coefficients["message"]


def test_too_few_examples_fit_nothing() -> None:
    assert fit_need(examples(150), INTENTS) is None
    needless = [each for each in examples() if not each.needed]
    assert fit_need(needless, INTENTS) is None


@pytest.mark.parametrize(
    ("recall", "threshold"), [(1.0, 0.3), (0.75, 0.5), (0.5, 0.7), (0.01, 0.9)]
)
def test_the_threshold_is_the_highest_that_keeps_the_recall(
    recall: float, threshold: float
) -> None:
    probabilities = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3])
    needed = np.array([True, False, True, False, True, False, True])
    assert need_threshold(probabilities, needed, np.ones(7), recall) == threshold
    # Twice the weight for the one found first.
    heavy = np.array([2.0, 1, 1, 1, 1, 1, 1])
    assert need_threshold(probabilities, needed, heavy, 0.4) == 0.9


def test_a_fitted_need_is_kept(tmp_path: Path) -> None:
    need = fit_need(examples(), INTENTS)
    assert need is not None
    need.save(tmp_path / "need.json")
    assert Need.load(tmp_path / "need.json") == need


def test_a_file_that_weighs_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "need.json"
    with pytest.raises(IndexUnavailableError, match="cannot be read"):
        Need.load(path)
    values = json.loads((Path(__file__).parents[3] / "knowledge" / "need.json").read_text("utf-8"))
    path.write_text(json.dumps(values | {"coefficients": {"weather": 1.0}}), "utf-8")
    with pytest.raises(IndexUnavailableError, match="weather"):
        Need.load(path)


def test_labelled_messages_are_read(tmp_path: Path) -> None:
    path = tmp_path / "tones.jsonl"
    row = {"text": "das ist schlecht", "language": "de", "needed": True, "truth": ["anger"]}
    row |= {"needs_human": 0.6}
    ranking = [["complaint", 0.7], ["withdraw_fee", 0.2]]
    lines = [
        {**row, "ranking": ranking},
        {**row, "needed": None, "ranking": ranking},  # nobody knows
        row,  # of a pipeline without intents
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    (example,) = read_need_examples(path)
    assert example.needed
    assert example.toned
    assert (example.understanding.language, example.understanding.needs_human) == ("de", 0.6)
    assert example.understanding.ranking == (("complaint", 0.7), ("withdraw_fee", 0.2))


def test_log_odds_have_bounds() -> None:
    assert log_odds(0.5) == 0
    assert log_odds(1.0) == pytest.approx(-log_odds(0.0)) == pytest.approx(5, abs=0.01)
