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
from knowledge.content import FALLBACK_LANGUAGE
from knowledge.gate import Gate
from knowledge.intents import Handling, Intents
from knowledge.search import Prior, Searcher
from knowledge.understanding import Understanding

# Of the answers given, this share must come from an article of the example's own intent. Of the
# answers to the messages of data/development .8 % were then of another intent, at .9 1.7 %, at .95
# .5 %; each step costs three in a hundred that are answered at once.
PRECISION = 0.93
SEED = 7
# Of each language beside English so many examples are enough, and a build takes no minutes.
MOST_PER_LANGUAGE = 1000
# So many examples that the encoder has not learned are enough to fit on.
ENOUGH_UNLEARNED = 1000
# A threshold read off fewer examples than this would be luck.
MINIMUM_EXAMPLES = 200


@dataclass(frozen=True)
class Example:
    """One training message with the prediction of a classifier that did not see it, and its true
    intent.
    """

    understanding: Understanding
    intent: str


def read_examples(path: Path, spoken: Mapping[str, str] | None = None) -> list[Example]:
    """Out-of-fold predictions, one JSON object per line (data format: see docs of the
    classifier). `spoken` gives the language of each text, English where it has none.

    Those whose intents the encoder has learned flatter, and are left out where others are enough.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    fair = [row for row in rows if row.get("unlearned", True)]
    if len(fair) >= ENOUGH_UNLEARNED:
        rows = fair
    return [_example(row, (spoken or {}).get(row["text"], FALLBACK_LANGUAGE)) for row in rows]


def fit(
    examples: Sequence[Example],
    searchers: Mapping[str, Searcher],
    intents: Intents,
    *,
    precision: float = PRECISION,
) -> Calibration | None:
    """A calibration for this index, for all its languages together; None when there are too few
    examples to fit one. An example is searched with the searcher of its language.

    The label of an example is whether its best article answers its true intent. The threshold is
    the lowest at which the answers given in five-fold cross-validation are right at `precision`.
    """
    articles = {article.id: article for article in searchers[FALLBACK_LANGUAGE].articles}
    if len(examples) < MINIMUM_EXAMPLES or not articles:
        return None
    gate = Gate(intents, articles, Calibration({}, 0.0, 1.0, precision), frozenset(searchers))
    parts = []
    for language, searcher in searchers.items():
        chosen = _some([e for e in examples if e.understanding.language == language], language)
        if chosen:
            parts.append((language, *_rows(chosen, searcher, gate)))
    rows, labels, reaching = (np.concatenate([part[n] for part in parts]) for n in (1, 2, 3))
    if not 0 < labels.sum() < len(labels):
        return None
    language_of = np.concatenate([np.full(len(part[2]), part[0]) for part in parts])
    return _fit(rows, labels, reaching, language_of, precision)


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


def _some(examples: Sequence[Example], language: str) -> Sequence[Example]:
    """All of English, and as many of another language as are enough, the same ones each time."""
    if language == FALLBACK_LANGUAGE or len(examples) <= MOST_PER_LANGUAGE:
        return examples
    chosen = np.random.default_rng(SEED).permutation(len(examples))[:MOST_PER_LANGUAGE]
    return [examples[number] for number in sorted(chosen)]


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
    language_of: NDArray[np.str_],
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
    chosen, right, spoken = rows[reaching], labels[reaching], language_of[reaching]
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
            **_measured(right, given),
            "answerable": round(float(right.mean()), 4),
            "brier": round(float(np.mean((held_out - right) ** 2)), 4),
            "languages": {
                str(language): _measured(right[spoken == language], given[spoken == language])
                for language in np.unique(spoken)
            },
        },
    )


def _measured(right: NDArray[np.int64], given: NDArray[np.bool_]) -> dict[str, Any]:
    return {
        "examples": len(right),
        "coverage": round(float(given.mean()), 4),
        "precision": round(float(right[given].mean()), 4) if given.any() else None,
    }


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
