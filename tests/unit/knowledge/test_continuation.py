"""A choice may be typed, and a follow-up asks the same article again."""

from __future__ import annotations

import pytest

from knowledge.continuation import PERSON, chosen_option, follows_up, points_back
from knowledge.gate import Option
from knowledge.testing import make_article
from knowledge.understanding import Entity, Understanding

SAVINGS = (
    Option("Flexible savings", article="flexible"),
    Option("Fixed savings", article="fixed"),
    Option("Something about staking rewards", article="staking"),
)


@pytest.mark.parametrize(
    ("text", "article"),
    [
        ("the flexible one", "flexible"),
        ("Flexible savings", "flexible"),
        ("flexible pls", "flexible"),
        ("I mean the fixed savings", "fixed"),
        ("fixed", "fixed"),
        ("2", "fixed"),
        ("the second one please", "fixed"),
        ("option 1", "flexible"),
        ("first", "flexible"),
        ("the last", "staking"),
        ("staking", "staking"),
    ],
)
def test_a_typed_choice_is_understood(text: str, article: str) -> None:
    option = chosen_option(text, SAVINGS)
    assert option is not None
    assert option.article == article


@pytest.mark.parametrize(
    "text",
    [
        "savings",
        "what is the withdrawal fee for usdt",
        "flexible or fixed?",
        "9",
        "why is my fixed term deposit not credited to my account yet after two days",
        "",
        "yes",
        "fixed order price trading limits",
    ],
)
def test_anything_else_is_a_new_message(text: str) -> None:
    assert chosen_option(text, SAVINGS) is None


def test_a_person_can_be_chosen_in_words() -> None:
    assert chosen_option("talk to a person", SAVINGS) is PERSON


def test_without_pending_choices_nothing_is_chosen() -> None:
    assert chosen_option("first", ()) is None


def message(text: str, *entities: Entity) -> Understanding:
    return Understanding(text, "en", "withdraw_fee", 0.3, 0.5, (), entities)


FEES = make_article("fees", uses=("asset", "network"))


@pytest.mark.parametrize(
    ("text", "entity", "follows"),
    [
        ("and for ETH?", Entity("asset", "ETH", 8, 11), True),
        ("what about eth", Entity("asset", "ETH", 11, 14), True),
        ("ETH", Entity("asset", "ETH", 0, 3), True),
        ("over TRC20 please", Entity("network", "TRC20", 5, 10), True),
        ("my ETH is stolen", Entity("asset", "ETH", 3, 6), False),
        ("how do I deposit ETH", Entity("asset", "ETH", 17, 20), False),
    ],
)
def test_a_follow_up_names_another_coin_and_no_more(
    text: str, entity: Entity, follows: bool
) -> None:
    assert follows_up(message(text, entity), FEES) is follows


def test_a_follow_up_needs_an_article_that_can_be_made_specific() -> None:
    entity = Entity("asset", "ETH", 8, 11)
    assert not follows_up(message("and for ETH?", entity), make_article("general"))
    assert not follows_up(message("and for ETH?", entity), None)
    assert not follows_up(message("and then?"), FEES)


SPANISH = (
    Option("Comisiones de retiro", article="fees"),
    Option("Límites de retiro", article="limits"),
    Option("Mi retiro no llega", intent="withdraw_missing"),
)


@pytest.mark.parametrize(
    ("language", "text", "place"),
    [
        ("es", "la primera", 0),
        ("es", "el segundo por favor", 1),
        ("es", "la última", 2),
        ("es", "los límites", 1),
        ("es", "opción 3", 2),
        ("es", "the second one", 1),
        ("pt", "a segunda", 1),
        ("ru", "первый", 0),
        ("ru", "вариант 2 пожалуйста", 1),
        ("tr", "ikincisi", 1),
        ("tr", "sonuncu", 2),
        ("vi", "cái thứ 2", 1),
        ("vi", "số 1 nhé", 0),
    ],
)
def test_a_choice_may_be_typed_in_the_conversations_language(
    language: str, text: str, place: int
) -> None:
    assert chosen_option(text, SPANISH, language) is SPANISH[place]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "una persona por favor"),
        ("ru", "оператора"),
        ("tr", "temsilciyle"),
        ("pt", "quero um atendente"),
        ("vi", "gặp nhân viên"),
    ],
)
def test_a_person_is_chosen_in_every_language(language: str, text: str) -> None:
    assert chosen_option(text, SPANISH, language) is PERSON


@pytest.mark.parametrize("text", ["quiero otra cosa", "cuánto tarda la verificación", "no"])
def test_another_question_is_no_choice(text: str) -> None:
    assert chosen_option(text, SPANISH, "es") is None


@pytest.mark.parametrize(
    ("language", "text", "follows"),
    [
        ("es", "¿y para ETH?", True),
        ("pt", "e pra ETH?", True),
        ("ru", "а для ETH?", True),
        ("tr", "peki ETH için?", True),
        ("vi", "còn ETH thì sao", True),
        ("es", "me robaron los ETH", False),
        ("ru", "пропали мои ETH", False),
    ],
)
def test_a_follow_up_is_heard_in_every_language(language: str, text: str, follows: bool) -> None:
    start = text.index("ETH")
    entity = Entity("asset", "ETH", start, start + 3)
    known = Understanding(text, language, "withdraw_fee", 0.3, 0.5, (), (entity,))
    assert follows_up(known, FEES) is follows


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "how long does that take?"),
        ("en", "How much is it"),
        ("en", "and when will it be there"),
        ("es", "¿cuánto tarda eso?"),
        ("es", "y cuánto demora"),
        ("pt", "quanto tempo leva isso?"),
        ("pt", "e quanto demora"),
        ("ru", "сколько это займёт?"),
        ("ru", "и как долго ждать"),
        ("tr", "bu ne kadar sürer?"),
        ("tr", "ne kadar beklemem gerekiyor"),
        ("vi", "mất bao lâu vậy?"),
        ("vi", "việc đó mất bao nhiêu thời gian"),
    ],
)
def test_a_question_that_names_nothing_points_back(language: str, text: str) -> None:
    assert points_back(Understanding(text, language, "fee", 0.3, 0.5))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "how long does verification take"),
        ("en", "how much is a withdrawal"),
        ("en", "when can I trade"),
        ("en", "yes"),
        ("en", "and the minimum?"),
        ("es", "¿cuánto tarda un retiro?"),
        ("ru", "сколько идёт вывод"),
        ("tr", "çekim ne kadar sürer"),
        ("vi", "rút tiền mất bao lâu"),
    ],
)
def test_a_question_that_names_something_does_not(language: str, text: str) -> None:
    assert not points_back(Understanding(text, language, "fee", 0.3, 0.5))


def test_of_what_was_spoken_of_a_limit_or_fee_may_be_asked() -> None:
    known = Understanding("and the minimum?", "en", "fee", 0.3, 0.5)
    assert points_back(known, aspects=True)
    named = Understanding(
        "is it the same for ETH", "en", "fee", 0.3, 0.5, (), (Entity("asset", "ETH"),)
    )
    assert not points_back(named, aspects=True)
