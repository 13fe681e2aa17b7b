"""The gate is fitted on predictions by classifiers that had not seen the example."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from knowledge.fitting import Example, fit, read_examples, right_articles, threshold
from knowledge.intents import Intents
from knowledge.testing import make_article, make_base
from knowledge.understanding import Understanding

INTENTS = {
    "fee": {"topic": "fees_trading", "handling": "answer", "label": "Fees"},
    "deposit": {"topic": "deposit_crypto", "handling": "answer", "label": "Deposit"},
    "hacked": {"topic": "account_security", "handling": "handoff", "label": "Hacked"},
    "oos_general": {"topic": "oos_general", "handling": "decline", "label": "Else"},
}
ARTICLES = [
    make_article("fees", topic="fees_trading", intents=("fee", "hacked")),
    make_article("deposits", topic="deposit_crypto", intents=("deposit",)),
]
BASE = make_base(ARTICLES, INTENTS)


def example(text: str, true: str, predicted: str, confidence: float) -> Example:
    ranking = ((predicted, confidence), ("oos_general", (1 - confidence) / 3))
    return Example(Understanding(text, "en", predicted, confidence, confidence, ranking), true)


def many() -> list[Example]:
    generator = np.random.default_rng(3)
    examples = []
    for number in range(300):
        true = ("fee", "deposit", "oos_general")[number % 3]
        sure = float(generator.uniform(0.5, 0.99) if true != "oos_general" else 0.3)
        predicted = true if true != "oos_general" else "fee"
        examples.append(example(f"{predicted} words {number}", true, predicted, sure))
    return examples


def test_right_articles_are_those_of_answerable_intents_only() -> None:
    table = Intents.from_plain(INTENTS)
    by_id = {article.id: article for article in ARTICLES}
    assert right_articles("fee", by_id, table) == {"fees"}
    assert right_articles("hacked", by_id, table) == frozenset()
    assert right_articles("unheard_of", by_id, table) == frozenset()


def test_a_sure_and_right_prediction_is_likelier_answered_than_an_unsure_one() -> None:
    calibration = fit(many(), BASE.searchers, BASE.intents, precision=0.9)
    assert calibration is not None
    assert calibration.measured["precision"] >= 0.9
    assert calibration.measured["coverage"] > 0.3
    assert calibration.coefficients["confidence"] > 0


def test_fitting_twice_gives_the_same() -> None:
    searchers, intents = BASE.searchers, BASE.intents
    assert fit(many(), searchers, intents) == fit(many(), searchers, intents)


def test_too_few_examples_fit_nothing() -> None:
    assert fit(many()[:20], BASE.searchers, BASE.intents) is None


def test_examples_of_one_kind_fit_nothing() -> None:
    alike = [example(f"fee {number}", "fee", "fee", 0.9) for number in range(250)]
    assert fit(alike, BASE.searchers, BASE.intents) is None


def test_the_threshold_is_the_lowest_that_keeps_the_precision() -> None:
    probabilities = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    right = np.array([1, 1, 0, 1, 0])
    assert threshold(probabilities, right, 1.0) == pytest.approx(0.8)
    assert threshold(probabilities, right, 0.75) == pytest.approx(0.6)
    assert threshold(probabilities, np.zeros(5, np.int64), 0.5) == 1.0


def test_equal_probabilities_are_answered_together_or_not_at_all() -> None:
    equal = np.array([0.9, 0.5, 0.5])
    assert threshold(equal, np.array([1, 1, 0]), 1.0) == pytest.approx(0.9)


def test_out_of_fold_predictions_are_read(tmp_path: Path) -> None:
    row = {
        "text": "fee?",
        "intent": "fee",
        "predicted": "deposit",
        "confidence": 0.4,
        "in_scope": 0.9,
        "ranking": [["deposit", 0.4], ["fee", 0.3]],
    }
    path = tmp_path / "cross_validation.jsonl"
    path.write_text(json.dumps(row) + "\n\n")
    (read,) = read_examples(path)
    assert read.intent == "fee"
    assert read.understanding.ranking == (("deposit", 0.4), ("fee", 0.3))


def test_the_language_of_a_prediction_is_that_of_its_message(tmp_path: Path) -> None:
    row = {"intent": "fee", "predicted": "fee", "confidence": 1, "in_scope": 1, "ranking": []}
    path = tmp_path / "cross_validation.jsonl"
    path.write_text("".join(json.dumps(row | {"text": text}) + "\n" for text in ("a", "b")))
    read = read_examples(path, {"b": "es"})
    assert [each.understanding.language for each in read] == ["en", "es"]


def test_each_language_is_searched_in_its_own_index_and_measured_by_itself() -> None:
    class Searched:
        def __init__(self) -> None:
            self.texts: list[str] = []

        def __getattr__(self, name: str) -> object:
            return getattr(BASE.searchers["en"], name)

        def search(self, text: str, **values: object) -> object:
            self.texts.append(text)
            return BASE.searchers["en"].search(text, **values)  # type: ignore[arg-type]

    spanish = [
        replace(each, understanding=replace(each.understanding, language="es"))
        for each in many()[:240]
    ]
    searchers = {"en": BASE.searchers["en"], "es": Searched()}
    calibration = fit([*many(), *spanish], searchers, BASE.intents)  # type: ignore[arg-type]
    assert calibration is not None
    assert len(searchers["es"].texts) == 240  # type: ignore[attr-defined]
    assert set(calibration.measured["languages"]) == {"en", "es"}


def test_of_another_language_enough_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge.fitting.MOST_PER_LANGUAGE", 50)
    spanish = [
        replace(each, understanding=replace(each.understanding, language="es")) for each in many()
    ]
    searchers = {"en": BASE.searchers["en"], "es": BASE.searchers["en"]}
    calibration = fit([*many(), *spanish], searchers, BASE.intents)
    assert calibration is not None
    assert calibration.measured["languages"]["es"]["examples"] <= 50
    assert calibration.measured["languages"]["en"]["examples"] > 50


@pytest.mark.parametrize(("unlearned", "kept"), [(1000, 1000), (999, 3000)])
def test_what_the_encoder_has_learned_is_left_out_where_others_are_enough(
    tmp_path: Path, unlearned: int, kept: int
) -> None:
    row = {
        "text": "a",
        "intent": "fee",
        "predicted": "fee",
        "confidence": 0.9,
        "in_scope": 0.9,
        "ranking": [["fee", 0.9]],
    }
    rows = [json.dumps({**row, "unlearned": number < unlearned}) for number in range(3000)]
    path = tmp_path / "cross_validation.jsonl"
    path.write_text("\n".join(rows), encoding="utf-8")
    assert len(read_examples(path)) == kept
