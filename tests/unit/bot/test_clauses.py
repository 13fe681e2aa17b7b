"""Where a message may be cut, in six languages, and where never."""

from __future__ import annotations

import pytest

from bot.intents.clauses import MOST_CUTS, Joint, cuts, fold, joint_words


def parts(text: str, entities: tuple[str, ...] = ()) -> list[tuple[str, str, str]]:
    spans = [(text.index(each), text.index(each) + len(each)) for each in entities]
    return [
        (cut.joint.name.lower(), text[: cut.end], text[cut.start :]) for cut in cuts(text, spans)
    ]


@pytest.mark.parametrize(
    ("text", "joint", "left", "right"),
    [
        (
            "withdrawal stuck and also what's the fee for btc",
            "also",
            "withdrawal stuck",
            "what's the fee for btc",
        ),
        (
            "My KYC was rejected. One more thing: how do I add a card?",
            "announced",
            "My KYC was rejected",
            "how do I add a card?",
        ),
        (
            "no me llega el sms, además mi orden no se ejecuta",
            "announced",
            "no me llega el sms",
            "mi orden no se ejecuta",
        ),
        (
            "вывод висит, и еще какая комиссия за btc",
            "announced",
            "вывод висит",
            "какая комиссия за btc",
        ),
        (
            "çekimim beklemede ayrıca btc ücreti ne kadar",
            "also",
            "çekimim beklemede",
            "btc ücreti ne kadar",
        ),
        ("lệnh rút bị treo, với lại phí rút btc", "announced", "lệnh rút bị treo", "phí rút btc"),
        ("lenh rut bi treo voi lai phi rut btc", "also", "lenh rut bi treo", "phi rut btc"),
        (
            "como troco a senha? outra coisa, quanto custa sacar",
            "announced",
            "como troco a senha",
            "quanto custa sacar",
        ),
        (
            "how do I close my account?what is the fee",
            "sentence",
            "how do I close my account",
            "what is the fee",
        ),
        (
            "how do I get vip\nwhere is my history",
            "sentence",
            "how do I get vip",
            "where is my history",
        ),
        (
            "1) close my account 2) what is the fee",
            "announced",
            "1) close my account",
            "what is the fee",
        ),
        (
            "how do I close my account and what is the fee",
            "joining",
            "how do I close my account",
            "what is the fee",
        ),
        ("account restricted, bonus is missing", "comma", "account restricted", "bonus is missing"),
        ("bloquearon mi cuenta y quiero bonos", "joining", "bloquearon mi cuenta", "quiero bonos"),
    ],
)  # fmt: skip
def test_two_clauses_are_parted_and_what_joins_them_belongs_to_neither(
    text: str, joint: str, left: str, right: str
) -> None:
    assert parts(text) == [(joint, left, right)]


@pytest.mark.parametrize(
    "text",
    [
        "how do I withdraw usdt",
        "fees and limits",
        "hi, how do I withdraw",
        "withdraw 1,000.50 usdt from calder.com to 3.5 wallets",
        "how do I withdraw?",
        "I have 2. 5 coins are gone",
        "",
        "?!",
        "thanks.",
    ],
)
def test_what_cannot_stand_alone_is_not_cut(text: str) -> None:
    assert parts(text) == []


def test_a_thing_and_an_enumeration_of_things_stay_whole() -> None:
    assert parts("what do I pay for btc and eth withdrawals", ("btc", "eth")) == []
    assert parts("what do I pay for btc, eth withdrawals", ("btc", "eth")) == []
    assert parts("my order is Smith and Sons payment", ("Smith and Sons",)) == []
    # Something else follows: the end of one thing is then the end of a clause.
    assert parts("where is my btc and when does verification end", ("btc",))


def test_only_the_likeliest_places_are_kept_in_order() -> None:
    text = "one two three, " * 8 + "four five six. also seven eight nine"
    found = cuts(text)
    assert len(found) == MOST_CUTS
    assert [cut.start for cut in found] == sorted(cut.start for cut in found)
    assert found[-1].joint is Joint.ANNOUNCED


def test_a_number_starts_a_point_only_after_the_one_before() -> None:
    assert parts("I want to transfer 2) then what is it") == []


@pytest.mark.parametrize(
    "text", ["İstanbul'dan ÇEKİM ığ", "Đổi số ĐT", "ß ﬁ ½", "e\u0301 x", "\ud800"]
)
def test_folding_keeps_every_place(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_every_language_has_its_words() -> None:
    for language in ("en", "es", "ru", "tr", "vi", "pt"):
        announcing, joining = joint_words(language)
        assert len(announcing) > 15
        assert joining
