"""Multinomial logistic regression, on dense rows and on sparse ones.

The objective is scikit-learn's: the sum over examples of cross-entropy, plus the squared
coefficients divided by 2 `strength`. For dense rows L-BFGS is written out, because single precision
makes it several times faster, which cross-validation pays for; sparse rows are scikit-learn's SAGA
(Defazio et al. 2014), stopped after a few passes: more gain nothing on messages it has not seen.
"""

from __future__ import annotations

import warnings

import numpy as np
from scipy import sparse
from scipy.optimize import minimize
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

# The passes are few on purpose. Not around each fit: that is not safe in threads.
warnings.filterwarnings("ignore", category=ConvergenceWarning, module=r"sklearn\.linear_model")

# Passes over the examples: enough for many, more where there are few and a pass costs nothing.
_LEAST_PASSES, _MOST_PASSES, _PASSED = 8, 60, 100_000
# Below the least likely class that has examples.
_ABSENT = 3.0


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
    start: tuple[np.ndarray, np.ndarray] | None = None,
    iterations: int = 120,
) -> tuple[np.ndarray, np.ndarray]:
    """Fit class scores `rows @ coefficients + intercepts`.

    Args:
        rows: shape (n, d), single precision.
        labels: shape (n,), integers below `classes`.
        strength: inverse regularisation, scikit-learn's C.
        start: coefficients and intercepts to start from.

    Returns:
        Coefficients of shape (d, classes) and intercepts of shape (classes,).
    """
    count, width = rows.shape
    penalty = 1 / (strength * count)
    target = np.zeros((count, classes), np.float32)
    target[np.arange(count), labels] = 1

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        table = flat.reshape(width + 1, classes).astype(np.float32)
        logs = log_softmax(rows @ table[:-1] + table[-1])
        value = -float(logs[np.arange(count), labels].sum()) / count
        value += 0.5 * penalty * float((table[:-1] ** 2).sum())
        error = (np.exp(logs) - target) / np.float32(count)
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


def fit_sparse(
    rows: sparse.csr_matrix,
    labels: np.ndarray,
    classes: int,
    *,
    strength: float,
    seed: int = 0,
    start: tuple[np.ndarray, np.ndarray] | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """The same for sparse rows of shape (n, d); `seed` decides the order of examples."""
    present = np.unique(labels)
    passes = int(np.clip(_PASSED // len(labels), _LEAST_PASSES, _MOST_PASSES))
    model = LogisticRegression(
        C=strength,
        solver="saga",
        multi_class="multinomial",
        tol=1e-4,
        max_iter=passes,
        random_state=seed,
        warm_start=start is not None,
    )
    # Of two classes scikit-learn keeps one row, the difference to the other.
    if start is not None and len(present) > 2:
        model.coef_ = start[0][:, present].T.astype(np.float32)
        model.intercept_ = start[1][present].astype(np.float32)
        model.classes_ = present
        model.max_iter = max(1, passes // 2)
    model.fit(rows, labels)
    table = np.zeros((rows.shape[1], classes), np.float32)
    intercepts = np.full(classes, float(model.intercept_.min()) - _ABSENT, np.float32)
    if len(present) == 2:
        # The softmax of (-s, s) is what scikit-learn means by one row of a multinomial model.
        table[:, present] = np.hstack([-model.coef_.T, model.coef_.T])
        intercepts[present] = np.array([-model.intercept_[0], model.intercept_[0]])
    else:
        table[:, present] = model.coef_.T
        intercepts[present] = model.intercept_
    return table, intercepts
