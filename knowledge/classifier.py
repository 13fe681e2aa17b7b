"""Which article a message is about, learned from all phrasings of all articles together.

Search compares a message with one phrasing at a time. A logistic regression over the same vectors
weighs what tells one article from its neighbours, which the nearest phrasing alone does not show:
of messages that nobody here wrote it finds a tenth more. One regression learns from all languages:
the encoder lays them into one space, and an article that exists in English only is then no
stranger among translated ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.index import Vectors
from knowledge.passages import Kind, Passage

# Inverse regularisation, chosen by cross-validation over the phrasings.
STRENGTH = 30.0
SEED = 7


@dataclass(frozen=True)
class ArticleClassifier:
    """Linear scores of articles: `vector @ coefficients + intercepts`, one column per name, learned
    from `counts` phrasings of each.
    """

    names: tuple[str, ...]
    coefficients: NDArray[np.float32]
    intercepts: NDArray[np.float32]
    counts: NDArray[np.int64]

    @classmethod
    def knowing_nothing(cls, width: int) -> ArticleClassifier:
        """One that gives no article a probability, for vectors of `width` numbers."""
        return cls(
            (), np.zeros((width, 0), np.float32), np.zeros(0, np.float32), np.zeros(0, np.int64)
        )

    @classmethod
    def fit(
        cls,
        passages: Sequence[Passage],
        vectors: Vectors,
        start: ArticleClassifier | None = None,
    ) -> ArticleClassifier:
        """Learn from titles and phrasings; customers' messages are left out, because which article
        of an intent answers them is only a guess.

        After an edit `start`, the classifier before it, is nearly right already and saves most
        of the time.
        """
        # Only here, so that answering never loads it.
        from sklearn.linear_model import LogisticRegression

        chosen = [n for n, passage in enumerate(passages) if passage.kind is Kind.QUESTION]
        labels = [passages[n].article for n in chosen]
        held = Counter(labels)
        names = tuple(sorted(held))
        counts = np.array([held[name] for name in names], np.int64)
        width = vectors.shape[1]
        if len(names) < 2:
            # Nothing to tell apart.
            empty = np.zeros((width, len(names)), np.float32)
            return cls(names, empty, np.zeros(len(names), np.float32), counts)
        model = LogisticRegression(C=STRENGTH, max_iter=300, random_state=SEED, warm_start=True)
        if start is not None and len(names) > 2:
            model.coef_, model.intercept_ = start._rows(names, width)
        model.fit(vectors[chosen], labels)
        coefficients, intercepts = model.coef_, model.intercept_
        if len(names) == 2:
            # scikit-learn keeps one row for two classes.
            coefficients = np.vstack([-coefficients, coefficients]) / 2
            intercepts = np.concatenate([-intercepts, intercepts]) / 2
        return cls(
            tuple(str(name) for name in model.classes_),
            coefficients.T.astype(np.float32),
            intercepts.astype(np.float32),
            counts,
        )

    def expecting(self, passages: Sequence[Passage]) -> ArticleClassifier:
        """The same, expecting each article as often as it has phrasings among these passages.

        It has learned from phrasings of all languages, in which translated articles are many times
        as frequent as in any one.
        """
        held = Counter(passage.article for passage in passages if passage.kind is Kind.QUESTION)
        now = np.array([max(1, held[name]) for name in self.names])
        shift = np.log(now / np.maximum(self.counts, 1)).astype(np.float32)
        return replace(self, intercepts=self.intercepts + shift)

    def probabilities(self, vector: Vectors) -> dict[str, float]:
        """Probability of each article that has phrasings, by name; they sum to 1."""
        if not self.names:
            return {}
        shares = softmax(vector @ self.coefficients + self.intercepts)
        return dict(zip(self.names, shares.tolist(), strict=True))

    def _rows(
        self, names: Sequence[str], width: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Coefficients [names, width] and intercepts in this order; zeros for new names."""
        coefficients, intercepts = np.zeros((len(names), width)), np.zeros(len(names))
        place = {name: number for number, name in enumerate(self.names)}
        for row, name in enumerate(names):
            if name in place:
                coefficients[row] = self.coefficients[:, place[name]]
                intercepts[row] = self.intercepts[place[name]]
        return coefficients, intercepts

    def save(self, path: Path) -> None:
        """Write as npz."""
        np.savez(
            path,
            names=np.array(self.names),
            coefficients=self.coefficients,
            intercepts=self.intercepts,
            counts=self.counts,
        )

    @classmethod
    def load(cls, path: Path) -> ArticleClassifier:
        """What `save` wrote."""
        with np.load(path, allow_pickle=False) as kept:
            return cls(
                tuple(str(name) for name in kept["names"]),
                kept["coefficients"],
                kept["intercepts"],
                kept["counts"],
            )


def softmax(scores: NDArray[np.floating]) -> NDArray[np.float64]:
    """Shares that sum to 1; an empty array stays empty."""
    if not len(scores):
        return np.zeros(0)
    raised = np.exp(scores.astype(np.float64) - scores.max())
    return np.asarray(raised / raised.sum())
