"""The tone of a message: feelings, threats and delays that it shows, and whether it needs a person.

One logistic model for each of LABELS, fitted together on the sentence vector and on what
bot/intents/tone_reading.py reads. Plain NumPy and SciPy, without Rasa. Probabilities are calibrated
on out-of-fold predictions of the training data.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import sparse
from scipy.optimize import minimize
from scipy.sparse.csgraph import connected_components
from threadpoolctl import threadpool_limits

from bot.intents.cues import Cues
from bot.intents.tone_reading import Reader, Reading, ReadingTable

TONES = ("anger", "distress", "self_harm", "threat", "repeated", "waiting", "person")
NEEDS_HUMAN = "needs_human"
LABELS = (*TONES, NEEDS_HUMAN)
FORMAT = 1

_FOLDS = 3
_THREADS = 2
_ITERATIONS = 50
# How many examples the assumption "already calibrated" is worth.
_PULL = 5.0


class ToneError(Exception):
    """The tone classifier cannot be trained or loaded; the message says why."""

    code = "tone"


@dataclass
class ToneModel:
    """Gives each of LABELS its probability.

    Args:
        cues: the words to look for.
        strength: inverse regularisation of the logistic models.
        seed: decides the folds; the same seed and data give the same model.
    """

    cues: Cues
    strength: float = 3.0
    seed: int = 0

    def __post_init__(self) -> None:
        self._reader = Reader(self.cues)
        self._table = np.zeros((0, len(LABELS)), np.float32)
        self._dense = 0
        # Slope and intercept of each label's calibration.
        self._calibration = np.tile([1.0, 0.0], (len(LABELS), 1))

    def fit(
        self,
        texts: Sequence[str],
        vectors: np.ndarray,
        truth: np.ndarray,
        weights: np.ndarray,
        *,
        groups: np.ndarray | None = None,
        report: Callable[[str], None] = lambda line: None,
    ) -> np.ndarray:
        """Train.

        Args:
            texts: the examples.
            vectors: shape (n, d), their sentence vectors.
            truth: shape (n, labels): 1, 0, or NaN where nobody knows.
            weights: shape (n,), the importance of each example.
            groups: shape (n,), whole numbers from 0: examples of one group are validated together.

        Returns:
            Probabilities of shape (n, labels) by models that did not see the example.

        Raises:
            ToneError: a label has no example for or none against it, or shapes differ.
        """
        self._check(texts, vectors, truth)
        readings = [self._reader.read(text) for text in texts]
        table = self._reader.table(readings)
        vectors = np.asarray(vectors, np.float32)
        groups = np.arange(len(texts)) if groups is None else groups
        folds = (np.random.default_rng(self.seed).permutation(groups.max() + 1) % _FOLDS)[groups]
        scores = np.zeros(truth.shape)

        def cross_validate(fold: int) -> None:
            report(f"tone: cross-validation {fold + 1} of {_FOLDS}")
            seen, held = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
            model = ToneModel(self.cues, strength=self.strength, seed=self.seed)
            model._fit(table.pick(seen), vectors[seen], truth[seen], weights[seen])
            scores[held] = model._scores([readings[row] for row in held], vectors[held])

        # Most of a fit runs outside the interpreter's lock, on one core.
        with threadpool_limits(1), ThreadPoolExecutor(_THREADS) as pool:
            report("tone: training on all examples")
            whole = pool.submit(self._fit, table, vectors, truth, weights)
            list(pool.map(cross_validate, range(_FOLDS)))
            whole.result()
        self._calibration = np.array(
            [_calibration(scores[:, at], truth[:, at]) for at in range(len(LABELS))]
        )
        return self._probabilities(scores)

    def predict(
        self, texts: Sequence[str], vectors: np.ndarray, hours: Sequence[float] | None = None
    ) -> np.ndarray:
        """Probabilities of shape (n, labels).

        Args:
            vectors: shape (n, d); row i belongs to text i.
            hours: the longest period that each text names, where that is known already.
        """
        named: Sequence[float | None] = hours if hours is not None else [None] * len(texts)
        readings = [self._reader.read(*each) for each in zip(texts, named, strict=True)]
        return self._probabilities(self._scores(readings, np.asarray(vectors, np.float32)))

    def _fit(
        self, table: ReadingTable, vectors: np.ndarray, truth: np.ndarray, weights: np.ndarray
    ) -> None:
        self._reader.choose(table, truth, weights)
        self._dense = vectors.shape[1]
        self._table = _fit_table(
            vectors, self._reader.rows(table), truth, weights, strength=self.strength
        )

    def _scores(self, readings: Sequence[Reading], vectors: np.ndarray) -> np.ndarray:
        scores = vectors @ self._table[: self._dense] + self._table[-1]
        table = self._table[self._dense : -1]
        for row, reading in enumerate(readings):
            columns, values = self._reader.cells(reading)
            scores[row] += values @ table[columns]
        return scores

    def _probabilities(self, scores: np.ndarray) -> np.ndarray:
        slopes, intercepts = self._calibration.T
        return np.asarray(1 / (1 + np.exp(-np.clip(scores * slopes + intercepts, -40, 40))))

    def _check(self, texts: Sequence[str], vectors: np.ndarray, truth: np.ndarray) -> None:
        if not len(texts) == len(vectors) == len(truth):
            raise ToneError(
                f"{len(texts)} texts, {len(vectors)} vectors and {len(truth)} rows of labels do "
                "not fit together."
            )
        for at, label in enumerate(LABELS):
            known = set(truth[~np.isnan(truth[:, at]), at])
            if known != {0.0, 1.0}:
                raise ToneError(
                    f"The label {label} needs examples for and against it; add them to data/tone."
                )

    def save(self, folder: str | Path) -> None:
        """Write the trained classifier: arrays and JSON, nothing that executes when read."""
        names = json.dumps(
            {
                "format": FORMAT,
                "labels": LABELS,
                "cues": self.cues.entries,
                "vocabulary": list(self._reader.vocabulary),
            },
            ensure_ascii=False,
        )
        (Path(folder) / "tone.json").write_text(names, encoding="utf-8")
        np.savez(
            Path(folder) / "tone.npz",
            table=self._table.astype(np.float16),
            dense=np.array(self._dense),
            calibration=self._calibration,
        )

    @classmethod
    def load(cls, folder: str | Path) -> ToneModel:
        """Read what `save` wrote.

        Raises:
            ToneError: a file is missing or of another format.
        """
        try:
            names = json.loads((Path(folder) / "tone.json").read_text(encoding="utf-8"))
            with np.load(Path(folder) / "tone.npz", allow_pickle=False) as file:
                arrays = dict(file)
        except (OSError, ValueError) as error:
            raise ToneError(f"{folder}: {error}. Train again.") from error
        if names.get("format") != FORMAT or names.get("labels") != list(LABELS):
            raise ToneError(f"{folder} was written by another version of Teller. Train again.")
        classifier = cls(Cues(names["cues"]))
        classifier._reader.vocabulary = {gram: at for at, gram in enumerate(names["vocabulary"])}
        classifier._table = arrays["table"].astype(np.float32)
        classifier._dense = int(arrays["dense"])
        classifier._calibration = arrays["calibration"]
        return classifier


def same_meaning(vectors: np.ndarray, cosine: float = 0.75) -> np.ndarray:
    """A group for each unit vector: those that a chain of near ones connects share it.

    The same message in two languages, one to learn from and one to be validated by, would flatter.
    """
    near = sparse.csr_matrix(vectors @ vectors.T >= cosine)
    return np.asarray(connected_components(near, directed=False)[1])


def _fit_table(
    dense: np.ndarray,
    rows: sparse.csr_matrix,
    truth: np.ndarray,
    weights: np.ndarray,
    *,
    strength: float,
) -> np.ndarray:
    """Coefficients of all labels: those of `dense`, those of `rows`, and the intercepts.

    Minimises each label's mean cross-entropy over the examples where it is known, plus the squared
    coefficients over 2 `strength` times the examples' mean weight.
    """
    known = ~np.isnan(truth)
    target = np.where(known, truth, 0).astype(np.float32)
    importance = (known * weights[:, None]).astype(np.float32)
    totals = importance.sum(axis=0)
    penalty = 1 / (strength * float(totals.mean()))
    width = dense.shape[1]
    turned = rows.T.tocsr()
    shape = (width + rows.shape[1] + 1, truth.shape[1])

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        table = flat.reshape(shape).astype(np.float32)
        scores = dense @ table[:width] + rows @ table[width:-1] + table[-1]
        entropy = importance * (np.logaddexp(0, scores) - target * scores) / totals
        error = importance * (1 / (1 + np.exp(-np.clip(scores, -40, 40))) - target) / totals
        gradient = np.empty(shape)
        gradient[:width] = dense.T @ error
        gradient[width:-1] = turned @ error
        gradient[:-1] += penalty * table[:-1]
        gradient[-1] = error.sum(axis=0)
        value = float(entropy.sum(dtype=np.float64)) + penalty / 2 * float((table[:-1] ** 2).sum())
        return value, gradient.ravel()

    found = minimize(
        loss,
        np.zeros(shape).ravel(),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": _ITERATIONS, "maxcor": 8, "ftol": 1e-7, "gtol": 1e-6},
    )
    return np.asarray(found.x.reshape(shape), np.float32)


def _calibration(scores: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    """Slope and intercept by which scores become log odds (Platt 1999)."""
    known = ~np.isnan(truth)
    rows = np.stack([scores[known], np.ones(int(known.sum()))], axis=1)
    right = truth[known]
    already = np.array([1.0, 0.0])
    pull = _PULL / len(rows)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        odds = rows @ weights
        error = 1 / (1 + np.exp(-np.clip(odds, -40, 40))) - right
        value = float((np.logaddexp(0, odds) - right * odds).mean())
        value += pull * float(((weights - already) ** 2).sum())
        return value, rows.T @ error / len(rows) + 2 * pull * (weights - already)

    # More evidence may never count against a label.
    found = minimize(
        loss, already, jac=True, method="L-BFGS-B", bounds=[(0.05, None), (None, None)]
    )
    slope, intercept = (float(each) for each in found.x)
    return slope, intercept
