"""Reports: what stands on the page, and what charts are drawn from."""

from __future__ import annotations

import json

from evaluation.intents import measure
from evaluation.report import (
    chart,
    intent_cell,
    intent_charts,
    intent_details,
    intent_report,
    routing_report,
    table,
)
from evaluation.routing import Labelled, Routed
from evaluation.routing import measure as measure_routing
from evaluation.tables import OUT_OF_SCOPE, Example, Prediction


def details(count: int = 4, outside: int = 2) -> dict[str, object]:
    examples = [Example(str(at), "odd" if at % 2 else "even", at) for at in range(count)]
    examples += [Example(str(at), OUT_OF_SCOPE, at) for at in range(outside)]
    found = [Prediction("even", 1 - at / (2 * count), 0.9, True) for at in range(count)]
    found += [Prediction("even", 0.4, 0.2, at == 0) for at in range(outside)]
    return intent_details(
        measure(examples, found, train_seconds=12.3, ms_per_message=1.25), examples, found
    )


def report(of: dict[str, object]) -> str:
    return intent_report(
        of, train="train.csv", test="test.csv", pipeline="own", examples=1500, intents=2
    )


def test_details_are_json() -> None:
    found = details()
    assert json.loads(json.dumps(found)) == found
    assert (found["in_scope_rows"], found["out_of_scope_rows"]) == (4, 2)
    assert found["confusions"] == [{"intent": "odd", "predicted": "even", "count": 2}]
    assert found["let_through"] == [{"predicted": "even", "count": 1}]


def test_a_curve_is_thinned_and_keeps_its_end() -> None:
    curve = details(count=3000)["risk_coverage"]
    assert isinstance(curve, dict)
    assert len(curve["coverage"]) == len(curve["risk"]) <= 400
    assert curve["coverage"][-1] == 1.0
    assert curve["risk"][-1] == 0.5
    assert curve["coverage"] == sorted(curve["coverage"])


def test_a_report_names_files_figures_and_confusions() -> None:
    page = report(details())
    assert "1,500 examples of 2 intents (`train.csv`)" in page
    assert "4 messages in scope and 2 out of scope (`test.csv`)" in page
    assert "| accuracy in scope, % | 50.0 |" in page
    assert "| seconds to train | 12 |" in page
    assert "| odd | even | 2 |" in page
    assert "(reliability.png)" in page
    assert "(risk-coverage.png)" in page


def test_a_report_leaves_out_what_was_not_measured() -> None:
    inside, outside = report(details(outside=0)), report(details(count=0))
    assert "| AUROC, in against out of scope | - |" in inside
    assert "yet accepted" not in inside
    assert "| accuracy in scope, % | - |" in outside
    assert "Confused" not in outside
    assert "reliability.png" not in outside


def test_names_cannot_break_a_table() -> None:
    assert table(("a|b", "n"), [("x\ny | z\\", "1")]).splitlines() == [
        "| a\\|b | n |",
        "|---|---:|",
        "| x y \\| z\\\\ | 1 |",
    ]


def test_figures_are_written_as_readers_want_them() -> None:
    assert intent_cell("in_scope_accuracy", 0.94321) == "94.3"
    assert intent_cell("auroc", 0.9754) == "0.975"
    assert intent_cell("train_seconds", 3.21) == "3.2"
    assert intent_cell("ms_per_message", 4.56) == "4.6"
    assert intent_cell("auroc", None) == "-"


def test_a_report_of_decisions_has_a_column_for_each_language() -> None:
    labelled = [Labelled("t", "en", "a", False, frozenset(), frozenset({"decline"}))]
    routed = [Routed("b", False, "decline", None, "en")]
    figures = measure_routing(labelled, routed)
    page = routing_report(figures, [("a", "b", 1)])
    assert "|  | en | all |" in page
    assert "| outcome acceptable, % | 100.0 | 100.0 |" in page
    assert "| a | b | 1 |" in page


def test_charts_carry_the_series_of_each_panel() -> None:
    found = details()
    reliability, risk = intent_charts(found, "a set")
    assert [each["file"] for each in (reliability, risk)] == [
        "reliability.png",
        "risk-coverage.png",
    ]
    [panel] = reliability["panels"]
    assert panel["title"] == "a set"
    assert panel["series"][0]["bins"] == found["reliability"]
    both = chart("risk_coverage", "x.png", [("one", {"own": found, "peer": found}), ("two", {})])
    assert [len(each["series"]) for each in both["panels"]] == [2, 0]
