"""Fitting the language model: `python -m knowledge.language_fitting` (or `make language`).

Run it after messages of a language were added; it takes about two minutes and writes
models/language.
What it reports is measured on messages that the model in question had not seen.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import log_softmax
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from threadpoolctl import threadpool_limits

from knowledge.language import LANGUAGES, SCRIPTS, Statistics, telling_words
from knowledge.letters import FOLDER, Letters, bare, latin, slots
from knowledge.messages import DEFAULT_LANGUAGE, read_messages
from knowledge.words import small_words

ROOT = Path(__file__).resolve().parent.parent

SLOTS = 1 << 15
STRENGTH = 100.0
FOLDS = 4
# Their texts are no language: keyboard mash, code, one word for all.
WITHOUT = frozenset({"unintelligible"})

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Sample:
    """A message and its language."""

    language: str
    text: str


def read_samples(root: Path = ROOT) -> list[Sample]:
    """Every message of data/nlu and data/languages that one language alone holds."""
    found: dict[str, set[str]] = {}
    texts: dict[str, str] = {}
    for language in LANGUAGES:
        messages = [
            message.text
            for message in read_messages(root / "data" / "nlu", language)
            if message.intent not in WITHOUT
        ]
        other = root / "data" / "languages" / f"{language}.txt"
        if other.is_file():
            messages += [line for line in other.read_text("utf-8").splitlines() if line.strip()]
        for text in messages:
            found.setdefault(text.casefold(), set()).add(language)
            texts.setdefault(text.casefold(), text)
    samples = [
        Sample(next(iter(languages)), texts[text])
        for text, languages in found.items()
        if len(languages) == 1
    ]
    return [sample for sample in samples if telling_words(sample.text)]


def fit(samples: Sequence[Sample]) -> tuple[Letters, dict[str, Any]]:
    """The model of these samples, and the share it gets right of samples that it had not seen."""
    languages = tuple(name for name in LANGUAGES if name not in SCRIPTS.values() or name == "ru")
    y = np.array([languages.index(sample.language) for sample in samples])
    words = [telling_words(sample.text) for sample in samples]
    plain = [[latin(bare(word)) for word in each] for each in words]
    typed, stripped = _matrix(words), _matrix(plain)
    statistics = Statistics(languages)
    said = np.array([statistics.evidence(each) for each in (*words, *plain)])
    # The many English messages must not make a doubtful word English.
    weight = np.array([1 / np.sqrt((y == number).sum()) for number in range(len(languages))])[y]
    weight /= weight.mean()
    small_x, small_y = _small(languages)

    def regression(chosen: NDArray[np.int64]) -> LogisticRegression:
        x = sparse.vstack([typed[chosen], stripped[chosen], small_x])
        labels = np.concatenate([y[chosen], y[chosen], small_y])
        by = np.concatenate([weight[chosen], weight[chosen], np.ones(len(small_y))])
        return LogisticRegression(C=STRENGTH, max_iter=100, tol=1e-3).fit(x, labels, by)

    unseen = np.zeros((2 * len(y), len(languages)))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    for learned, held in folds.split(typed, y):
        model = regression(learned)
        unseen[held] = model.decision_function(typed[held])
        unseen[len(y) + held] = model.decision_function(stripped[held])
    trust, share, floor, offset = _mix(unseen, said, np.tile(y, 2), np.tile(weight, 2))
    model = regression(np.arange(len(y)))
    letters = Letters(
        languages=languages,
        weights=model.coef_.T.astype(np.float32),
        bias=model.intercept_.astype(np.float32),
        trust=trust,
        statistics=share,
        floor=floor,
        offset=offset.astype(np.float32),
    )
    scores = trust * unseen + share * np.maximum(said, -floor) + offset
    right = scores.argmax(axis=1) == np.tile(y, 2)
    return letters, _measured(right, samples, words)


def _matrix(texts: Sequence[list[str]]) -> sparse.csr_matrix:
    """Rows of unit length: what Letters.evidence does for one message."""
    counted = [slots(words, SLOTS) for words in texts]
    numbers = np.concatenate([np.fromiter(each.keys(), np.int64, len(each)) for each in counted])
    values = np.concatenate(
        [
            np.fromiter(each.values(), np.float32, len(each))
            / np.linalg.norm(np.fromiter(each.values(), np.float32, len(each)))
            for each in counted
        ]
    )
    starts = np.cumsum([0, *(len(each) for each in counted)])
    return sparse.csr_matrix((values, numbers, starts), shape=(len(texts), SLOTS))


def _small(languages: tuple[str, ...]) -> tuple[sparse.csr_matrix, NDArray[np.int64]]:
    """The small words that one language alone has, each as a message."""
    held: dict[str, list[str]] = {}
    for language, words in small_words().items():
        for word in words:
            held.setdefault(word, []).append(language)
    rows = [(word, *of) for word, of in sorted(held.items()) if len(of) == 1 and of[0] in languages]
    return _matrix([[word] for word, _ in rows]), np.array([languages.index(of) for _, of in rows])


def _mix(
    unseen: Matrix, said: Matrix, y: Matrix, weight: Matrix
) -> tuple[float, float, float, Matrix]:
    """How far to trust the letters and the statistics, so that both together are calibrated."""

    def scores(values: Matrix) -> Matrix:
        trust, share, floor = values[:3]
        mixed: Matrix = trust * unseen + share * np.maximum(said, -floor)
        mixed[:, 1:] += values[3:]
        return mixed

    def loss(values: Matrix) -> float:
        chosen = log_softmax(scores(values), axis=1)[np.arange(len(y)), y]
        return float(-(weight * chosen).mean())

    start = np.concatenate([[1.0, 0.5, 8.0], np.zeros(unseen.shape[1] - 1)])
    best = minimize(loss, start, method="BFGS").x
    return float(best[0]), float(best[1]), float(best[2]), np.concatenate([[0.0], best[3:]])


def _measured(
    right: NDArray[np.bool_], samples: Sequence[Sample], words: Sequence[list[str]]
) -> dict[str, Any]:
    """Shares of right answers, without a conversation: all, by language, by number of words."""
    count = len(samples)
    language = np.array([sample.language for sample in samples])
    length = np.array([len(each) for each in words])
    parts = {
        "all": np.ones(count, np.bool_),
        **{name: language == name for name in LANGUAGES if (language == name).any()},
        "1-2 words": length < 3,
        "3-5 words": (length >= 3) & (length < 6),
        "6+ words": length >= 6,
    }

    def shares(of: NDArray[np.bool_]) -> dict[str, float]:
        return {name: round(float(of[part].mean()), 4) for name, part in parts.items()}

    return {
        "messages": count,
        "unseen": shares(right[:count]),
        "unseen_without_accents": shares(right[count:]),
    }


def main() -> None:
    """Fit on what is in data/ and write models/language."""
    # Threads that wait for each other cost more than they save in steps this small.
    with threadpool_limits(1):
        letters, measured = fit(read_samples())
    letters.save(FOLDER, measured)
    for name in ("unseen", "unseen_without_accents"):
        shares = ", ".join(f"{part} {share:.1%}" for part, share in measured[name].items())
        sys.stdout.write(f"{name.replace('_', ' ')}: {shares}\n")
    sys.stdout.write(
        f"{measured['messages']} messages; written to {FOLDER} ({DEFAULT_LANGUAGE} first)\n"
    )


if __name__ == "__main__":
    main()
