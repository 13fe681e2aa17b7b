"""Fitting the models of wishes: `python -m bot.wish_fitting` (models/wishes; some minutes).

Run it where the encoder, the intents or many training messages have changed. It learns from the
messages of bot/wish_messages.py. Nothing is judged by a classifier that has seen it: the messages
are parted in three, and each part is read by an estimator that was trained on the others. Only
messages whose intents the encoder has not learned are read, where those are enough. The thresholds
follow from how many of the training messages may be divided wrongly.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from scipy import sparse
from scipy.optimize import minimize

from bot.intents.clauses import Cut, cuts
from bot.intents.estimator import IntentEstimator, Prediction
from bot.intents.wishes import (
    SIDES,
    SLOTS,
    WishModel,
    evidence,
    hashed,
    shape,
    sides_of,
    two_kinds,
)
from bot.language.pipeline import EntityFinder
from bot.wish_messages import SEED, Example, Made, make_messages, read_examples
from knowledge.encoder import Encoder
from knowledge.learned import unlearned

ROOT = Path(__file__).resolve().parent.parent
ENCODER = ROOT / "models" / "encoder"
PARTS = 3
# So many messages that the encoder has not learned are enough to fit the evidence on.
ENOUGH_UNLEARNED = 2000
# Of the training messages with a cut this share may be taken for two wishes.
WRONG = 0.01
# Of the cuts that divide two wishes this share may be lost before the classifier is asked.
LOST = 0.12
PULL_WORDS, PULL_EVIDENCE = 1.5, 0.5

Rows = np.ndarray


@dataclass(frozen=True)
class Place:
    """One possible cut of message number `at`; `divides` says whether two wishes meet there."""

    at: int
    made: Made
    cut: Cut
    left: str
    right: str

    @property
    def divides(self) -> bool:
        return self.made.middle is not None


def main() -> int:
    """Fit, report, and write models/wishes."""
    began = time.monotonic()

    def say(line: str) -> None:
        sys.stdout.write(f"[{time.monotonic() - began:5.0f} s] {line}\n")
        sys.stdout.flush()

    settings = classifier_settings()
    outside = settings["outside"]
    asides = {*settings["asides"], *outside}
    examples = read_examples(ROOT / "data" / "nlu")
    parts = np.random.default_rng(SEED).integers(0, PARTS, len(examples))
    new = unlearned(ENCODER, [each.text for each in examples])
    if np.count_nonzero(new) < ENOUGH_UNLEARNED:
        new = np.ones(len(examples), bool)
    made = make_messages(examples, parts, asides=asides, new=new)
    places = list(find_places(made))
    say(f"{len(made)} messages, {len(places)} places for a cut")
    words = fit_words(places)
    likely = [
        each
        for each, score in zip(places, words.scores, strict=True)
        if each.made.new and score >= words.floor
    ]
    say(f"{len(likely)} of them likely by their words, and to be read")
    read = read_sides(examples, parts, new, likely, outside, say)
    model = fit_evidence(made, places, words, read, asides, say)
    model.save()
    return 0


def read_sides(
    examples: Sequence[Example],
    parts: np.ndarray,
    new: np.ndarray,
    places: Sequence[Place],
    outside: Sequence[str],
    say: Callable[[str], None],
) -> dict[tuple[int, str], Prediction]:
    """Whole messages and both sides of the places, each read by an estimator of the other parts."""
    encoder = Encoder(ENCODER, threads=2, max_tokens=128)
    vectors = encoder.encode([each.text for each in examples])
    read: dict[tuple[int, str], Prediction] = {}
    for part in range(PARTS):
        seen = np.flatnonzero(parts != part)
        estimator = IntentEstimator(outside=outside)
        estimator.fit(
            [examples[at].text for at in seen],
            vectors[seen],
            [examples[at].intent for at in seen],
            unlearned=new[seen],
        )
        own = [each for each in places if each.made.part == part]
        texts = sorted({text for each in own for text in (each.made.text, each.left, each.right)})
        found = estimator.predict(texts, encoder.encode(texts))
        read |= {(part, text): each for text, each in zip(texts, found, strict=True)}
        say(f"part {part + 1} of {PARTS} read")
    return read


def classifier_settings() -> Mapping[str, Any]:
    """The configuration of the intent classifier in config.yml."""
    pipeline = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    return next(each for each in pipeline if each["name"].endswith("CalibratedIntentClassifier"))


def find_places(made: Iterable[Made]) -> Iterator[Place]:
    """The places for a cut; of a message with two wishes only the one where they meet."""
    finder = EntityFinder()
    for at, each in enumerate(made):
        if not cuts(each.text):
            continue
        spans = [(entity.start, entity.end) for entity in finder.find(each.text)]
        for cut in cuts(each.text, spans):
            if each.middle is None or abs(cut.start - each.middle) <= 3:
                yield Place(at, each, cut, *sides_of(each.text, cut))


@dataclass(frozen=True)
class Words:
    """The fitted model of words: its weights, what it said of each place unseen, and the floor."""

    weights: np.ndarray
    shapes: np.ndarray
    scores: np.ndarray
    floor: float


def fit_words(places: Sequence[Place]) -> Words:
    """The first model: whether both sides of a place sound like requests of their own."""
    parts = np.array([each.made.part for each in places])
    divides = np.array([each.divides for each in places], float)
    shapes = np.array([shape(each.left, each.right, each.cut.joint) for each in places])
    rows = sparse.hstack([word_rows(places), sparse.csr_matrix(shapes)]).tocsr()
    pull = np.full(rows.shape[1], PULL_WORDS)
    pull[SIDES * SLOTS :] = 0.01
    scores = unseen(rows, divides, parts, pull)
    floor = float(np.quantile(scores[divides == 1], LOST))
    return Words(logistic(rows, divides, pull), shapes, scores, floor)


def fit_evidence(
    made: Sequence[Made],
    places: Sequence[Place],
    words: Words,
    read: Mapping[tuple[int, str], Prediction],
    asides: set[str],
    say: Callable[[str], None],
) -> WishModel:
    """The second model, and how well both do on messages that they have not seen."""
    rows, eligible = [], []
    for at, each in enumerate(places):
        if words.scores[at] < words.floor or not each.made.new:
            continue
        whole, left, right = (
            read[each.made.part, text] for text in (each.made.text, each.left, each.right)
        )
        if two_kinds(left, right, asides):
            score, shaped = words.scores[at], words.shapes[at]
            rows.append(evidence(score, shaped, whole, left, right, asides))
            eligible.append(at)
    values = sparse.csr_matrix(np.array(rows))
    divides = np.array([places[at].divides for at in eligible], float)
    parts = np.array([places[at].made.part for at in eligible])
    pull = np.full(values.shape[1], PULL_EVIDENCE)
    scores = np.full(len(places), -np.inf)
    scores[eligible] = unseen(values, divides, parts, pull)

    best = _best(places, scores)
    plain = [
        best[at] for at, each in enumerate(made) if each.kind == "as_is" and each.new and at in best
    ]
    # Never below even odds, however few of the usual messages come near.
    threshold = max(0.0, float(np.quantile(plain, 1 - WRONG, method="higher")))
    report = _report(made, best, threshold)
    asked = _best(places, words.scores)
    usual = [at for at, each in enumerate(made) if each.kind == "as_is"]
    report["asked"] = float(np.mean([asked.get(at, -np.inf) >= words.floor for at in usual]))
    say("; ".join(f"{name} {value:.4f}" for name, value in sorted(report.items())))
    return WishModel(
        words.weights[: SIDES * SLOTS].reshape(SIDES, SLOTS),
        words.weights[SIDES * SLOTS :],
        words.floor,
        logistic(values, divides, pull),
        threshold,
        {name: round(value, 4) for name, value in sorted(report.items())},
    )


def unseen(
    rows: sparse.csr_matrix, truth: np.ndarray, parts: np.ndarray, pull: np.ndarray
) -> np.ndarray:
    """The score of each row by a regression that was fitted on the other parts."""
    scores = np.zeros(rows.shape[0])
    for part in range(PARTS):
        held = parts == part
        scores[held] = rows[held] @ logistic(rows[~held], truth[~held], pull)
    return scores


def _best(places: Sequence[Place], scores: np.ndarray) -> dict[int, float]:
    """The best score of each message that can be cut, by its place in the list of messages."""
    found: dict[int, float] = {}
    for each, score in zip(places, scores, strict=True):
        found[each.at] = max(found.get(each.at, -np.inf), float(score))
    return found


def _report(made: Sequence[Made], best: Mapping[int, float], threshold: float) -> dict[str, float]:
    """The share of messages of each kind that are divided, and of those with two wishes by
    language.
    """
    groups: dict[str, list[bool]] = defaultdict(list)
    for at, each in enumerate(made):
        if not each.new:
            continue
        divided = best.get(at, -np.inf) >= threshold
        groups[each.kind].append(divided)
        if each.kind == "two":
            groups[f"two_{each.language}"].append(divided)
    return {name: float(np.mean(group)) for name, group in groups.items()}


def word_rows(places: Sequence[Place]) -> sparse.csr_matrix:
    """The hashed words of both sides of each place, shape (places, SIDES * SLOTS)."""
    known: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    columns, values, ends = [], [], [0]
    for each in places:
        for side, text in enumerate((each.left, each.right)):
            if text not in known:
                known[text] = hashed(text)
            slots, numbers = known[text]
            columns.append(slots + side * SLOTS)
            values.append(numbers)
        ends.append(ends[-1] + len(columns[-1]) + len(columns[-2]))
    return sparse.csr_matrix(
        (np.concatenate(values), np.concatenate(columns), np.array(ends)),
        shape=(len(places), SIDES * SLOTS),
    )


def logistic(rows: sparse.csr_matrix, truth: np.ndarray, pull: np.ndarray) -> np.ndarray:
    """Weights of a logistic regression; `pull` draws each towards zero."""

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = rows @ weights
        error = 1 / (1 + np.exp(-scores)) - truth
        value = np.logaddexp(0, scores).sum() - scores @ truth + pull @ weights**2 / 2
        return float(value), np.asarray(rows.T @ error + pull * weights)

    found = minimize(
        loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 200}
    )
    return np.asarray(found.x)


if __name__ == "__main__":
    sys.exit(main())
