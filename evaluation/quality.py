"""docs/quality.md: what was measured, on a page that is written and not typed.

The page is made from `quality.json`, which keeps every measurement with its date and engine, so
that one set can be measured anew while the others stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from evaluation.benchmarks import BENCHMARKS
from evaluation.report import ROUTING_LABELS, chart, intent_cell, routing_cell, table

RELIABILITY, RISK_COVERAGE = "quality-reliability.png", "quality-risk-coverage.png"
OWN, PEER = "own", "peer"
Measurement = Mapping[str, Any]

_PAIRS = 5
_SET_COLUMNS = {
    "in_scope_accuracy": "accuracy, %",
    "macro_f1": "macro-F1, %",
    "auroc": "AUROC",
    "fpr95": "FPR95",
    "open_accuracy": "own decision, %",
    "ece": "ECE",
    "coverage_at_95": "coverage at 95 %",
    "train_seconds": "training, s",
    "ms_per_message": "message, ms",
}
_BY_CHANCE = "ece_by_chance"
_PUBLIC_COLUMNS = {
    key: label
    for name, own in _SET_COLUMNS.items()
    for key, label in ((name, own), *([(_BY_CHANCE, "by chance")] if name == "ece" else []))
}
_VALIDATION_LABELS = {
    "examples": "examples",
    "accuracy": "intent right, %",
    "topic_accuracy": "topic right, %",
    "macro_f1": "macro-F1, %",
    "ece": "expected calibration error",
    "coverage_at_95": "coverage at 95 % precision, %",
    "auroc": "AUROC, covered against not covered",
    "fpr95": "FPR95",
}
_LIMITS = """\
- The public test files were measured at the end and chose nothing: no component, setting or
  threshold. What was tuned was tuned on splits of training data.
- Public sets are clean, short and English for the most part; live traffic is none of it. Their
  labels hold mistakes (BANKING77 a few percent), so that the last points mean little.
- Our own routing set was written by people of this project, apart from the training examples. It
  seeks out boundaries and weighs money and security more than live traffic does. In each language
  but English it has about sixty messages by one writer: five points more or less are chance.
- Cross-validation on our own examples flatters: they are phrasings of the same writers.
- Published figures come from the papers, with their own splits and hardware. Only what stands
  beside Rasa's default pipeline was measured in the same run.
- Times depend on the machine and on what else it did; the load before each run is given."""


def mean_figures(rounds: Sequence[Mapping[str, float | None]]) -> dict[str, float | None]:
    """The mean of each figure; None where a round has none."""
    return {
        name: None
        if any(each[name] is None for each in rounds)
        else float(np.mean([each[name] for each in rounds]))
        for name in rounds[0]
    }


def charts(store: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The page's charts: a panel for each measured set, with the peer where it was measured."""
    panels = [
        (title, {label: each[side] for side, label in _SIDES.items() if side in each})
        for title, each in _measured(store)
    ]
    if not panels:
        return []
    return [
        chart("reliability", RELIABILITY, panels),
        chart("risk_coverage", RISK_COVERAGE, panels),
    ]


def page(store: Mapping[str, Any], engine: Mapping[str, str]) -> str:
    """docs/quality.md, of what the store holds; `engine` is the one of this checkout."""
    sections = [
        "# Quality",
        (
            "Written by `teller evaluate quality`, not by hand. What each figure means and how to "
            "measure it again is told in [evaluation.md](evaluation.md)."
        ),
        *_public(store),
        *_beside_peer(store),
        *_own(store),
        *_chart_section(store),
        *_confused(store),
        "## How it was measured",
        _how(store, engine),
        "## What these figures do not say",
        _LIMITS,
    ]
    return "\n\n".join(sections) + "\n"


_SIDES = {OWN: "Teller", PEER: "Rasa's default"}


def _measured(store: Mapping[str, Any]) -> Iterable[tuple[str, Mapping[str, Measurement]]]:
    sets = store.get("sets", {})
    return [(each.title, sets[each.name]) for each in BENCHMARKS if sets.get(each.name)]


def _public(store: Mapping[str, Any]) -> list[str]:
    published = {each.title: each.published for each in BENCHMARKS}
    rows = [
        (
            title,
            *(_set_cell(name, sides[OWN]) for name in _PUBLIC_COLUMNS),
            published[title] or "-",
        )
        for title, sides in _measured(store)
        if OWN in sides
    ]
    if not rows:
        return []
    return [
        "## Public sets",
        (
            "The pipeline of `config.yml`, trained on each set's training file alone and measured "
            "on its test file. Of several training files, figures are the mean. Accuracy, "
            "macro-F1, ECE (expected calibration error) and coverage are of messages in scope; "
            "*own decision* is accuracy over all messages where the engine accepts or rejects by "
            "itself. *By chance* is the ECE that as many messages would show if every stated "
            "confidence were exactly true."
        ),
        table(("set", *_PUBLIC_COLUMNS.values(), "best published"), rows),
    ]


def _set_cell(name: str, measured: Measurement) -> str:
    if name == _BY_CHANCE:
        return intent_cell("ece", measured[name])
    return intent_cell(name, measured["figures"][name])


def _beside_peer(store: Mapping[str, Any]) -> list[str]:
    rows = []
    for title, sides in _measured(store):
        if OWN not in sides or PEER not in sides:
            continue
        count = len(sides[PEER]["rounds"])
        # As many rounds as the peer has: it takes minutes where ours takes seconds.
        own = mean_figures(sides[OWN]["rounds"][:count])
        for label, figures in ((_SIDES[OWN], own), (_SIDES[PEER], sides[PEER]["figures"])):
            cells = (intent_cell(name, figures[name]) for name in _SET_COLUMNS)
            rows.append((f"{title}: {label}", *cells))
    if not rows:
        return []
    return [
        "## Beside Rasa's default pipeline",
        (
            "The pipeline that `rasa init` writes (`evaluation/peer.yml`: DIET, 100 epochs), on "
            "the same training files in the same harness."
        ),
        table(("set", *_SET_COLUMNS.values()), rows),
    ]


def _own(store: Mapping[str, Any]) -> list[str]:
    sections = []
    validation, routing = store.get("validation"), store.get("routing")
    if validation or routing:
        sections.append("## The assistant of this checkout")
    if validation:
        figures = validation["figures"]
        sections += [
            "### Cross-validation of its examples",
            (
                "What an ensemble that did not see an example predicts for it. Intents that stand "
                "for what is not covered count as intents like others, and as out of scope in "
                "AUROC and FPR95."
            ),
            table(
                ("", *figures),
                [
                    (label, *(_validation_cell(name, each[name]) for each in figures.values()))
                    for name, label in _VALIDATION_LABELS.items()
                ],
            ),
        ]
    if routing:
        figures = routing["figures"]
        sections += [
            "### Decisions on the routing set",
            (
                "Messages that were never trained on (`tests/data/routing`), each decided alone as "
                "live traffic is, its language not told."
            ),
            table(
                ("", *figures),
                [
                    (label, *(routing_cell(each[name]) for each in figures.values()))
                    for name, label in ROUTING_LABELS.items()
                ],
            ),
        ]
    return sections


def _chart_section(store: Mapping[str, Any]) -> list[str]:
    if not charts(store):
        return []
    return [
        "## Can the confidence be believed?",
        (
            "Of the messages with a stated confidence of 0.8, eight in ten should be right. Marks "
            "are sized by the messages that they stand for; lines show within what the true share "
            "lies with 95 % certainty."
        ),
        f"![Share right by stated confidence, for each public set](images/{RELIABILITY})",
        ("If only the most confident messages are answered, this share of the answers is wrong."),
        f"![Share wrong by share answered, for each public set](images/{RISK_COVERAGE})",
    ]


def _confused(store: Mapping[str, Any]) -> list[str]:
    rows = [
        (title, each["intent"], each["predicted"], str(each["count"]))
        for title, sides in _measured(store)
        if OWN in sides
        for each in sides[OWN]["confusions"][:_PAIRS]
        # What happened once is no pattern.
        if each["count"] > 1
    ]
    rows += [
        ("routing set", each["topic"], each["decided"], str(each["count"]))
        for each in (store.get("routing") or {}).get("confusions", [])[:_PAIRS]
    ]
    if not rows:
        return []
    return [
        "## Confused most often",
        table(("set", "intent or topic", "taken for", "messages"), rows),
    ]


def _how(store: Mapping[str, Any], engine: Mapping[str, str]) -> str:
    rows = []
    for title, sides in _measured(store):
        rows += [_run(f"{title}: {_SIDES[side]}", side, each) for side, each in sides.items()]
    for name, title in (("validation", "cross-validation"), ("routing", "routing set")):
        if store.get(name):
            rows.append(_run(title, name, store[name]))
    other = any(row[4] not in (engine["engine"], "-") for row in rows)
    told = (
        f"Engine `{engine['engine']}` (components, settings and encoder of this checkout), encoder "
        f"`{engine['encoder']}` ({engine['base_model']}), Rasa 3.6.21 on Python 3.10."
    )
    if other:
        told += " Rows with another engine were measured before it changed."
    if engine.get("trained_on"):
        told += f" The encoder was trained on: {engine['trained_on']}."
    return (
        told
        + "\n\n"
        + table(("measured", "trained on", "tested on", "date", "engine", "machine"), rows)
    )


def _run(title: str, kind: str, measured: Measurement) -> tuple[str, ...]:
    return (
        title,
        measured.get("trained_on", "-"),
        measured["tested_on"],
        measured["date"],
        measured["engine"] if kind != PEER else "-",
        measured["machine"],
    )


def _validation_cell(name: str, value: float | None) -> str:
    if name == "examples":
        return str(value)
    names = {"accuracy": "in_scope_accuracy", "topic_accuracy": "in_scope_accuracy"}
    return intent_cell(names.get(name, name), value)
