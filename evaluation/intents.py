"""Figures of an intent engine on a labelled file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evaluation import metrics
from evaluation.tables import OUT_OF_SCOPE, Example, Prediction


@dataclass(frozen=True)
class IntentFigures:
    """What `teller evaluate intents` reports; None where a file lacks the messages for a figure.

    *In scope* are the rows with an intent, *out of scope* those labelled `out_of_scope`. The
    predicted intent counts whether or not the engine accepts the message, except in
    `open_accuracy`.

    Attributes:
        in_scope_accuracy: share of in-scope rows whose predicted intent is theirs.
        macro_f1: over in-scope rows, the mean of the labels' F1 (`metrics.macro_f1`).
        auroc: how well `in_scope` ranks in-scope above out-of-scope rows (`metrics.auroc`).
        fpr95: share of out-of-scope rows let through where 95 % of in-scope rows are
            (`metrics.fpr_at_tpr`).
        open_accuracy: share of all rows right by the engine's own fixed decision: an in-scope row
            accepted with its intent, an out-of-scope row rejected. None without out-of-scope rows.
        ece: expected calibration error of `confidence` on in-scope rows, 15 bins of equal width
            (`metrics.calibration_error`).
        coverage_at_95: largest share of in-scope rows answered, most confident first, with at
            least 95 % of the answered ones right (`metrics.coverage_at_precision`).
        train_seconds: training of all NLU components, without the start of Rasa.
        ms_per_message: median milliseconds of one message through all NLU components.
    """

    in_scope_accuracy: float | None
    macro_f1: float | None
    auroc: float | None
    fpr95: float | None
    open_accuracy: float | None
    ece: float | None
    coverage_at_95: float | None
    train_seconds: float
    ms_per_message: float


def measure(
    examples: Sequence[Example],
    predictions: Sequence[Prediction],
    *,
    train_seconds: float,
    ms_per_message: float,
) -> IntentFigures:
    """The figures of predictions, one for each example in order."""
    inside = [
        (example, found)
        for example, found in zip(examples, predictions, strict=True)
        if example.intent != OUT_OF_SCOPE
    ]
    outside = [
        found
        for example, found in zip(examples, predictions, strict=True)
        if example.intent == OUT_OF_SCOPE
    ]
    right = right_in_scope(examples, predictions)
    confidence = [found.confidence for _, found in inside]
    kept = [found.in_scope for _, found in inside]
    strange = [found.in_scope for found in outside]
    decided = [found.accepted and at for (_, found), at in zip(inside, right, strict=True)]
    return IntentFigures(
        in_scope_accuracy=metrics.accuracy(right),
        macro_f1=metrics.macro_f1(
            [example.intent for example, _ in inside], [found.predicted for _, found in inside]
        ),
        auroc=metrics.auroc(kept, strange),
        fpr95=metrics.fpr_at_tpr(kept, strange),
        open_accuracy=metrics.accuracy([*decided, *(not found.accepted for found in outside)])
        if outside
        else None,
        ece=metrics.calibration_error(confidence, right),
        coverage_at_95=metrics.coverage_at_precision(confidence, right),
        train_seconds=train_seconds,
        ms_per_message=ms_per_message,
    )


def right_in_scope(examples: Sequence[Example], predictions: Sequence[Prediction]) -> metrics.Flags:
    """Whether the predicted intent is right, for each in-scope row in order."""
    return np.array(
        [
            found.predicted == example.intent
            for example, found in zip(examples, predictions, strict=True)
            if example.intent != OUT_OF_SCOPE
        ],
        bool,
    )


def confusions(
    examples: Sequence[Example], predictions: Sequence[Prediction]
) -> list[tuple[str, str, int]]:
    """(intent, predicted instead, how often), the most frequent first; in-scope rows only."""
    pairs = Counter(
        (example.intent, found.predicted)
        for example, found in zip(examples, predictions, strict=True)
        if example.intent not in (OUT_OF_SCOPE, found.predicted)
    )
    return [
        (intent, predicted, count)
        for (intent, predicted), count in sorted(pairs.items(), key=lambda pair: (-pair[1], pair))
    ]


def let_through(
    examples: Sequence[Example], predictions: Sequence[Prediction]
) -> list[tuple[str, int]]:
    """(intent, how many out-of-scope rows were accepted as it), the most frequent first."""
    taken = Counter(
        found.predicted
        for example, found in zip(examples, predictions, strict=True)
        if example.intent == OUT_OF_SCOPE and found.accepted
    )
    return sorted(taken.items(), key=lambda pair: (-pair[1], pair))
