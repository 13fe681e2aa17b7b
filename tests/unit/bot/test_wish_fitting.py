"""Fitting on a small world of words: two requests are told from a request and its story."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from scipy import sparse

from bot.intents.clauses import Joint, cuts
from bot.intents.estimator import Prediction
from bot.wish_fitting import PARTS, find_places, fit_evidence, fit_words, logistic
from bot.wish_messages import Example, make_messages

INTENTS = {
    "withdraw_fee": ("fee", "charge", "cost"),
    "bind_card": ("card", "visa", "mastercard"),
    "reset_password": ("password", "login", "secret"),
}
ASKED = ("how do I see the", "where can I find my", "what is the", "tell me about the")
TOLD = ("I looked at it yesterday", "my friend said so", "it was there before", "I tried again")


def examples() -> list[Example]:
    found = [
        Example(f"{asked} {word}", intent, "en")
        for asked in ASKED
        for intent, words in INTENTS.items()
        for word in words
    ]
    found += [Example(f"{told}. {each.text}", each.intent, "en") for told in TOLD for each in found]
    return [*found, *(Example(f"hello {name} there", "greeting", "en") for name in "abcdefgh")]


def understood(text: str) -> Prediction:
    named = [name for name, words in INTENTS.items() if any(word in text for word in words)]
    if not named:
        return Prediction([("greeting", 0.5), ("bind_card", 0.1)], 0.2)
    return Prediction([(name, 0.9 / len(named)) for name in named], 0.9)


@pytest.fixture(scope="module")
def made():
    parts = np.arange(len(examples())) % PARTS
    return make_messages(examples(), parts, asides={"greeting"})


def test_messages_of_every_kind_are_made(made) -> None:
    kinds = Counter(each.kind for each in made)
    assert set(kinds) == {"as_is", "two", "beside", "twice", "inserted", "rejoined"}
    assert kinds["as_is"] == len(examples())


def test_two_wishes_are_of_two_intents_and_meet_in_the_middle(made) -> None:
    for each in made:
        assert (each.middle is not None) == (each.kind == "two")
        if each.middle is not None:
            first, second = each.text[: each.middle], each.text[each.middle :]
            assert understood(second).intent != "greeting"
            assert understood(first).intent not in {"greeting", understood(second).intent}


def test_of_two_wishes_only_the_place_where_they_meet_counts(made) -> None:
    places = list(find_places(made))
    assert {each.made.kind for each in places} >= {"as_is", "two"}
    assert all(each.divides == (each.made.kind == "two") for each in places)
    assert max(Counter(each.at for each in places if each.divides).values()) == 1


def test_what_was_fitted_divides_two_requests_and_not_a_story(made) -> None:
    places = list(find_places(made))
    words = fit_words(places)
    read = {
        (each.made.part, text): understood(text)
        for each in places
        for text in (each.made.text, each.left, each.right)
    }
    told: list[str] = []
    model = fit_evidence(made, places, words, read, {"greeting"}, told.append)
    two = ("how do I see the fee", "where can I find my card", Joint.SENTENCE)
    story = ("I looked at it yesterday", "where can I find my card", Joint.SENTENCE)
    assert model.words(*two) > model.words(*story)
    assert model.report["two"] > 0.5
    assert model.report["as_is"] <= 0.05
    assert "two_en" in told[0]


def test_the_regression_finds_what_divides() -> None:
    rows = sparse.csr_matrix([[1.0, 0.0], [0.0, 1.0]] * 20)
    weights = logistic(rows, np.array([1.0, 0.0] * 20), np.full(2, 0.1))
    assert weights[0] > 2
    assert weights[1] < -2


def test_the_made_messages_can_be_cut(made) -> None:
    two = [each for each in made if each.kind == "two"]
    assert sum(bool(cuts(each.text)) for each in two) > 0.9 * len(two)
