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
    """The fitted ensemble: two tables of coefficients, and the examples sorted by class."""

    hybrid: Table
    ngrams: Table
    examples: Features
    labels: np.ndarray
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
        return cls(tables["hybrid"], tables["ngrams"], examples, labels, classes)

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
        present, starts, counts = np.unique(self.labels, return_index=True, return_counts=True)
        near = np.exp(_SHARPNESS * (similarities - 1))
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
