"""IBM model 1 on sentences small enough to know the answer."""

from __future__ import annotations

import pytest

from knowledge.tuning.alignment import align

SENTENCES = [
    (["la", "casa"], ["the", "house"]),
    (["la", "cuenta"], ["the", "account"]),
    (["la", "casa", "azul"], ["the", "blue", "house"]),
    (["cuenta", "azul"], ["blue", "account"]),
]


def test_each_word_finds_its_meaning() -> None:
    table = align(SENTENCES, rounds=20)
    best = {word: max(row, key=lambda target: row[target]) for word, row in table.items()}
    assert best == {"la": "the", "casa": "house", "cuenta": "account", "azul": "blue"}


def test_rounds_sharpen_it() -> None:
    assert (
        align(SENTENCES, rounds=10)["casa"]["house"] > align(SENTENCES, rounds=0)["casa"]["house"]
    )


def test_rows_are_probabilities() -> None:
    for row in align(SENTENCES).values():
        assert sum(row.values()) == pytest.approx(1)
        assert all(0 < share <= 1 for share in row.values())


def test_nothing_to_align_is_no_error() -> None:
    assert align([]) == {}
    assert align([(["hola"], [])]) == {}
