"""Words that a corpus does not hold, read as the word of it that was most likely meant.

Candidates are found by leaving letters out of both words, so that a look-up costs some microseconds
whatever the size of the vocabulary (Garbe's symmetric deletes, 2012).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations

# Shorter words lie too close to each other, and a word with a digit is a code.
SHORTEST = 4
# From so many letters on two errors are allowed.
TWO_ERRORS_FROM = 9


class Spelling:
    """The words of a vocabulary by their misspellings. Of several equally near ones the one that
    most documents hold is meant, then the first in alphabetical order.
    """

    def __init__(self, counts: Mapping[str, int]) -> None:
        """`counts` gives the number of documents that hold each word."""
        self._counts = counts
        self._by_rest: dict[str, list[str]] = {}
        for word in counts:
            if _fit(word):
                for rest in _rests(word):
                    self._by_rest.setdefault(rest, []).append(word)

    def nearest(self, word: str) -> str | None:
        """The word that was meant; None where none is near enough."""
        if not _fit(word):
            return None
        found = {other for rest in _rests(word) for other in self._by_rest.get(rest, ())}
        allowed = _errors(word)
        near = [
            (errors, -self._counts[other], other)
            for other in found
            if (errors := distance(word, other)) <= min(allowed, _errors(other))
        ]
        return min(near)[2] if near else None


def distance(one: str, other: str) -> int:
    """Letters put in, left out, changed or swapped with their neighbour (optimal string
    alignment).
    """
    before, last = [0] * (len(other) + 1), list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        current = [row]
        for column, against in enumerate(other, 1):
            least = min(
                last[column] + 1,
                current[column - 1] + 1,
                last[column - 1] + (letter != against),
            )
            swapped = row > 1 and column > 1 and letter == other[column - 2]
            if swapped and one[row - 2] == against:
                least = min(least, before[column - 2] + 1)
            current.append(least)
        before, last = last, current
    return last[-1]


def _errors(word: str) -> int:
    return 2 if len(word) >= TWO_ERRORS_FROM else 1


def _fit(word: str) -> bool:
    return len(word) >= SHORTEST and not any(letter.isdigit() for letter in word)


def _rests(word: str) -> Iterable[str]:
    """The word, and what is left of it without one letter, or without two of a long one."""
    rests = {word}
    for count in range(1, _errors(word) + 1):
        for places in combinations(range(len(word)), count):
            rests.add("".join(letter for at, letter in enumerate(word) if at not in places))
    return rests
