"""How far a text belongs to what the training data covers.

A logistic model of two quantities: how decided the class probabilities are (their negative
entropy) and the cosine to the nearest training example. It is fitted without any outside text:
each training example is judged twice by an ensemble that did not see it, once as it is, and once
with its own class struck out, as if nobody had thought of that class. Where outside classes are
named ("oos_...", "unintelligible"), their examples are judged with all of them struck out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression

from bot.intents.pooling import pool

_NEVER = -60.0
# A message is taken as in scope from this score on.
ACCEPT = 0.5


@dataclass(frozen=True)
class Scope:
    """The fitted model: score = logistic(weights . (decidedness, nearest) + bias)."""

    weights: tuple[float, float]
    bias: float

    @classmethod
    def fit(cls, inside: np.ndarray, outside: np.ndarray) -> Scope:
        """Fit on `evidence` rows of texts that belong and of texts that do not."""
        rows = np.concatenate([inside, outside])
        truth = np.concatenate([np.ones(len(inside)), np.zeros(len(outside))])
        middle, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-6
        # Balanced: how many outside texts there are says nothing about live traffic.
        model = LogisticRegression(class_weight="balanced")
        model.fit((rows - middle) / spread, truth)
        # Neither quantity may ever count against a text.
        weights = np.maximum(model.coef_[0], 0.05) / spread
        bias = float(model.intercept_[0] - weights @ middle)
        return cls((float(weights[0]), float(weights[1])), bias)

    def score(self, evidence: np.ndarray) -> np.ndarray:
        """In-scope scores between 0 and 1."""
        return np.asarray(1 / (1 + np.exp(-(evidence @ np.array(self.weights) + self.bias))))


def evidence(logs: np.ndarray, similarities: np.ndarray) -> np.ndarray:
    """Decidedness and nearest cosine of each text.

    Args:
        logs: log probabilities, shape (texts, classes).
        similarities: cosines to the training examples that count, shape (texts, examples).
    """
    decided = (np.exp(logs) * logs).sum(axis=1)
    if similarities.shape[1] == 0:
        return np.stack([decided, np.zeros(len(logs))], axis=1)
    return np.stack([decided, similarities.max(axis=1)], axis=1)


def struck_out(
    scores: Mapping[str, np.ndarray], struck: np.ndarray, weights: Mapping[str, float]
) -> np.ndarray:
    """Log probabilities as if some classes did not exist.

    Args:
        scores: the members' log scores, shape (texts, classes).
        struck: the same shape, true where a class is struck out for a text.
    """
    return pool({name: np.where(struck, _NEVER, each) for name, each in scores.items()}, weights)
