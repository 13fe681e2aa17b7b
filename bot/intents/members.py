"""The members of the intent classifier's ensemble, each giving log scores per class.

`hybrid`    logistic regression on sentence vector and n-grams together
`ngrams`    logistic regression on n-grams alone: languages and words the encoder does not know
`nearest`   similarity to each class's examples by sentence vector: strong with few examples
`nearby`    the same by sentence vector and n-grams together
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.intents.logistic import fit_logistic, log_softmax

NAMES = ("hybrid", "ngrams", "nearest", "nearby")

_NGRAM_SHARE = 0.5  # length of the n-gram part beside a sentence vector of length 1
_NEARBY = (0.7, 0.3)  # shares of sentence vector and n-grams in `nearby`
_SHARPNESS = 20.0
_NEVER = -60.0
# A class with more examples than this is kept as so many centres, each counting as the examples
# that it stands for: what one message costs then follows from the classes, not from the examples.
_CENTRES = 24
_ROUNDS = 6

Table = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Features:
    """Texts as the ensemble reads them; row i of both belongs to text i."""

    vectors: np.ndarray
    ngrams: np.ndarray

    def __len__(self) -> int:
        return len(self.vectors)

    def pick(self, rows: np.ndarray) -> Features:
        return Features(self.vectors[rows], self.ngrams[rows])

    def joined(self, other: Features) -> Features:
        return Features(
            np.concatenate([self.vectors, other.vectors]),
            np.concatenate([self.ngrams, other.ngrams]),
        )

    def hybrid(self) -> np.ndarray:
        return np.hstack([self.vectors, _NGRAM_SHARE * self.ngrams]).astype(np.float32)


@dataclass(frozen=True)
class Members:
    """The fitted ensemble: two tables of coefficients, and the examples sorted by class.

    `examples` are the examples themselves, or a class's centres where it has many; `shares` says
    how many examples each row stands for.
    """

    hybrid: Table
    ngrams: Table
    examples: Features
    labels: np.ndarray
    shares: np.ndarray
    classes: int

    @classmethod
    def fit(
        cls,
        examples: Features,
        labels: np.ndarray,
        classes: int,
        *,
        strength: float,
        iterations: int,
        start: Mapping[str, Table] | None = None,
    ) -> Members:
        start = start or {}
        order = np.argsort(labels, kind="stable")
        examples, labels = examples.pick(order), labels[order]
        tables = {
            name: fit_logistic(
                rows,
                labels,
                classes,
                strength=strength,
                iterations=iterations,
                start=start.get(name),
            )
            for name, rows in (("hybrid", examples.hybrid()), ("ngrams", examples.ngrams))
        }
        kept, owners, shares = _centres(examples, labels)
        return cls(tables["hybrid"], tables["ngrams"], kept, owners, shares, classes)

    def similarities(self, texts: Features) -> tuple[np.ndarray, np.ndarray]:
        """Cosines to each example: by sentence vector, and by n-grams."""
        return texts.vectors @ self.examples.vectors.T, texts.ngrams @ self.examples.ngrams.T

    def scores(
        self, texts: Features, similarities: tuple[np.ndarray, np.ndarray]
    ) -> dict[str, np.ndarray]:
        """Each member's log scores, shape (texts, classes)."""
        by_vector, by_ngrams = similarities
        both = _NEARBY[0] * by_vector + _NEARBY[1] * by_ngrams
        return {
            "hybrid": log_softmax(texts.hybrid() @ self.hybrid[0] + self.hybrid[1]),
            "ngrams": log_softmax(texts.ngrams @ self.ngrams[0] + self.ngrams[1]),
            "nearest": self._by_class(by_vector),
            "nearby": self._by_class(both),
        }

    def _by_class(self, similarities: np.ndarray) -> np.ndarray:
        """Logarithm of the mean over a class's examples of exp(sharpness x (similarity - 1))."""
        present, starts = np.unique(self.labels, return_index=True)
        counts = np.add.reduceat(self.shares, starts)
        near = np.exp(_SHARPNESS * (similarities - 1)) * self.shares
        # Examples are sorted by class, so that each class is one run of columns.
        totals = np.add.reduceat(near, starts, axis=1)
        # A class without examples can never be the nearest.
        logs = np.full((len(similarities), self.classes), _NEVER, np.float32)
        logs[:, present] = np.log(np.maximum(totals, 1e-26) / counts)
        return logs


def mean_tables(members: Sequence[Members]) -> dict[str, Table]:
    """The average coefficients of several ensembles, a good start for one on all examples."""
    return {
        name: (
            np.mean([getattr(each, name)[0] for each in members], axis=0),
            np.mean([getattr(each, name)[1] for each in members], axis=0),
        )
        for name in ("hybrid", "ngrams")
    }


def _centres(examples: Features, labels: np.ndarray) -> tuple[Features, np.ndarray, np.ndarray]:
    """Rows, labels and shares after spherical k-means within each class of many examples."""
    vectors, ngrams, owners, shares = [], [], [], []
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        if len(rows) <= _CENTRES:
            vectors.append(examples.vectors[rows])
            ngrams.append(examples.ngrams[rows])
            share = np.ones(len(rows), np.float32)
        else:
            own = examples.vectors[rows]
            nearest = _cluster(own)
            present = np.unique(nearest)
            vectors.append(_means(own, nearest, present))
            ngrams.append(_means(examples.ngrams[rows], nearest, present))
            share = np.bincount(nearest)[present].astype(np.float32)
        owners.append(np.full(len(share), label))
        shares.append(share)
    kept = Features(np.concatenate(vectors), np.concatenate(ngrams))
    return kept, np.concatenate(owners), np.concatenate(shares)


def _cluster(vectors: np.ndarray) -> np.ndarray:
    """The cluster of each unit vector. Begins with those farthest apart, which needs no chance."""
    chosen = [int(np.argmax(vectors @ vectors.mean(axis=0)))]
    closest = vectors @ vectors[chosen[0]]
    for _ in range(_CENTRES - 1):
        chosen.append(int(np.argmin(closest)))
        closest = np.maximum(closest, vectors @ vectors[chosen[-1]])
    centres = vectors[chosen]
    for _ in range(_ROUNDS):
        nearest = np.asarray((vectors @ centres.T).argmax(axis=1))
        present = np.unique(nearest)
        centres[present] = _means(vectors, nearest, present)
    return nearest


def _means(rows: np.ndarray, nearest: np.ndarray, present: np.ndarray) -> np.ndarray:
    """The mean of each cluster, of length 1."""
    member = (nearest[None, :] == present[:, None]).astype(np.float32)
    means = member @ rows
    lengths = np.linalg.norm(means, axis=1, keepdims=True)
    return np.asarray(means / np.maximum(lengths, 1e-6), np.float32)
