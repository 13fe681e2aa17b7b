"""Batches and the learning rate."""

from __future__ import annotations

import random

import pytest

from knowledge.tuning.batches import by_length, pace


def test_every_item_stands_in_one_batch() -> None:
    items = [str(number) * (number % 7 + 1) for number in range(101)]
    batches = by_length(items, lambda item: item, random.Random(0), size=8, chunk=3)
    assert sorted(item for batch in batches for item in batch) == sorted(items)
    assert max(len(batch) for batch in batches) == 8


def test_a_batch_holds_texts_of_like_length() -> None:
    items = ["a" * length for length in range(1, 65)]
    batches = by_length(items, lambda item: item, random.Random(0), size=8, chunk=8)
    assert {len(batch[-1]) - len(batch[0]) for batch in batches} == {7}


def test_the_rate_rises_then_falls() -> None:
    rates = [pace(step, 100, warm=0.1, least=0.02) for step in range(100)]
    assert rates.index(max(rates)) == 9
    assert rates[0] == pytest.approx(0.1)
    assert rates[-1] == pytest.approx(0.02)
    assert rates[9:] == sorted(rates[9:], reverse=True)
