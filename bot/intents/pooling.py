"""How the members' opinions become one calibrated probability.

A logarithmic opinion pool: log p(class) = sum over members of weight x log score, normalised. The
weights are fitted by maximum likelihood on out-of-fold scores, so that the same few numbers
choose whom to trust on this data and calibrate the result (they include its temperature).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.optimize import minimize

from bot.intents.logistic import log_softmax

# Where the fit starts, and what a handful of examples stays close to.
PRIOR = {"meaning": 0.9, "words": 0.4, "nearest": 0.5}
_PULL = 5.0  # the prior's weight, in examples


def fit_weights(scores: Mapping[str, np.ndarray], labels: np.ndarray) -> dict[str, float]:
    """Weights of the members, from out-of-fold log scores of shape (examples, classes)."""
    names = list(PRIOR)
    stacked = np.stack([scores[name] for name in names]).astype(np.float32)
    rows = np.arange(len(labels))
    right = stacked[:, rows, labels]
    prior = np.log(np.array([PRIOR[name] for name in names]))
    pull = _PULL / len(labels)

    def loss(logs: np.ndarray) -> tuple[float, np.ndarray]:
        weights = np.exp(logs)
        pooled = log_softmax(np.tensordot(weights.astype(np.float32), stacked, axes=1))
        expected = np.einsum("nk,mnk->mn", np.exp(pooled), stacked)
        value = -float(pooled[rows, labels].mean()) + pull * float(((logs - prior) ** 2).sum())
        gradient = (expected - right).mean(axis=1) * weights + 2 * pull * (logs - prior)
        return value, gradient.astype(np.float64)

    bounds = [(each - 4, each + 2) for each in prior]
    found = minimize(loss, prior, jac=True, method="L-BFGS-B", bounds=bounds)
    return {name: float(np.exp(log)) for name, log in zip(names, found.x, strict=True)}


def pool(scores: Mapping[str, np.ndarray], weights: Mapping[str, float]) -> np.ndarray:
    """Log probabilities of shape (texts, classes)."""
    return log_softmax(sum(weight * scores[name] for name, weight in weights.items()))
