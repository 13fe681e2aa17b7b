"""Figures of merit, each a pure function of arrays.

Every function takes one entry per message and returns a share between 0 and 1, or None where the
figure has no meaning because the messages that it is about are missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

BINS = 15


def accuracy(right: Sequence[bool] | Flags) -> float | None:
    """Share of messages that are right; None where there are none."""
    flags = np.asarray(right, bool)
    return float(flags.mean()) if flags.size else None


def macro_f1(truth: Sequence[str], predicted: Sequence[str]) -> float | None:
    """Mean over labels of the harmonic mean of precision and recall, each label counting the same.

    The labels are those that occur as truth or as prediction, as in scikit-learn: a prediction of
    a label that no message has costs a label of F1 zero.
    """
    labels = sorted({*truth, *predicted})
    if not len(truth):
        return None
    at = {label: position for position, label in enumerate(labels)}
    true = np.array([at[label] for label in truth])
    found = np.array([at[label] for label in predicted])
    hits = np.bincount(true[true == found], minlength=len(labels))
    # F1 = 2 hits / (messages of the label + predictions of it); the sum is never zero here.
    counts = np.bincount(true, minlength=len(labels)) + np.bincount(found, minlength=len(labels))
    return float((2 * hits / counts).mean())


def auroc(positive: Sequence[float] | Floats, negative: Sequence[float] | Floats) -> float | None:
    """Probability that a positive scores above a negative, a tie counting half.

    The area under the receiver operating characteristic by ranks (Mann and Whitney 1947). None
    where one of the two is empty.
    """
    above, below = np.asarray(positive, float), np.asarray(negative, float)
    if not above.size or not below.size:
        return None
    ordered = np.sort(below)
    lower = np.searchsorted(ordered, above, side="left")
    same = np.searchsorted(ordered, above, side="right") - lower
    return float((lower + same / 2).sum() / (above.size * below.size))


def fpr_at_tpr(
    positive: Sequence[float] | Floats, negative: Sequence[float] | Floats, tpr: float = 0.95
) -> float | None:
    """Share of negatives accepted where at least `tpr` of the positives are (0.95: FPR95).

    The threshold is the highest score that accepts that many positives; what scores the same is
    accepted too. Lower is better. None where one of the two is empty.
    """
    above, below = np.sort(np.asarray(positive, float))[::-1], np.asarray(negative, float)
    if not above.size or not below.size:
        return None
    # Rounding must not turn 95 of 100 into 96.
    needed = int(np.ceil(tpr * above.size - 1e-9))
    return float((below >= above[needed - 1]).mean())


def calibration_error(
    confidence: Sequence[float] | Floats, right: Sequence[bool] | Flags, bins: int = BINS
) -> float | None:
    """Expected calibration error: how far confidence is from the share right, on average.

    Messages are put into `bins` bins of equal width by confidence, (0, 1/15], (1/15, 2/15] ...;
    the differences of mean confidence and share right are averaged, weighted by the messages in a
    bin (Guo et al. 2017, "On Calibration of Modern Neural Networks").
    """
    table = reliability(confidence, right, bins)
    total = sum(row.count for row in table)
    if not total:
        return None
    return float(sum(row.count * abs(row.confidence - row.right) for row in table) / total)


@dataclass(frozen=True)
class Bin:
    """One bar of a reliability diagram: messages of about the same confidence.

    Attributes:
        low, high: the bin holds confidences above `low` up to `high`.
        count: messages in it.
        confidence: their mean confidence.
        right: the share of them that is right.
    """

    low: float
    high: float
    count: int
    confidence: float
    right: float


def reliability(
    confidence: Sequence[float] | Floats, right: Sequence[bool] | Flags, bins: int = BINS
) -> list[Bin]:
    """The bins that hold messages, by rising confidence: mean confidence and share right of each.

    A confidence of 0 is in the first bin.
    """
    stated, flags = np.asarray(confidence, float), np.asarray(right, bool)
    # Edges as quotients, so that 0.2 of 5 bins is the edge that a reader would compute.
    edges = np.arange(1, bins + 1) / bins
    place = np.minimum(np.searchsorted(edges, stated, side="left"), bins - 1)
    rows = []
    for at in range(bins):
        inside = place == at
        if inside.any():
            rows.append(
                Bin(
                    at / bins,
                    (at + 1) / bins,
                    int(inside.sum()),
                    float(stated[inside].mean()),
                    float(flags[inside].mean()),
                )
            )
    return rows


def calibration_error_by_chance(
    confidence: Sequence[float] | Floats, bins: int = BINS, draws: int = 200, seed: int = 0
) -> float | None:
    """The calibration error that these messages would show if each confidence were exactly true.

    Few messages in a bin are seldom right in just the stated share: on a hundred messages a
    perfectly calibrated engine shows an error of several points. The mean over `draws` random
    outcomes; None where there are no messages.
    """
    stated = np.asarray(confidence, float)
    if not stated.size:
        return None
    chance = np.random.default_rng(seed)
    errors = [
        calibration_error(stated, chance.random(stated.size) < stated, bins) for _ in range(draws)
    ]
    return float(np.mean([error for error in errors if error is not None]))


def share_interval(right: float, count: int, deviations: float = 1.96) -> tuple[float, float]:
    """Where the true share lies of which `right` was seen in `count` messages (Wilson 1927).

    95 % certain with 1.96 standard deviations.
    """
    square = deviations**2
    middle = (right + square / (2 * count)) / (1 + square / count)
    spread = (
        deviations
        / (1 + square / count)
        * float(np.sqrt(right * (1 - right) / count + square / (4 * count**2)))
    )
    return max(0.0, middle - spread), min(1.0, middle + spread)


def risk_coverage(
    confidence: Sequence[float] | Floats, right: Sequence[bool] | Flags
) -> tuple[Floats, Floats]:
    """What is wrong among what is answered, if only the most confident messages are answered.

    Returns:
        Coverage (share of all messages answered) and risk (share wrong among them), one entry for
        each threshold that tells messages apart, by rising coverage. Messages of the same
        confidence are answered together, since no threshold separates them.
    """
    stated, flags = np.asarray(confidence, float), np.asarray(right, bool)
    order = np.argsort(-stated, kind="stable")
    wrong = np.cumsum(~flags[order])
    ends = np.flatnonzero(np.append(np.diff(stated[order]) != 0, True)) if stated.size else order
    return (ends + 1) / max(1, stated.size), wrong[ends] / (ends + 1)


def coverage_at_precision(
    confidence: Sequence[float] | Floats, right: Sequence[bool] | Flags, precision: float = 0.95
) -> float | None:
    """Largest share of messages that a threshold on confidence answers with `precision` right.

    0 where even the most confident ones are wrong too often, None where there are no messages.
    """
    coverage, risk = risk_coverage(confidence, right)
    if not coverage.size:
        return None
    enough = coverage[risk <= 1 - precision + 1e-9]
    return float(enough.max()) if enough.size else 0.0
