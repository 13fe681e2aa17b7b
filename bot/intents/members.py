"""The members of the intent classifier's ensemble, each giving log scores per class.

`meaning`   logistic regression on the sentence vector
`words`     logistic regression on n-grams: names, jargon, and languages the encoder does not know
`nearest`   similarity to each class's examples by sentence vector: strong with few examples
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from bot.intents.logistic import fit_logistic, fit_sparse, log_softmax

NAMES = ("meaning", "words", "nearest")

_SHARPNESS = 20.0
_NEVER = -60.0
# A class with more examples than this is kept as so many centres, each counting as the examples
# that it stands for: what one message costs then follows from the classes, not from the examples.
_CENTRES = 48
_ROUNDS = 6

Table = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Features:
    """Texts as the ensemble reads them: sentence vectors of shape (n, d), and n-grams."""

    vectors: np.ndarray
    ngrams: sparse.csr_matrix

    def __len__(self) -> int:
        return len(self.vectors)

    def pick(self, rows: np.ndarray) -> Features:
        """The texts of some rows, given as numbers or as a mask."""
        return Features(self.vectors[rows], self.ngrams[rows])

    def joined(self, other: Features) -> Features:
        """These texts and then the others."""
        return Features(
            np.concatenate([self.vectors, other.vectors]),
            sparse.vstack([self.ngrams, other.ngrams], format="csr"),
        )


@dataclass(frozen=True)
class Members:
    """The fitted ensemble: two tables of coefficients, and the examples sorted by class.

    `examples` holds the sentence vectors of the examples, or a class's centres where it has many;
    `shares` says how many examples each row stands for.
    """

    meaning: Table
    words: Table
    examples: np.ndarray
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
        seed: int = 0,
        start: Mapping[str, Table] | None = None,
    ) -> Members:
        """Fit on examples of shape (n, ...) and their classes; `start` is where tables begin."""
        start = start or {}
        order = np.argsort(labels, kind="stable")
        examples, labels = examples.pick(order), labels[order]
        meaning = fit_logistic(
            examples.vectors,
            labels,
            classes,
            strength=strength,
            iterations=iterations,
            start=start.get("meaning"),
        )
        words = fit_sparse(
            examples.ngrams,
            labels,
            classes,
            strength=strength,
            seed=seed,
            start=start.get("words"),
        )
        return cls(meaning, words, *_centres(examples.vectors, labels), classes)

    def similarities(self, texts: Features) -> np.ndarray:
        """Cosines of the texts' sentence vectors to each example or centre."""
        return np.asarray(texts.vectors @ self.examples.T)

    def scores(self, texts: Features, similarities: np.ndarray) -> dict[str, np.ndarray]:
        """Each member's log scores, shape (texts, classes)."""
        return {
            "meaning": log_softmax(texts.vectors @ self.meaning[0] + self.meaning[1]),
            "words": log_softmax(texts.ngrams @ self.words[0] + self.words[1]),
            "nearest": self._by_class(similarities),
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
        for name in ("meaning", "words")
    }


def _centres(vectors: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows, labels and shares after spherical k-means within each class of many examples."""
    kept, owners, shares = [], [], []
    for label in np.unique(labels):
        own = vectors[labels == label]
        if len(own) <= _CENTRES:
            kept.append(own)
            share = np.ones(len(own), np.float32)
        else:
            nearest = _cluster(own)
            present = np.unique(nearest)
            kept.append(_means(own, nearest, present))
            share = np.bincount(nearest)[present].astype(np.float32)
        owners.append(np.full(len(share), label))
        shares.append(share)
    return np.concatenate(kept), np.concatenate(owners), np.concatenate(shares)


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
