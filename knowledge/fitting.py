"""Fitting the gate at index time: from out-of-fold predictions and searches to one calibrated
probability.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.articles import Article
from knowledge.calibration import FEATURES, Calibration, features
from knowledge.gate import Gate
from knowledge.intents import Handling, Intents
from knowledge.search import Prior, Searcher
from knowledge.understanding import Understanding

# Of the answers given, this share must come from an article of the example's own intent. It is
# counted strictly: articles overlap ("do sub-accounts share the discount?" is answered by two), and
# of the first 70 answers that it calls wrong, two thirds did answer when they were read.
PRECISION = 0.9
SEED = 7
# A threshold read off fewer examples than this would be luck.
MINIMUM_EXAMPLES = 200


@dataclass(frozen=True)
class Example:
    """One training message with the prediction of a classifier that did not see it, and its true
    intent.
    """

    understanding: Understanding
    intent: str


def read_examples(path: Path, language: str = "en") -> list[Example]:
    """Out-of-fold predictions, one JSON object per line (data format: see docs of the
    classifier).
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_example(json.loads(line), language) for line in lines if line.strip()]


def fit(
    examples: Sequence[Example],
    searcher: Searcher,
    intents: Intents,
    *,
    precision: float = PRECISION,
) -> Calibration | None:
    """A calibration for this index; None when there are too few examples to fit one.

    The label of an example is whether its best article answers its true intent. The threshold is
    the lowest at which the answers given in five-fold cross-validation are right at `precision`.
    """
    articles = {article.id: article for article in searcher.articles}
    if len(examples) < MINIMUM_EXAMPLES or not articles:
        return None
    gate = Gate(intents, articles, Calibration({}, 0.0, 1.0, precision))
    rows, labels, reaching = _rows(examples, searcher, gate)
    if not 0 < labels.sum() < len(labels):
        return None
    return _fit(rows, labels, reaching, precision)


def right_articles(
    intent: str, articles: Mapping[str, Article], intents: Intents
) -> frozenset[str]:
    """The ids of the articles that answer an intent; none where an article is not what the customer
    needs.
    """
    row = intents.get(intent)
    if row is None or row.handling is not Handling.ANSWER:
        return frozenset()
    named = {article.id for article in articles.values() if intent in article.intents}
    return frozenset(named | {name for name in row.articles if name in articles})


def _example(row: Mapping[str, Any], language: str) -> Example:
    understanding = Understanding(
        text=row["text"],
        language=language,
        intent=row["predicted"],
        confidence=float(row["confidence"]),
        in_scope=float(row["in_scope"]),
        ranking=tuple((name, float(confidence)) for name, confidence in row["ranking"]),
    )
    return Example(understanding, row["intent"])


def _rows(
    examples: Sequence[Example], searcher: Searcher, gate: Gate
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.bool_]]:
    topic_of = {name: row.topic for name, row in gate.intents.items()}
    vectors = searcher.encode([example.understanding.text for example in examples])
    rows, labels, reaching = [], [], []
    for example, vector in zip(examples, vectors, strict=True):
        known = example.understanding
        candidates = searcher.search(
            known.text, prior=Prior.of(known.ranking, topic_of), vector=vector, unseen=True
        )
        values = features(
            known,
            candidates,
            answerable=gate.answerable(known),
            known_words=searcher.known_words(known.text),
        )
        rows.append([values[name] for name in FEATURES])
        labels.append(
            candidates[0].article in right_articles(example.intent, gate.articles, gate.intents)
        )
        reaching.append(gate.reaches_articles(known))
    return np.array(rows), np.array(labels, np.int64), np.array(reaching, np.bool_)


def _fit(
    rows: NDArray[np.float64],
    labels: NDArray[np.int64],
    reaching: NDArray[np.bool_],
    precision: float,
) -> Calibration:
    # Only here, so that answering never loads it.
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(StandardScaler(), LogisticRegression(C=1.0, max_iter=1000))
    # Only what the articles decide about: the rest is settled before, and would teach the wrong
    # mixture.
    chosen, right = rows[reaching], labels[reaching]
    folds = StratifiedKFold(5, shuffle=True, random_state=SEED)
    held_out = cross_val_predict(model, chosen, right, cv=folds, method="predict_proba")[:, 1]
    model.fit(chosen, right)
    scaler, regression = model[0], model[1]
    weights = regression.coef_[0] / scaler.scale_
    answer = threshold(held_out, right, precision)
    given = held_out >= answer
    return Calibration(
        coefficients={
            name: round(float(weight), 6) for name, weight in zip(FEATURES, weights, strict=True)
        },
        intercept=round(float(regression.intercept_[0] - (weights * scaler.mean_).sum()), 6),
        answer=answer,
        precision=precision,
        measured={
            "examples": len(right),
            "answerable": round(float(right.mean()), 4),
            "coverage": round(float(given.mean()), 4),
            "precision": round(float(right[given].mean()), 4) if given.any() else None,
            "brier": round(float(np.mean((held_out - right) ** 2)), 4),
        },
    )


def threshold(
    probabilities: NDArray[np.float64], right: NDArray[np.int64], precision: float
) -> float:
    """The lowest probability at and above which at least `precision` of the answers are right; 1.0
    if none is.
    """
    order = np.argsort(-probabilities, kind="stable")
    ranked = probabilities[order]
    shares = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    # Equal probabilities are answered or not together.
    last_of_equals = np.append(ranked[:-1] != ranked[1:], True)
    good = np.nonzero((shares >= precision) & last_of_equals)[0]
    return float(ranked[good[-1]]) if len(good) else 1.0
