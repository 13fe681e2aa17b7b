"""Which article a message is about, learned from all phrasings of all articles together.

Search compares a message with one phrasing at a time. A logistic regression over the same vectors
weighs what tells one article from its neighbours, which the nearest phrasing alone does not show:
of messages that nobody here wrote it finds a tenth more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
    """Linear scores of articles: `vector @ coefficients + intercepts`, one column per name."""

    names: tuple[str, ...]
    coefficients: NDArray[np.float32]
    intercepts: NDArray[np.float32]

    @classmethod
    def fit(cls, passages: Sequence[Passage], vectors: Vectors) -> ArticleClassifier:
        """Learn from titles and phrasings; customers' messages are left out, because which article
        of an intent answers them is only a guess.
        """
        # Only here, so that answering never loads it.
        from sklearn.linear_model import LogisticRegression

        chosen = [n for n, passage in enumerate(passages) if passage.kind is Kind.QUESTION]
        labels = [passages[n].article for n in chosen]
        names = tuple(sorted(set(labels)))
        width = vectors.shape[1]
        if len(names) < 2:
            # Nothing to tell apart.
            return cls(
                names, np.zeros((width, len(names)), np.float32), np.zeros(len(names), np.float32)
            )
        model = LogisticRegression(C=STRENGTH, max_iter=300, random_state=SEED)
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
        )

    def probabilities(self, vector: Vectors) -> dict[str, float]:
        """Probability of each article that has phrasings, by name; they sum to 1."""
        if not self.names:
            return {}
        shares = softmax(vector @ self.coefficients + self.intercepts)
        return dict(zip(self.names, shares.tolist(), strict=True))

    def save(self, path: Path) -> None:
        """Write as npz."""
        np.savez(
            path,
            names=np.array(self.names),
            coefficients=self.coefficients,
            intercepts=self.intercepts,
        )

    @classmethod
    def load(cls, path: Path) -> ArticleClassifier:
        """What `save` wrote."""
        with np.load(path, allow_pickle=False) as kept:
            return cls(
                tuple(str(name) for name in kept["names"]),
                kept["coefficients"],
                kept["intercepts"],
            )


def softmax(scores: NDArray[np.floating]) -> NDArray[np.float64]:
    """Shares that sum to 1; an empty array stays empty."""
    if not len(scores):
        return np.zeros(0)
    raised = np.exp(scores.astype(np.float64) - scores.max())
    return np.asarray(raised / raised.sum())
