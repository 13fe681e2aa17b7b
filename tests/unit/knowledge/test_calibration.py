"""One probability from all signals, kept as JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.calibration import FEATURES, Calibration, features, logit, names_company
from knowledge.errors import IndexUnavailableError
from knowledge.search import Candidate
from knowledge.understanding import Understanding

KNOWN = Understanding("what is the fee", "en", "fee", 0.9, 0.8, (("fee", 0.9), ("limit", 0.05)))


def candidate(name: str, score: float, retrieval: float, agreement: float) -> Candidate:
    return Candidate(name, name, "t", score, retrieval, 0.7, 0.4, agreement)


def test_the_signals_are_those_that_are_named() -> None:
    values = features(
        KNOWN,
        [candidate("a", 0.8, 0.6, 0.9), candidate("b", 0.5, 0.7, 0.0)],
        answerable=0.95,
        known_words=1.0,
    )
    assert set(values) == set(FEATURES)
    assert values["margin"] == pytest.approx(0.3)
    assert values["retrieval_margin"] == pytest.approx(-0.1)
    assert values["agrees"] == 1.0
    assert values["retrieval_agrees"] == 0.0
    assert values["other_company"] == 0.0


def test_articles_that_answer_the_same_do_not_make_each_other_doubtful() -> None:
    first, second, third = (
        replace(candidate(name, score, score, 0.5), intents=(intent,))
        for name, score, intent in (("a", 0.8, "fee"), ("b", 0.7, "fee"), ("c", 0.3, "limit"))
    )
    values = features(KNOWN, [first, second, third], answerable=0.9, known_words=1.0)
    assert values["margin"] == pytest.approx(0.5)
    assert values["lead"] == pytest.approx(0.1)


def test_another_company_that_is_named_is_a_signal() -> None:
    assert names_company("how do I reset my Coinbase password?")
    assert not names_company("how do I reset my password?")


def test_a_single_candidate_has_everything_as_its_margin() -> None:
    values = features(KNOWN, [candidate("a", 0.8, 0.6, 0.9)], answerable=0.95, known_words=1.0)
    assert values["margin"] == pytest.approx(0.8)
    assert values["retrieval_agrees"] == 1.0


def test_certainty_cannot_drown_the_other_signals() -> None:
    assert logit(1.0) == pytest.approx(4.0, abs=0.01)
    assert logit(0.0) == pytest.approx(-4.0, abs=0.01)
    assert logit(0.5) == 0


def test_a_probability_is_one_whatever_the_signals() -> None:
    calibration = Calibration({"cosine": 1e6}, 0.0, 0.5, 0.97)
    assert calibration.probability({"cosine": 1e6}) == pytest.approx(1.0)
    assert calibration.probability({"cosine": -1e6}) == pytest.approx(0.0)
    assert calibration.probability({"cosine": 0.0}) == 0.5


def test_a_calibration_is_stored_and_read(tmp_path: Path) -> None:
    calibration = Calibration({"cosine": 1.5}, -1.0, 0.7, 0.97, {"examples": 10})
    calibration.save(tmp_path / "calibration.json")
    assert Calibration.load(tmp_path / "calibration.json") == calibration


def test_the_default_can_be_read() -> None:
    assert 0 < Calibration.load().answer <= 1


@pytest.mark.parametrize("content", ["", "[]", '{"a": 1}'])
def test_a_damaged_calibration_is_a_clear_error(tmp_path: Path, content: str) -> None:
    (tmp_path / "c.json").write_text(content)
    with pytest.raises(IndexUnavailableError, match="teller index"):
        Calibration.load(tmp_path / "c.json")


def test_signals_that_this_code_does_not_know_are_named(tmp_path: Path) -> None:
    values = {"coefficients": {"moon": 1}, "intercept": 0, "answer": 0.5, "precision": 0.9}
    (tmp_path / "c.json").write_text(json.dumps(values))
    with pytest.raises(IndexUnavailableError, match="moon"):
        Calibration.load(tmp_path / "c.json")
