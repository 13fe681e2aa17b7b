"""Fitting the need of a person at index time, on messages of which nobody has learned the intents.

What the classifier says of its own training messages would flatter it, even out of fold: the
sentence encoder may have been tuned on them. The labelled messages of data/tone are clean. They
hold what needs a person beside neighbours of it that do not, so that a threshold read off them is
a careful one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.intents import Intents
from knowledge.need import FEATURES, Need, need_features
from knowledge.understanding import Understanding

Floats = NDArray[np.float64]

# Of the messages that need a person this share is found: somebody whose money is gone must not
# read how deposits work. What it costs in false alarms is in `Need.measured`.
RECALL = 0.95
# Most of data/tone that needs a person shows a feeling, a threat or a delay. In live traffic most
# does not: an intruder, a wrong network, a wrong fee. So such messages count for this share.
PLAIN_SHARE = 0.6
SEED = 7
FOLDS = 5
# A threshold read off fewer messages than this would be luck.
MINIMUM_EXAMPLES = 200
MINIMUM_NEEDING = 50


@dataclass(frozen=True)
class NeedExample:
    """A labelled message as models that did not see it understand it, whether it needs a person,
    and whether it shows a feeling, a threat or a delay.
    """

    understanding: Understanding
    needed: bool
    toned: bool = False


def read_need_examples(path: Path) -> list[NeedExample]:
    """The labelled messages that `bot.train` writes, one JSON object per line; those of which
    nobody knows whether they need a person are left out.
    """
    lines = path.read_text(encoding="utf-8").split("\n")
    rows = [json.loads(line) for line in lines if line.strip()]
    return [
        NeedExample(_understanding(row), row["needed"], bool(row["truth"]))
        for row in rows
        if row.get("needed") is not None and row.get("ranking")
    ]


def fit_need(
    examples: Sequence[NeedExample], intents: Intents, *, recall: float = RECALL
) -> Need | None:
    """The weights of what speaks for a person, and the threshold that keeps `recall` in five-fold
    cross-validation; None when there are too few examples.
    """
    # Only here, so that answering never loads it.
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold

    needing = frozenset(name for name, row in intents.items() if row.needs_human)
    rows = [need_features(each.understanding, needing) for each in examples]
    needed = np.array([each.needed for each in examples], np.bool_)
    if len(rows) < MINIMUM_EXAMPLES or None in rows:
        return None
    if not MINIMUM_NEEDING <= needed.sum() <= len(needed) - MINIMUM_NEEDING:
        return None
    values = np.array([[row[name] for name in FEATURES] for row in rows if row is not None])
    weights = _weights(needed, np.array([each.toned for each in examples], np.bool_))
    model = LogisticRegression(C=1.0, max_iter=1000)
    held_out = np.zeros(len(needed))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    for seen, held in folds.split(values, needed):
        model.fit(values[seen], needed[seen], sample_weight=weights[seen])
        held_out[held] = model.predict_proba(values[held])[:, 1]
    model.fit(values, needed, sample_weight=weights)
    threshold = need_threshold(held_out, needed, weights, recall)
    spoken = np.array([each.understanding.language for each in examples])
    return Need(
        coefficients={
            name: round(float(weight), 6)
            for name, weight in zip(FEATURES, model.coef_[0], strict=True)
        },
        intercept=round(float(model.intercept_[0]), 6),
        threshold=threshold,
        recall=recall,
        measured={
            str(language): _measured(
                held_out[spoken == language] >= threshold,
                needed[spoken == language],
                weights[spoken == language],
            )
            for language in np.unique(spoken)
        },
    )


def need_threshold(
    probabilities: Floats, needed: NDArray[np.bool_], weights: Floats, recall: float
) -> float:
    """The highest probability at and above which `recall` of what is needed is found, by weight."""
    order = np.argsort(-probabilities[needed], kind="stable")
    found = np.cumsum(weights[needed][order]) / weights[needed].sum()
    last = min(int(np.searchsorted(found, recall - 1e-9)), len(order) - 1)
    return float(np.floor(probabilities[needed][order][last] * 1e4) / 1e4)


def _weights(needed: NDArray[np.bool_], toned: NDArray[np.bool_]) -> Floats:
    """1 each, but for what needs a person: there those without a tone get their share."""
    weights = np.ones(len(needed))
    plain, others = needed & ~toned, needed & toned
    if plain.any() and others.any():
        weights[plain] = PLAIN_SHARE * needed.sum() / plain.sum()
        weights[others] = (1 - PLAIN_SHARE) * needed.sum() / others.sum()
    return weights


def _measured(
    called: NDArray[np.bool_], needed: NDArray[np.bool_], weights: Floats
) -> dict[str, Any]:
    """`alarms` is the share of what needs nobody for which a person is called."""
    return {
        "examples": len(needed),
        "needed": int(needed.sum()),
        "recall": round(float(np.average(called[needed], weights=weights[needed])), 4)
        if needed.any()
        else None,
        "alarms": round(float(called[~needed].mean()), 4) if (~needed).any() else None,
    }


def _understanding(row: Mapping[str, Any]) -> Understanding:
    ranking = tuple((name, float(value)) for name, value in row["ranking"])
    return Understanding(
        text=row["text"],
        language=row["language"],
        intent=ranking[0][0],
        confidence=ranking[0][1],
        in_scope=1.0,
        ranking=ranking,
        needs_human=float(row["needs_human"]),
    )
