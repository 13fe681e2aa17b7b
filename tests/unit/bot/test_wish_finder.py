"""Which cuts divide two wishes: with a model by hand, and the fitted one's promises about words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.intents.clauses import Joint
from bot.intents.estimator import EstimatorError, Prediction
from bot.intents.wishes import (
    EVIDENCE,
    SHAPE,
    SIDES,
    SLOTS,
    WishFinder,
    WishModel,
    evidence,
    hashed,
    informed,
)

# By hand: a joint that announces is needed, and both sides have to be sure.
BY_HAND = WishModel(
    np.zeros((SIDES, SLOTS), np.float32),
    np.array([float(name in ("announced", "also", "sentence")) for name in SHAPE]),
    0.5,
    np.array([{"surer": 1.0, "less_sure": 5.0}.get(name, 0.0) for name in EVIDENCE]),
    0.0,
)
INTENTS = ("withdraw_fee", "kyc_rejected", "bind_card", "greeting")


def understood(text: str) -> Prediction:
    """A text is of the first intent whose word it holds, and half of each intent it names."""
    named = [intent for intent in INTENTS if intent.split("_")[-1] in text] or ["oos_general"]
    ranking = [(intent, 0.95 / len(named)) for intent in named]
    return Prediction(ranking, 0.9)


class Judge:
    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def __call__(self, texts: Sequence[str]) -> list[Prediction]:
        self.asked.append(list(texts))
        return [understood(text) for text in texts]


@pytest.fixture
def judge() -> Judge:
    return Judge()


def find(text: str, judge: Judge, asides: tuple[str, ...] = ("greeting", "oos_general")) -> list:
    return WishFinder(BY_HAND, judge, asides).find(text, understood(text))


def test_two_wishes_are_found_with_their_places(judge: Judge) -> None:
    text = "my kyc was rejected, also what is the fee"
    wishes = find(text, judge)
    assert [wish.prediction.intent for wish in wishes] == ["kyc_rejected", "withdraw_fee"]
    assert [text[wish.start : wish.end] for wish in wishes] == [wish.text for wish in wishes]
    assert [wish.text for wish in wishes] == ["my kyc was rejected", "what is the fee"]


def test_a_third_one_is_found_behind_or_before(judge: Judge) -> None:
    text = "kyc was rejected. add my card. also what is the fee"
    wishes = find(text, judge)
    assert [wish.text for wish in wishes] == ["kyc was rejected", "add my card", "what is the fee"]
    assert all(text[wish.start : wish.end] == wish.text for wish in wishes)


@pytest.mark.parametrize(
    "text",
    [
        "my kyc was rejected",
        "my kyc was rejected, and what is the fee",
        "they rejected me. also it was rejected again",
        "this is my greeting. also what is the fee",
        "nothing of yours. also what is the fee",
        "my greeting, a card or a fee, also it was rejected",
    ],
    ids=[
        "no place for a cut",
        "the words do not sound like two",
        "one intent",
        "an aside",
        "out of scope",
        "one side is unsure",
    ],
)
def test_one_wish_stays_one(text: str, judge: Judge) -> None:
    assert find(text, judge) == []


def test_the_classifier_is_asked_only_where_the_words_allow_it(judge: Judge) -> None:
    find("my kyc was rejected, and what is the fee", judge)
    find("my kyc was rejected", judge)
    assert judge.asked == []
    find("my kyc was rejected, also what is the fee", judge)
    assert judge.asked == [["my kyc was rejected", "what is the fee"]]


def test_an_entity_is_never_cut(judge: Judge) -> None:
    text = "was it rejected. also the fee"
    finder = WishFinder(BY_HAND, judge, ())
    assert finder.find(text, understood(text))
    assert finder.find(text, understood(text), [(0, len(text))]) == []


def test_doubt_between_two_of_our_intents_is_no_doubt_that_something_is_wanted() -> None:
    def values(*ranking: tuple[str, float]) -> dict[str, float]:
        left = Prediction([("kyc_rejected", 0.95), ("bind_card", 0.03)], 0.9)
        right = Prediction(list(ranking), 0.9)
        found = evidence(1.0, np.zeros(len(SHAPE)), left, left, right, {"greeting"})
        return dict(zip(EVIDENCE, found, strict=True))

    sure = values(("withdraw_fee", 0.96), ("greeting", 0.01))
    torn = values(("withdraw_fee", 0.60), ("trading_fees", 0.36), ("greeting", 0.01))
    unsure = values(("withdraw_fee", 0.60), ("greeting", 0.36))
    alike = values(("withdraw_fee", 0.60), ("kyc_rejected", 0.36))
    for name in ("wishes", "apart"):
        assert torn[name] == pytest.approx(sure[name])
        assert unsure[name] < sure[name]
    assert alike["wishes"] == pytest.approx(torn["wishes"])
    assert alike["apart"] < torn["apart"]


def test_the_whole_message_settles_what_a_part_leaves_open() -> None:
    part = Prediction([("trading_fees", 0.6), ("withdraw_fee", 0.36), ("bind_card", 0.04)], 0.8)
    whole = Prediction([("withdraw_pending", 0.6), ("withdraw_fee", 0.3)], 0.9)
    found = informed(part, whole)
    assert found.intent == "withdraw_fee"
    assert sum(value for _, value in found.ranking) == pytest.approx(1)
    assert found.in_scope == part.in_scope
    # What is sure by itself stays, however the whole sounds.
    sure = Prediction([("trading_fees", 0.95), ("withdraw_fee", 0.05)], 0.8)
    assert informed(sure, whole).intent == "trading_fees"


def test_a_model_is_the_same_after_it_was_stored(tmp_path: Path) -> None:
    chance = np.random.default_rng(0)
    model = replace(BY_HAND, table=chance.normal(size=(SIDES, SLOTS)).astype(np.float16))
    model.save(tmp_path)
    again = WishModel.load(tmp_path)
    sides = ("where is my money", "how do I add a card", Joint.SENTENCE)
    assert again.words(*sides) == pytest.approx(model.words(*sides), abs=1e-3)
    assert (again.floor, again.threshold) == (model.floor, model.threshold)
    assert np.allclose(again.weights, model.weights)


def test_a_missing_or_foreign_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EstimatorError, match=r"bot\.wish_fitting"):
        WishModel.load(tmp_path)
    BY_HAND.save(tmp_path)
    (tmp_path / "model.json").write_text('{"format": 0}')
    with pytest.raises(EstimatorError, match="another version"):
        WishModel.load(tmp_path)


def test_figures_and_accents_do_not_matter_to_the_words() -> None:
    slots, values = hashed("Envié 200 USDT, ¿qué pasó?")
    others, _ = hashed("envie 17 usdt que paso?")
    assert set(slots) == set(others)
    assert float(values @ values) == pytest.approx(1.0)
    assert len(hashed("")[0]) > 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            ("how do I change my password", "what is the fee for btc"),
            ("I sent btc yesterday", "it has not arrived"),
        ),
        (
            ("как сменить номер телефона", "какая комиссия за вывод"),
            ("вчера отправил биткоин", "он до сих пор не пришел"),
        ),
        (
            ("como cambio mi correo", "cuánto cuesta retirar"),
            ("ayer mandé btc", "todavía no llega"),
        ),
    ],
)
def test_ours_hears_requests_in_two_questions_and_not_in_a_story(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    model = WishModel.load()
    assert model.words(*one, Joint.SENTENCE) > model.words(*other, Joint.SENTENCE) + 0.5
