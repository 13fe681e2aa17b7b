"""Which English word pieces a foreign one stands for: IBM model 1.

Brown et al. 1993, "The mathematics of statistical machine translation": expectation maximisation
over sentence pairs, without regard to order. Good enough to give a new word piece a place near its
meaning before it is trained.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

ROUNDS = 5

_LEAST = 0.01  # probability; what lies below is forgotten after each round

Sentences = Sequence[tuple[Sequence[str], Sequence[str]]]


def align(sentences: Sentences, rounds: int = ROUNDS) -> dict[str, dict[str, float]]:
    """The probabilities of English pieces given a foreign one.

    Args:
        sentences: pairs of foreign and English pieces.
        rounds: of expectation maximisation.

    Returns:
        For each foreign piece the English pieces that it explains; each row sums to 1. A piece
        may be missing, where nothing is left to explain.
    """
    shared: dict[str, Counter[str]] = defaultdict(Counter)
    english: Counter[str] = Counter()
    for foreign, meaning in sentences:
        english.update(meaning)
        for piece in set(foreign):
            shared[piece].update(set(meaning))
    # What no foreign piece explains falls to the empty word, by how common it is.
    total = sum(english.values())
    empty = {piece: count / total for piece, count in english.items()}
    table = {piece: _shares(row) for piece, row in shared.items() if row}
    for _ in range(rounds):
        expected: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for foreign, meaning in sentences:
            rows = [(piece, table[piece]) for piece in foreign if piece in table]
            for target in meaning:
                weights = [row.get(target, 0.0) for _, row in rows]
                mass = sum(weights) + empty[target]
                for (piece, _), weight in zip(rows, weights, strict=True):
                    if weight > 0:
                        expected[piece][target] += weight / mass
        table = {piece: _pruned(row) for piece, row in expected.items()}
    return table


def _shares(row: Mapping[str, float]) -> dict[str, float]:
    mass = sum(row.values())
    return {target: value / mass for target, value in row.items()}


def _pruned(row: Mapping[str, float]) -> dict[str, float]:
    mass = sum(row.values())
    kept = {target: value for target, value in row.items() if value > _LEAST * mass}
    return _shares(kept or row)
