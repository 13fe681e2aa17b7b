"""Figures of a labelled file, computed by hand."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from evaluation.intents import confusions, measure
from evaluation.tables import OUT_OF_SCOPE, Example, Prediction

KEYS = [
    "in_scope_accuracy",
    "macro_f1",
    "auroc",
    "fpr95",
    "open_accuracy",
    "ece",
    "coverage_at_95",
    "train_seconds",
    "ms_per_message",
]

ROWS = [
    (Example("1", "a", 2), Prediction("a", 0.9, 0.9, True)),
    (Example("2", "a", 3), Prediction("a", 0.8, 0.4, False)),
    (Example("3", "b", 4), Prediction("a", 0.6, 0.7, True)),
    (Example("4", OUT_OF_SCOPE, 5), Prediction("b", 0.7, 0.6, True)),
    (Example("5", OUT_OF_SCOPE, 6), Prediction("a", 0.95, 0.1, False)),
]


def figures(rows: list[tuple[Example, Prediction]]) -> dict[str, float | None]:
    examples, found = zip(*rows, strict=True)
    return asdict(measure(examples, found, train_seconds=2.0, ms_per_message=3.0))


def test_figures_of_a_file_with_out_of_scope_rows() -> None:
    found = figures(ROWS)
    assert list(found) == KEYS
    assert found["in_scope_accuracy"] == pytest.approx(2 / 3)
    assert found["macro_f1"] == pytest.approx((2 * 2 / 5 + 0) / 2)
    # In scope .9 .7 .4 against .6 .1: five of six pairs.
    assert found["auroc"] == pytest.approx(5 / 6)
    assert found["fpr95"] == 0.5
    # Right: 1 (accepted with its intent) and 5 (rejected); 2 is rejected, 3 wrong, 4 let through.
    assert found["open_accuracy"] == pytest.approx(2 / 5)
    assert found["ece"] == pytest.approx((0.1 + 0.2 + 0.6) / 3)
    assert found["coverage_at_95"] == pytest.approx(2 / 3)
    assert (found["train_seconds"], found["ms_per_message"]) == (2.0, 3.0)


def test_scope_figures_are_null_without_out_of_scope_rows() -> None:
    found = figures(ROWS[:3])
    assert [name for name in KEYS if found[name] is None] == ["auroc", "fpr95", "open_accuracy"]


def test_figures_in_scope_are_null_without_rows_in_scope() -> None:
    found = figures(ROWS[3:])
    assert [name for name in KEYS if found[name] is None] == [
        "in_scope_accuracy",
        "macro_f1",
        "auroc",
        "fpr95",
        "ece",
        "coverage_at_95",
    ]
    assert found["open_accuracy"] == 0.5


def test_confusions_come_most_frequent_first() -> None:
    rows = [
        (Example(str(at), intent, at), Prediction(predicted, 1.0, 1.0, True))
        for at, (intent, predicted) in enumerate(
            [("a", "b"), ("c", "a"), ("a", "b"), ("a", "a"), (OUT_OF_SCOPE, "a"), ("b", "a")]
        )
    ]
    examples, found = zip(*rows, strict=True)
    assert confusions(examples, found) == [("a", "b", 2), ("b", "a", 1), ("c", "a", 1)]
