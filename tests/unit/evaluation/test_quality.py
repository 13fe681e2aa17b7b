"""The page of figures."""

from __future__ import annotations

from typing import Any

import pytest

from evaluation.quality import OWN, PEER, charts, mean_figures, page

ENGINE = {"engine": "abcd1234", "encoder": "ffff0000", "base_model": "some/model"}


def figures(accuracy: float, auroc: float | None = None) -> dict[str, float | None]:
    return {
        "in_scope_accuracy": accuracy,
        "macro_f1": 0.5,
        "auroc": auroc,
        "fpr95": auroc,
        "open_accuracy": auroc,
        "ece": 0.01,
        "coverage_at_95": 0.7,
        "train_seconds": 12.0,
        "ms_per_message": 3.0,
    }


def measured(*rounds: dict[str, float | None], engine: str = "abcd1234") -> dict[str, Any]:
    return {
        "date": "2026-11-22",
        "engine": engine,
        "machine": "2 cores, load 0.1",
        "trained_on": "770 examples, 77 intents",
        "tested_on": "3,080 messages",
        "rounds": list(rounds),
        "figures": mean_figures(rounds),
        "ece_by_chance": 0.004,
        "confusions": [{"intent": f"i{at}", "predicted": "p", "count": 9 - at} for at in range(8)],
        "reliability": [],
        "risk_coverage": {"coverage": [1.0], "risk": [0.1]},
    }


def test_means_are_null_where_a_round_has_none() -> None:
    mean = mean_figures([figures(0.8, auroc=0.9), figures(0.9)])
    assert mean["in_scope_accuracy"] == pytest.approx(0.85)
    assert mean["auroc"] is None


def test_an_empty_store_is_a_page_without_figures() -> None:
    text = page({}, ENGINE)
    assert "# Quality" in text
    assert "## Public sets" not in text
    assert charts({}) == []


def test_public_sets_stand_in_one_table_in_their_order() -> None:
    sets = {
        "clinc150": {OWN: measured(figures(0.961, auroc=0.9754))},
        "banking77": {OWN: measured(figures(0.9372))},
    }
    text = page({"sets": sets}, ENGINE)
    rows = [line for line in text.splitlines() if line.startswith("| BANKING77 |")]
    assert rows[0].startswith(
        "| BANKING77 | 93.7 | 50.0 | - | - | - | 0.010 | 0.004 | 70.0 | 12 | 3.0 |"
    )
    assert text.index("| BANKING77 |") < text.index("| CLINC150 |")
    assert "| 0.975 |" in text
    # Five confusions of a set at most.
    assert "| BANKING77 | i4 |" in text
    assert "i5" not in text
    assert [panel["title"] for panel in charts({"sets": sets})[0]["panels"]] == [
        "BANKING77",
        "CLINC150",
    ]


def test_the_peer_is_compared_on_the_rounds_that_it_has() -> None:
    ours = measured(figures(0.86), figures(0.90), figures(0.88))
    theirs = measured(figures(0.676), engine="other")
    text = page({"sets": {"banking77-10shot": {OWN: ours, PEER: theirs}}}, ENGINE)
    assert "| BANKING77, 10 per intent | 88.0 |" in text
    assert "| BANKING77, 10 per intent: Teller | 86.0 |" in text
    assert "| BANKING77, 10 per intent: Rasa's default | 67.6 |" in text
    # The peer is no engine of ours.
    assert "another engine" not in text


def test_figures_of_an_older_engine_are_marked() -> None:
    text = page({"sets": {"hwu64": {OWN: measured(figures(0.9), engine="0ld")}}}, ENGINE)
    assert "| 0ld |" in text
    assert "Rows with another engine were measured before it changed." in text


def test_our_own_sets_have_a_column_for_each_language() -> None:
    origin = {"date": "2026-11-22", "engine": "abcd1234", "machine": "m", "tested_on": "2 messages"}
    languages = ("en", "ru", "all")
    validation = {
        name: {
            "examples": 10,
            "accuracy": 0.9,
            "topic_accuracy": 0.95,
            "macro_f1": 0.9,
            "ece": 0.01,
            "coverage_at_95": 0.8,
            "auroc": None,
            "fpr95": None,
        }
        for name in languages
    }
    routing = {
        name: {
            "messages": 60,
            "topic_accuracy": 0.881,
            "needs_human_recall": 0.95,
            "needs_human_precision": 0.8,
            "decision_accuracy": 0.9,
            "answers": 30,
            "answers_right": 0.97,
            "answerable": 40,
            "answered_at_once": 0.7,
            "answered": 0.9,
            "language_accuracy": 1.0,
        }
        for name in languages
    }
    store = {
        "validation": {**origin, "figures": validation},
        "routing": {
            **origin,
            "figures": routing,
            "confusions": [{"topic": "a", "decided": "b", "count": 3}],
        },
    }
    text = page(store, ENGINE)
    assert "|  | en | ru | all |" in text
    assert "| topic right, % | 95.0 | 95.0 | 95.0 |" in text
    assert "| topic right, % | 88.1 | 88.1 | 88.1 |" in text
    assert "| routing set | a | b | 3 |" in text
