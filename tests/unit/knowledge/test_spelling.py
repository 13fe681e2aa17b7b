"""A word that no document holds is read as the one that was meant, or as none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from knowledge.spelling import Spelling, distance

WORDS = Spelling({"withdrawal": 9, "deposit": 5, "network": 3, "fees": 2, "feed": 4, "trc20": 7})


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("deposti", "deposit"),
        ("depossit", "deposit"),
        ("eposit", "deposit"),
        ("netwrok", "network"),
        ("withdrwaal", "withdrawal"),
        ("widthrawal", "withdrawal"),
        ("feex", "feed"),
        ("depo", None),
        ("fee", None),
        ("trc2o", None),
        ("something", None),
        ("", None),
    ],
)
def test_what_is_meant(written: str, meant: str | None) -> None:
    assert WORDS.nearest(written) == meant


def test_an_empty_vocabulary_means_nothing() -> None:
    assert Spelling({}).nearest("deposit") is None


@pytest.mark.parametrize(
    ("one", "other", "errors"),
    [("", "ab", 2), ("ab", "ba", 1), ("abc", "abc", 0), ("kitten", "sitting", 3), ("ca", "abc", 3)],
)
def test_distance(one: str, other: str, errors: int) -> None:
    assert distance(one, other) == distance(other, one) == errors


@given(some.text("abcd", min_size=9, max_size=12), some.data())
def test_every_word_with_one_letter_left_out_is_found(word: str, data: some.DataObject) -> None:
    place = data.draw(some.integers(0, len(word) - 1))
    assert Spelling({word: 1}).nearest(word[:place] + word[place + 1 :]) == word
