"""What the tone classifier reads of a message: n-grams, cues, forms, and pairs of the last two."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise

import numpy as np
from scipy import sparse

from bot.intents.cues import FORMS, Cues, fold, forms, longest_period

_WORD = re.compile(r"\w+|[^\w\s]")
_DIGITS = re.compile(r"\d+")
_SIZES = (3, 4, 5)
_LONGEST_WORD = 30
# Of a long message the letters at both ends: people say there what they feel.
_HEAD, _TAIL = 700, 300

# How long each kind of quantity is beside a sentence vector of length 1; by cross-validation.
_GRAMS, _SIGN, _PAIR = 1.0, 0.35, 0.25


@dataclass(frozen=True)
class Reading:
    """The n-grams of a text, and the positions of its signs (cues, then forms), rising."""

    grams: frozenset[str]
    signs: tuple[int, ...]


def grams(folded: str) -> Iterator[str]:
    """Words, pairs and triples of words, and runs of 3 to 5 letters of a folded text."""
    words = _WORD.findall(_DIGITS.sub("0", folded))
    yield from words
    yield from map(" ".join, pairwise(words))
    yield from map(" ".join, zip(words, words[1:], words[2:]))  # noqa: B905 (Python 3.10)
    for word in words:
        padded = f"<{word[:_LONGEST_WORD]}>"
        for size in _SIZES:
            yield from (padded[at : at + size] for at in range(len(padded) - size + 1))


@dataclass(frozen=True)
class ReadingTable:
    """Many readings at once: the n-grams that stand in several of them, by name, and the matrices
    of their presence and of the signs, a row for each reading.
    """

    names: Sequence[str]
    present: sparse.csr_matrix
    signs: sparse.csr_matrix

    def pick(self, rows: np.ndarray) -> ReadingTable:
        """The readings of these rows."""
        return ReadingTable(self.names, self.present[rows], self.signs[rows])


@dataclass
class Reader:
    """Turns texts into sparse rows.

    Args:
        cues: the words to look for.
        most: n-grams kept for each label, those that tell most about it.
        vocabulary: the n-grams that were kept, with their columns; `choose` fills it.
    """

    cues: Cues
    most: int = 1500
    vocabulary: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.signs = len(self.cues.names) + len(FORMS)
        self._pairs = {pair: at for at, pair in enumerate(combinations(range(self.signs), 2))}

    @property
    def width(self) -> int:
        return len(self.vocabulary) + self.signs + len(self._pairs)

    def read(self, text: str, hours: float | None = None) -> Reading:
        """What a text holds; `hours` is the longest period that it names, looked for if None."""
        if len(text) > _HEAD + _TAIL:
            text = f"{text[:_HEAD]} {text[-_TAIL:]}"
        folded = fold(text)
        first = len(self.cues.names)
        shown = forms(text, longest_period(text) if hours is None else hours)
        signs = self.cues.find(folded) | {first + at for at in shown}
        return Reading(frozenset(grams(folded)), tuple(sorted(signs)))

    def table(self, readings: Sequence[Reading]) -> ReadingTable:
        """Readings to learn from, in the form that `choose` and `rows` want."""
        held: dict[str, list[int]] = {}
        for row, reading in enumerate(readings):
            for gram in reading.grams:
                held.setdefault(gram, []).append(row)
        # In order, so that the same data give the same model; what stands once teaches nothing.
        frequent = sorted(gram for gram, rows in held.items() if len(rows) > 1)
        starts = np.cumsum([0, *(len(held[gram]) for gram in frequent)])
        places = np.concatenate([np.zeros(0, np.int32), *(held[gram] for gram in frequent)])
        present = sparse.csc_matrix(
            (np.ones(len(places), np.float32), places, starts),
            shape=(len(readings), len(frequent)),
        ).tocsr()
        signs = [self._sign_cells(reading) for reading in readings]
        ends = np.cumsum([0, *(len(columns) for columns, _ in signs)])
        columns = np.concatenate([np.zeros(0, np.int32), *(each for each, _ in signs)])
        values = np.concatenate([np.zeros(0, np.float32), *(each for _, each in signs)])
        shape = (len(readings), self.signs + len(self._pairs))
        return ReadingTable(
            frequent, present, sparse.csr_matrix((values, columns, ends), shape=shape)
        )

    def choose(self, table: ReadingTable, truth: np.ndarray, weights: np.ndarray) -> None:
        """Keep the n-grams whose presence is least like chance for some label (a z score).

        Args:
            truth: shape (n, labels): 1, 0, or NaN where unknown.
            weights: shape (n,), the importance of each reading.
        """
        turned = table.present.T.tocsr()
        often = np.diff(turned.indptr) > 1
        kept: set[int] = set()
        for at in range(truth.shape[1]):
            known = ~np.isnan(truth[:, at])
            weight = np.where(known, weights, 0)
            positive = np.where(known, truth[:, at], 0) * weight
            share = positive.sum() / max(weight.sum(), 1e-9)
            total, hit = turned @ weight, turned @ positive
            score = np.abs(hit - total * share) / np.sqrt(total * share * (1 - share) + 1)
            score[~often] = -1
            best = np.argsort(-score, kind="stable")[: self.most]
            kept.update(best[score[best] >= 0].tolist())
        self.vocabulary = {table.names[each]: at for at, each in enumerate(sorted(kept))}

    def rows(self, table: ReadingTable) -> sparse.csr_matrix:
        """The readings as rows of shape (n, width), by the n-grams that were chosen."""
        places = {name: at for at, name in enumerate(table.names)}
        columns = [places[gram] for gram in self.vocabulary]
        held = table.present[:, columns]
        lengths = np.maximum(np.diff(held.indptr), 1)
        scaled = sparse.diags(_GRAMS / np.sqrt(lengths)) @ held
        return sparse.hstack([scaled, table.signs], format="csr", dtype=np.float32)

    def cells(self, reading: Reading) -> tuple[np.ndarray, np.ndarray]:
        """Columns and values of one reading."""
        known = [self.vocabulary[gram] for gram in reading.grams if gram in self.vocabulary]
        columns, values = self._sign_cells(reading)
        grams_of = np.full(len(known), _GRAMS / max(1, len(known)) ** 0.5, np.float32)
        return (
            np.concatenate([np.array(known, np.int32), columns + len(self.vocabulary)]),
            np.concatenate([grams_of, values]),
        )

    def _sign_cells(self, reading: Reading) -> tuple[np.ndarray, np.ndarray]:
        """Columns and values of the signs and their pairs, counted from the first sign."""
        both = [self.signs + self._pairs[each] for each in combinations(reading.signs, 2)]
        columns = np.array([*reading.signs, *both], np.int32)
        values = np.full(len(columns), _PAIR, np.float32)
        values[: len(reading.signs)] = _SIGN
        return columns, values
