"""What a measurement looks like on a page: Markdown, and what charts are drawn from."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from evaluation import metrics
from evaluation.intents import IntentFigures, confusions, let_through, right_in_scope
from evaluation.retrieval import ALL, RetrievalFigures
from evaluation.routing import RoutingFigures
from evaluation.tables import OUT_OF_SCOPE, Example, Prediction

RELIABILITY, RISK_COVERAGE = "reliability.png", "risk-coverage.png"
# Points of a drawn curve; more are not seen.
_POINTS = 400
_PAIRS = 20
_DECISIONS = (
    "Each message was decided alone, as the first of a conversation, and its language was not "
    "told. What each figure means is told in docs/evaluation.md."
)

INTENT_LABELS = {
    "in_scope_accuracy": "accuracy in scope, %",
    "macro_f1": "macro-F1 in scope, %",
    "auroc": "AUROC, in against out of scope",
    "fpr95": "FPR95, lower is better",
    "open_accuracy": "accuracy over all by the engine's own decision, %",
    "ece": "expected calibration error, lower is better",
    "coverage_at_95": "coverage at 95 % precision, %",
    "train_seconds": "seconds to train",
    "ms_per_message": "milliseconds per message, p50",
}
ROUTING_LABELS = {
    "messages": "messages",
    "topic_accuracy": "topic right, %",
    "needs_human_recall": "person needed: found, %",
    "needs_human_precision": "person called: needed, %",
    "decision_accuracy": "outcome acceptable, %",
    "answers": "answers",
    "answers_right": "answers right, %",
    "answerable": "answerable messages",
    "answered_at_once": "answered right at once, %",
    "answered": "answered right at once or after a question, %",
    "language_accuracy": "language right, %",
}

RETRIEVAL_LABELS = {
    "queries": "questions",
    "recall_at_1": "Recall@1, %",
    "recall_at_3": "Recall@3, %",
    "recall_at_5": "Recall@5, %",
    "recall_at_10": "Recall@10, %",
    "mrr_at_10": "MRR@10",
    "ndcg_at_10": "nDCG@10",
    "ms_per_query": "milliseconds per question, p50",
}


def intent_details(
    figures: IntentFigures,
    examples: Sequence[Example],
    predictions: Sequence[Prediction],
    *,
    points: int = _POINTS,
) -> dict[str, Any]:
    """Everything a report of intents shows, as JSON values; curves of at most `points` points."""
    confidence = [
        found.confidence
        for example, found in zip(examples, predictions, strict=True)
        if example.intent != OUT_OF_SCOPE
    ]
    right = right_in_scope(examples, predictions)
    coverage, risk = metrics.risk_coverage(confidence, right)
    return {
        "figures": asdict(figures),
        "in_scope_rows": len(confidence),
        "out_of_scope_rows": len(examples) - len(confidence),
        "confusions": [
            {"intent": intent, "predicted": predicted, "count": count}
            for intent, predicted, count in confusions(examples, predictions)
        ],
        "let_through": [
            {"predicted": predicted, "count": count}
            for predicted, count in let_through(examples, predictions)
        ],
        "ece_by_chance": metrics.calibration_error_by_chance(confidence),
        "reliability": [
            {**asdict(each), "interval": list(metrics.share_interval(each.right, each.count))}
            for each in metrics.reliability(confidence, right)
        ],
        "risk_coverage": {
            "coverage": _thin(coverage.tolist(), points),
            "risk": _thin(risk.tolist(), points),
        },
    }


def intent_charts(details: Mapping[str, Any], title: str) -> list[dict[str, Any]]:
    """The charts of one measurement, in the form that `evaluation.charts` draws."""
    return [
        chart("reliability", RELIABILITY, [(title, {"share right": details})]),
        chart("risk_coverage", RISK_COVERAGE, [(title, {"wrong": details})]),
    ]


def chart(
    kind: str, file: str, panels: Sequence[tuple[str, Mapping[str, Mapping[str, Any]]]]
) -> dict[str, Any]:
    """One chart: a panel for each (title, measurements by label)."""
    return {
        "kind": kind,
        "file": file,
        "panels": [
            {
                "title": title,
                "series": [
                    {"label": label, "bins": each["reliability"], **each["risk_coverage"]}
                    for label, each in series.items()
                ],
            }
            for title, series in panels
        ],
    }


def intent_report(
    details: Mapping[str, Any], *, train: str, test: str, pipeline: str, examples: int, intents: int
) -> str:
    """The report of one measurement of intents, as Markdown."""
    figures = details["figures"]
    pairs = details["confusions"]
    through = details["let_through"]
    opening = (
        f"Pipeline `{pipeline}`, trained on {examples:,} examples of {intents:,} intents "
        f"(`{train}`), tested on {details['in_scope_rows']:,} messages in scope and "
        f"{details['out_of_scope_rows']:,} out of scope (`{test}`). What each figure means is told "
        "in docs/evaluation.md."
    )
    by_chance = (
        "Were each stated confidence exactly true, messages as many as these would show a "
        f"calibration error of {intent_cell('ece', details['ece_by_chance'])} by chance."
    )
    sections = [
        "# Intents",
        opening,
        table(
            ("figure", "value"),
            [(label, intent_cell(name, figures[name])) for name, label in INTENT_LABELS.items()],
        ),
    ]
    if details["in_scope_rows"]:
        sections += [
            "## Confidence",
            by_chance,
            f"![Share right by stated confidence]({RELIABILITY})",
            f"![Share wrong by share answered]({RISK_COVERAGE})",
            "## Confused most often",
            table(
                ("intent", "predicted instead", "messages"),
                [
                    (each["intent"], each["predicted"], str(each["count"]))
                    for each in pairs[:_PAIRS]
                ],
            )
            if pairs
            else "None.",
        ]
    if details["out_of_scope_rows"]:
        sections += [
            "## Out of scope, yet accepted",
            table(
                ("taken for", "messages"),
                [(each["predicted"], str(each["count"])) for each in through[:_PAIRS]],
            )
            if through
            else "None.",
        ]
    return "\n\n".join(sections) + "\n"


def routing_report(
    figures: Mapping[str, RoutingFigures], confused: Sequence[tuple[str, str, int]]
) -> str:
    """The report of a measurement of decisions, as Markdown."""
    sections = [
        "# Decisions",
        _DECISIONS,
        routing_table(figures),
        "## Topics confused most often",
        table(
            ("topic", "decided instead", "messages"),
            [(topic, instead, str(count)) for topic, instead, count in confused[:_PAIRS]],
        )
        if confused
        else "None.",
    ]
    return "\n\n".join(sections) + "\n"


def routing_table(figures: Mapping[str, RoutingFigures]) -> str:
    """Figures down, languages across."""
    rows = [asdict(each) for each in figures.values()]
    return table(
        ("", *figures),
        [
            (label, *(routing_cell(row[name]) for row in rows))
            for name, label in ROUTING_LABELS.items()
        ],
    )


def retrieval_report(
    figures: Mapping[str, RetrievalFigures],
    peers: Mapping[str, RetrievalFigures],
    missed: Sequence[tuple[str, str, int]],
) -> str:
    """The page of one set of questions: by language, beside peers in the same run, and what was
    found instead.
    """
    own = asdict(figures[ALL])
    others = {name: asdict(each) for name, each in peers.items()}
    sections = [
        "# Retrieval",
        "Each question was searched alone. What each figure means is told in docs/evaluation.md.",
        table(
            ("", *figures),
            [
                (label, *(retrieval_cell(name, asdict(each)[name]) for each in figures.values()))
                for name, label in RETRIEVAL_LABELS.items()
            ],
        ),
        "## Beside single methods, in the same run",
        table(
            ("", "search", *(each for name in others for each in (name, f"ratio to {name}"))),
            [
                (
                    label,
                    retrieval_cell(name, own[name]),
                    *(
                        cell
                        for row in others.values()
                        for cell in (
                            retrieval_cell(name, row[name]),
                            f"{own[name] / row[name]:.3f}" if row[name] else "-",
                        )
                    ),
                )
                for name, label in RETRIEVAL_LABELS.items()
                if name != "queries"
            ],
        ),
        "## Found first instead",
        table(
            ("right article", "found first", "questions"),
            [(right, found or "nothing", str(count)) for right, found, count in missed],
        )
        if missed
        else "None.",
    ]
    return "\n\n".join(sections) + "\n"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; the first column is text, the others stand right if all are numbers."""
    numeric = [
        at > 0 and all(re.fullmatch(r"[\d.,]+|-", row[at]) for row in rows)
        for at in range(len(header))
    ]
    lines = [
        "| " + " | ".join(map(_cell, header)) + " |",
        "|" + "|".join("---:" if right else "---" for right in numeric) + "|",
        *("| " + " | ".join(map(_cell, row)) + " |" for row in rows),
    ]
    return "\n".join(lines)


def intent_cell(name: str, value: float | None) -> str:
    """A figure of intents as a reader wants it; `-` where there is none."""
    if value is None:
        return "-"
    if name in ("in_scope_accuracy", "macro_f1", "open_accuracy", "coverage_at_95"):
        return f"{100 * value:.1f}"
    if name == "train_seconds":
        return f"{value:.0f}" if value >= 10 else f"{value:.1f}"
    return f"{value:.1f}" if name == "ms_per_message" else f"{value:.3f}"


def routing_cell(value: float | None) -> str:
    """A figure of decisions: counts as they are, shares in percent, `-` where there is none."""
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{100 * value:.1f}"


def retrieval_cell(name: str, value: float) -> str:
    """A figure of retrieval as a reader wants it: recall in percent."""
    if name.startswith("recall"):
        return f"{100 * value:.1f}"
    if name == "queries":
        return str(value)
    return f"{value:.2f}" if name == "ms_per_query" else f"{value:.3f}"


def _cell(text: str) -> str:
    """Text that may hold anything, on one line and without ending the cell."""
    return " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|")


def _thin(values: Sequence[float], points: int) -> list[float]:
    """At most `points` of a curve's points, the last among them."""
    step = -(-len(values) // points) or 1
    return [round(value, 5) for value in reversed(values[::-1][::step])]
