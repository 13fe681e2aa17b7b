"""The probability that the first intent of a ranking is right.

The pooled probabilities order intents well, but one temperature cannot fit both the clear texts
and the rare odd one among them. Beta calibration (Kull et al. 2017) of the first probability on
out-of-fold predictions corrects that. (The cosine to the nearest example was tried as a further
quantity and got no weight on any data.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

_LEAST = 1e-6
_PULL = 5.0  # how many examples the assumption "already calibrated" is worth


@dataclass(frozen=True)
class Confidence:
    """logit of being right = a log p - b log(1 - p) + c."""

    weights: tuple[float, float, float]

    @classmethod
    def fit(cls, first: np.ndarray, right: np.ndarray) -> Confidence:
        """Fit on first probabilities and on whether the first intent was right (1 or 0)."""
        rows = _rows(first)
        already = np.array([1.0, 1.0, 0.0])
        pull = _PULL / len(first)

        def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
            scores = rows @ weights
            error = 1 / (1 + np.exp(-scores)) - right
            value = np.logaddexp(0, scores).mean() - (scores * right).mean()
            value += pull * ((weights - already) ** 2).sum()
            return float(value), rows.T @ error / len(rows) + 2 * pull * (weights - already)

        # More probability may never count against an intent.
        bounds = [(0.0, None), (0.0, None), (None, None)]
        found = minimize(loss, already, jac=True, method="L-BFGS-B", bounds=bounds)
        a, b, c = (float(each) for each in found.x)
        return cls((a, b, c))

    def apply(self, probabilities: np.ndarray) -> np.ndarray:
        """Rows of probabilities whose first place is corrected and the others scaled to fit.

        The order within a row never changes.
        """
        rows = np.arange(len(probabilities))
        best = probabilities.argmax(axis=1)
        first = np.clip(probabilities[rows, best], _LEAST, 1 - _LEAST)
        others = probabilities.copy()
        others[rows, best] = 0
        second = others.max(axis=1)
        corrected = 1 / (1 + np.exp(-(_rows(first) @ np.array(self.weights))))
        corrected = np.maximum(corrected, second / (1 - first + second))
        scaled = others * ((1 - corrected) / np.maximum(1 - first, _LEAST))[:, None]
        scaled[rows, best] = corrected
        return np.asarray(scaled)


def _rows(first: np.ndarray) -> np.ndarray:
    clipped = np.clip(first, _LEAST, 1 - _LEAST)
    return np.stack([np.log(clipped), -np.log(1 - clipped), np.ones(len(clipped))], axis=1)
