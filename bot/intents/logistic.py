"""Multinomial logistic regression by L-BFGS in single precision.

The same objective as scikit-learn's: the sum over examples of weight times cross-entropy, plus
the squared weights divided by 2 `strength`. Written out because single precision and dense
matrices make it several times faster, which cross-validation pays for.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize


def log_softmax(scores: np.ndarray) -> np.ndarray:
    """Logarithms of the softmax of each row."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))


def fit_logistic(
    rows: np.ndarray,
    labels: np.ndarray,
    classes: int,
    *,
    strength: float,
    weights: np.ndarray | None = None,
    start: tuple[np.ndarray, np.ndarray] | None = None,
    iterations: int = 120,
) -> tuple[np.ndarray, np.ndarray]:
    """Fit class scores `rows @ coefficients + intercepts`.

    Args:
        rows: shape (n, d), single precision.
        labels: shape (n,), integers below `classes`.
        strength: inverse regularisation, scikit-learn's C.
        weights: importance of each example (1 each).
        start: coefficients and intercepts to start from.

    Returns:
        Coefficients of shape (d, classes) and intercepts of shape (classes,).
    """
    count, width = rows.shape
    importance = np.ones(count, np.float32) if weights is None else weights.astype(np.float32)
    total = float(importance.sum())
    penalty = 1 / (strength * total)
    target = np.zeros((count, classes), np.float32)
    target[np.arange(count), labels] = 1

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        table = flat.reshape(width + 1, classes).astype(np.float32)
        logs = log_softmax(rows @ table[:-1] + table[-1])
        value = -float((importance * logs[np.arange(count), labels]).sum()) / total
        value += 0.5 * penalty * float((table[:-1] ** 2).sum())
        error = (np.exp(logs) - target) * (importance / total)[:, None]
        gradient = np.empty((width + 1, classes), np.float64)
        gradient[:-1] = rows.T @ error + penalty * table[:-1]
        gradient[-1] = error.sum(axis=0)
        return value, gradient.ravel()

    first = np.zeros((width + 1, classes))
    if start is not None:
        first[:-1], first[-1] = start
    found = minimize(
        loss,
        first.ravel(),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": iterations, "maxcor": 8, "gtol": 1e-6, "ftol": 1e-7},
    )
    table = found.x.reshape(width + 1, classes).astype(np.float32)
    return table[:-1], table[-1]
