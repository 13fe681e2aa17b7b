"""The intent estimator: texts and their sentence vectors in, calibrated intents out.

Plain NumPy, SciPy and scikit-learn, without Rasa, so that it can be trained on any labelled texts.
Everything that is tuned (whom of the ensemble to trust, calibration, the in-scope model) is
fitted on out-of-fold predictions of the training data.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from bot.intents.confidence import Confidence
from bot.intents.members import NAMES, Features, Members, mean_tables
from bot.intents.ngrams import NgramFeatures
from bot.intents.pooling import fit_weights, pool
from bot.intents.scope import Scope, evidence, struck_out

Ranking = list[tuple[str, float]]

_FOLDS_FEW, _FOLDS_MANY, _MANY = 5, 3, 3000
_CHUNK = 256
_WORD_OF_NAME = re.compile(r"[^\W_]+")
_THREADS = 2
# So many examples that the encoder has not learned are enough to calibrate on.
_LEAST_FAIR = 500
FORMAT = 4


class EstimatorError(Exception):
    """The estimator cannot be trained or loaded; the message says why."""

    code = "estimator"


@dataclass(frozen=True)
class Prediction:
    """What a text means: intents with calibrated probabilities, best first, and the scope score."""

    ranking: Ranking
    in_scope: float

    @property
    def intent(self) -> str:
        return self.ranking[0][0]

    @property
    def confidence(self) -> float:
        return self.ranking[0][1]


@dataclass
class IntentEstimator:
    """Trainable from two examples per intent up to thousands.

    Args:
        strength: inverse regularisation of the logistic members.
        iterations: optimiser steps of each fit, at most.
        outside: intents that stand for what the assistant does not cover.
        seed: decides the folds and the order of examples.
    """

    strength: float = 60.0
    iterations: int = 40
    outside: Sequence[str] = ()
    seed: int = 0
    intents: list[str] = field(default_factory=list)

    def fit(
        self,
        texts: Sequence[str],
        vectors: np.ndarray,
        labels: Sequence[str],
        *,
        encode: Callable[[Sequence[str]], np.ndarray] | None = None,
        unlearned: np.ndarray | None = None,
        report: Callable[[str], None] = lambda line: None,
    ) -> list[Prediction]:
        """Train.

        Args:
            texts, vectors, labels: the examples; row i of `vectors` is the unit vector of text i.
            encode: gives vectors of the intents' own names, which then serve as one more example
                of each ("card_arrival" says much where examples are few).
            unlearned: shape (n,), whether the encoder has not learned the example's intent. What
                is fitted on predictions (whom to trust, calibration, scope) keeps to these, as
                long as they are enough.
            report: is told about each stage.

        Returns:
            For each example what an ensemble that did not see it predicts.

        Raises:
            EstimatorError: fewer than two intents, or lengths that differ.
        """
        self._check(texts, vectors, labels)
        self.intents = sorted(set(labels))
        at = {intent: position for position, intent in enumerate(self.intents)}
        truth = np.array([at[label] for label in labels])
        self._outside = np.array([intent in set(self.outside) for intent in self.intents])

        report(f"reading n-grams of {len(texts)} examples of {len(self.intents)} intents")
        self._ngrams = NgramFeatures().fit(texts)
        examples = Features(np.asarray(vectors, np.float32), self._ngrams.transform(texts))
        names = self._name_examples(encode)

        folds = _folds(truth, len(self.intents), seed=self.seed)
        count = int(folds.max()) + 1

        def cross_validate(fold: int) -> tuple[Members, dict[str, np.ndarray]]:
            report(f"cross-validation {fold + 1} of {count}")
            seen, held = folds != fold, examples.pick(folds == fold)
            members = self._members(examples.pick(seen), truth[seen], names)
            return members, members.scores(held, members.similarities(held))

        def train() -> Members:
            report("training on all examples")
            # Beside the last fold, which is the only one that it does not begin from.
            begun = mean_tables([run.result()[0] for run in runs[:-1]])
            return self._members(examples, truth, names, start=begun)

        scores = {name: np.zeros((len(texts), len(at)), np.float32) for name in NAMES}
        # Most of a fit runs outside the interpreter's lock. Two beside each other take less time
        # on one core each than both on both.
        with threadpool_limits(1), ThreadPoolExecutor(_THREADS) as pool_of_threads:
            runs = [pool_of_threads.submit(cross_validate, fold) for fold in range(count)]
            whole = pool_of_threads.submit(train)
            for fold, run in enumerate(runs):
                for name, found in run.result()[1].items():
                    scores[name][folds == fold] = found
            self._fitted = whole.result()
        fair = np.ones(len(texts), bool)
        if unlearned is not None and np.count_nonzero(unlearned) >= _LEAST_FAIR:
            fair = np.asarray(unlearned, bool)
        self._weights = fit_weights({name: scores[name][fair] for name in NAMES}, truth[fair])
        self._examples = len(texts)
        fitted = [run.result()[0] for run in runs]
        return self._calibrate(texts, examples, truth, folds, fitted, scores, fair)

    def predict(self, texts: Sequence[str], vectors: np.ndarray) -> list[Prediction]:
        """Predict; row i of `vectors` is the unit vector of text i."""
        predictions: list[Prediction] = []
        for start in range(0, len(texts), _CHUNK):
            chunk = list(texts[start : start + _CHUNK])
            rows = Features(
                np.asarray(vectors[start : start + _CHUNK], np.float32),
                self._ngrams.transform(chunk),
            )
            similarities = self._fitted.similarities(rows)
            logs = pool(self._fitted.scores(rows, similarities), self._weights)
            known = evidence(logs, self._inside(self._fitted, similarities))
            predictions += self._predictions(logs, known, chunk)
        return predictions

    def _check(self, texts: Sequence[str], vectors: np.ndarray, labels: Sequence[str]) -> None:
        if not len(texts) == len(vectors) == len(labels):
            raise EstimatorError(
                f"{len(texts)} texts, {len(vectors)} vectors and {len(labels)} labels: there must "
                "be as many of each"
            )
        if len(set(labels)) < 2:
            raise EstimatorError("Training needs examples of at least two intents.")

    def _members(
        self,
        examples: Features,
        truth: np.ndarray,
        names: Features | None,
        start: Mapping[str, tuple[np.ndarray, np.ndarray]] | None = None,
    ) -> Members:
        if names is not None:
            examples = examples.joined(names)
            truth = np.concatenate([truth, np.arange(len(self.intents))])
        return Members.fit(
            examples,
            truth,
            len(self.intents),
            strength=self.strength,
            iterations=self.iterations,
            seed=self.seed,
            start=start,
        )

    def _name_examples(
        self, encode: Callable[[Sequence[str]], np.ndarray] | None
    ) -> Features | None:
        if encode is None:
            return None
        names = [words_of(intent) for intent in self.intents]
        return Features(np.asarray(encode(names), np.float32), self._ngrams.transform(names))

    def _inside(self, members: Members, similarities: np.ndarray) -> np.ndarray:
        """The columns of `similarities` that belong to examples of what the assistant covers."""
        return similarities[:, ~self._outside[members.labels]]

    def _calibrate(
        self,
        texts: Sequence[str],
        examples: Features,
        truth: np.ndarray,
        folds: np.ndarray,
        fitted: Sequence[Members],
        scores: Mapping[str, np.ndarray],
        fair: np.ndarray,
    ) -> list[Prediction]:
        logs = pool(scores, self._weights)
        as_is = np.zeros((len(truth), 2))
        as_unknown = np.zeros((len(truth), 2))
        for fold, members in enumerate(fitted):
            held = np.flatnonzero(folds == fold)
            own = truth[held]
            similarities = members.similarities(examples.pick(held))
            as_is[held] = evidence(logs[held], self._inside(members, similarities))
            struck = np.zeros((len(held), len(self.intents)), bool)
            struck[np.arange(len(held)), own] = True
            struck[self._outside[own]] |= self._outside
            own_scores = {name: each[held] for name, each in scores.items()}
            unknown = struck_out(own_scores, struck, self._weights)
            hidden = np.where(struck[:, members.labels], -1.0, similarities)
            as_unknown[held] = evidence(unknown, self._inside(members, hidden))
        covered = ~self._outside[truth] & fair
        if not covered.any():
            raise EstimatorError("Every intent is listed under `outside`: nothing is covered.")
        self._scope = Scope.fit(as_is[covered], as_unknown[fair])
        right = (logs.argmax(axis=1) == truth).astype(np.float64)
        self._confidence = Confidence.fit(np.exp(logs.max(axis=1))[fair], right[fair])
        return self._predictions(logs, as_is, texts)

    def _predictions(
        self, logs: np.ndarray, known: np.ndarray, texts: Sequence[str]
    ) -> list[Prediction]:
        probabilities = self._confidence.apply(np.exp(logs))
        covered = 1 - probabilities[:, self._outside].sum(axis=1)
        scopes = self._scope.score(known) * covered
        order = np.argsort(-probabilities, axis=1)
        predictions = []
        for row, text in enumerate(texts):
            ranking = [(self.intents[at], float(probabilities[row, at])) for at in order[row]]
            # Nothing can be meant by a text without a letter or a figure.
            spoken = any(character.isalnum() for character in text)
            scope = float(scopes[row]) if spoken else 0.0
            predictions.append(Prediction(ranking, min(1.0, max(0.0, scope))))
        return predictions

    def save(self, folder: str | Path) -> None:
        """Write the trained estimator: arrays and JSON, nothing that executes when read."""
        members = self._fitted
        arrays: dict[str, np.ndarray] = {
            "meaning_table": members.meaning[0],
            "meaning_intercepts": members.meaning[1],
            "words_table": members.words[0].astype(np.float16),
            "words_intercepts": members.words[1],
            "example_vectors": members.examples.astype(np.float16),
            "example_labels": members.labels.astype(np.int32),
            "example_shares": members.shares.astype(np.float32),
            **self._ngrams.arrays(),
        }
        np.savez(Path(folder) / "estimator.npz", **arrays)
        settings = {
            "format": FORMAT,
            "intents": self.intents,
            "outside": list(self.outside),
            "weights": self._weights,
            "scope": {"weights": self._scope.weights, "bias": self._scope.bias},
            "confidence": self._confidence.weights,
            "examples": self._examples,
        }
        (Path(folder) / "estimator.json").write_text(json.dumps(settings), encoding="utf-8")

    @classmethod
    def load(cls, folder: str | Path) -> IntentEstimator:
        """Read what `save` wrote.

        Raises:
            EstimatorError: a file is missing or of another format.
        """
        try:
            settings = json.loads((Path(folder) / "estimator.json").read_text(encoding="utf-8"))
            with np.load(Path(folder) / "estimator.npz", allow_pickle=False) as file:
                arrays = dict(file)
        except (OSError, ValueError) as error:
            raise EstimatorError(f"{folder}: {error}. Train again.") from error
        if settings.get("format") != FORMAT:
            raise EstimatorError(f"{folder} was written by another version of Teller. Train again.")
        estimator = cls(outside=settings["outside"], intents=settings["intents"])
        estimator._outside = np.array([each in settings["outside"] for each in settings["intents"]])
        estimator._weights = settings["weights"]
        scope = settings["scope"]
        estimator._scope = Scope((scope["weights"][0], scope["weights"][1]), scope["bias"])
        estimator._confidence = Confidence(tuple(settings["confidence"]))
        estimator._examples = settings["examples"]
        estimator._ngrams = NgramFeatures.restore(arrays)
        estimator._fitted = Members(
            (arrays["meaning_table"], arrays["meaning_intercepts"]),
            (arrays["words_table"].astype(np.float32), arrays["words_intercepts"]),
            arrays["example_vectors"].astype(np.float32),
            arrays["example_labels"],
            arrays["example_shares"],
            len(settings["intents"]),
        )
        return estimator


def words_of(name: str) -> str:
    """An intent's name as words: "weather/checkSunset" is "weather check Sunset"."""
    spaced = "".join(
        f" {letter}" if letter.isupper() and before.islower() else letter
        for before, letter in zip(f" {name}", name, strict=False)
    )
    return " ".join(_WORD_OF_NAME.findall(spaced)) or name


def _folds(truth: np.ndarray, classes: int, *, seed: int) -> np.ndarray:
    """A fold for each example; each class is spread over the folds, however few examples it has."""
    count = min(_FOLDS_MANY if len(truth) > _MANY else _FOLDS_FEW, len(truth))
    chance = np.random.default_rng(seed)
    folds = np.empty(len(truth), int)
    offset = 0
    for position in range(classes):
        rows = np.flatnonzero(truth == position)
        chance.shuffle(rows)
        folds[rows] = (np.arange(len(rows)) + offset) % count
        offset += len(rows)
    return folds
