"""Fitting the need of a person at index time, on out-of-fold predictions of intents and tone."""

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

# Of the messages that need a person this share is found in each language: somebody whose money is
# gone must not read how deposits work. What it costs in false alarms is in `Need.measured`.
RECALL = 0.95
# A person is never called for what is likelier than this to be settled by an article.
LEAST = 0.15
SEED = 7
# A threshold read off fewer messages than this would be luck.
MINIMUM_EXAMPLES = 200
MINIMUM_NEEDING = 50


@dataclass(frozen=True)
class NeedExample:
    """A training message as models that did not see it understand it, and whether its intent needs
    a person.
    """

    understanding: Understanding
    needed: bool


def read_need_examples(
    predictions: Path, tones: Path, intents: Intents, languages: Mapping[str, str]
) -> list[NeedExample]:
    """The messages of which both files speak, one JSON object per line.

    Args:
        predictions: the intent classifier's out-of-fold predictions.
        tones: the tone classifier's.
        languages: the language of each text; English where it is missing.
    """
    said = {row["text"]: row for row in _rows(tones)}
    return [
        NeedExample(_understanding(row, said[row["text"]], languages), intents[name].needs_human)
        for row in _rows(predictions)
        if (name := row["intent"]) in intents and row["text"] in said
    ]


def fit_need(
    examples: Sequence[NeedExample], intents: Intents, *, recall: float = RECALL
) -> Need | None:
    """The weights of what speaks for a person, and the threshold of each language that keeps
    `recall` in five-fold cross-validation; None when there are too few examples.
    """
    # Only here, so that answering never loads it.
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    needing = frozenset(name for name, row in intents.items() if row.needs_human)
    rows = [need_features(each.understanding, needing) for each in examples]
    if len(rows) < MINIMUM_EXAMPLES or None in rows:
        return None
    values = np.array([[row[name] for name in FEATURES] for row in rows if row is not None])
    needed = np.array([each.needed for each in examples])
    if not MINIMUM_NEEDING <= needed.sum() <= len(needed) - MINIMUM_NEEDING:
        return None
    model = LogisticRegression(C=1.0, max_iter=1000)
    folds = StratifiedKFold(5, shuffle=True, random_state=SEED)
    held_out = cross_val_predict(model, values, needed, cv=folds, method="predict_proba")[:, 1]
    model.fit(values, needed)
    spoken = np.array([each.understanding.language for each in examples])
    found = {
        language: (held_out[spoken == language], needed[spoken == language])
        for language in sorted({each.understanding.language for each in examples})
    }
    thresholds = {
        language: need_threshold(*each, recall)
        for language, each in found.items()
        if each[1].sum() >= MINIMUM_NEEDING
    }
    overall = need_threshold(held_out, needed, recall)
    return Need(
        coefficients={
            name: round(float(weight), 6)
            for name, weight in zip(FEATURES, model.coef_[0], strict=True)
        },
        intercept=round(float(model.intercept_[0]), 6),
        threshold=overall,
        recall=recall,
        thresholds=thresholds,
        measured={
            language: _measured(*each, thresholds.get(language, overall))
            for language, each in found.items()
        },
    )


def need_threshold(
    probabilities: NDArray[np.float64], needed: NDArray[np.bool_], recall: float
) -> float:
    """The highest probability at and above which `recall` of the needed are found, yet not below
    LEAST.
    """
    own = np.sort(probabilities[needed])[::-1]
    if not len(own):
        return 0.5
    kept = own[min(len(own), max(1, int(np.ceil(recall * len(own))))) - 1]
    return max(LEAST, round(float(kept), 4))


def _measured(
    probabilities: NDArray[np.float64], needed: NDArray[np.bool_], threshold: float
) -> dict[str, Any]:
    called = probabilities >= threshold
    return {
        "examples": len(needed),
        "needed": int(needed.sum()),
        "recall": round(float(called[needed].mean()), 4) if needed.any() else None,
        "precision": round(float(needed[called].mean()), 4) if called.any() else None,
    }


def _understanding(
    row: Mapping[str, Any], said: Mapping[str, Any], languages: Mapping[str, str]
) -> Understanding:
    return Understanding(
        text=row["text"],
        language=languages.get(row["text"], "en"),
        intent=row["predicted"],
        confidence=float(row["confidence"]),
        in_scope=float(row["in_scope"]),
        ranking=tuple((name, float(confidence)) for name, confidence in row["ranking"]),
        needs_human=float(said["needs_human"]),
    )


def _rows(path: Path) -> list[dict[str, Any]]:
    lines = path.read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line.strip()]
