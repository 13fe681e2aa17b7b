"""Batches of texts of like length, and how fast is learnt in each step."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import TypeVar

SIZE = 64

_Item = TypeVar("_Item")


def by_length(
    items: Sequence[_Item],
    text: Callable[[_Item], str],
    chance: random.Random,
    *,
    size: int = SIZE,
    chunk: int = 16,
) -> list[list[_Item]]:
    """Every item once, in batches in random order, each of texts of like length.

    Padding costs as much as words do. Lengths are compared within random chunks of `chunk`
    batches, so that the same texts do not meet in every epoch.
    """
    shuffled = list(items)
    chance.shuffle(shuffled)
    batches = []
    for start in range(0, len(shuffled), size * chunk):
        part = sorted(shuffled[start : start + size * chunk], key=lambda item: len(text(item)))
        batches += [part[each : each + size] for each in range(0, len(part), size)]
    chance.shuffle(batches)
    return batches


def pace(step: int, total: int, *, warm: float, least: float = 0.0) -> float:
    """The share of the full learning rate in a step: up over the first `warm` of all, then down."""
    return min(1.0, (step + 1) / (warm * total)) * max(least, 1 - step / total)
