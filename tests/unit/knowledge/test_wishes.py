"""Which of several wishes is treated, and what becomes of the others."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from knowledge.gate import Kind, Option, TurnContext
from knowledge.testing import make_article, make_base
from knowledge.turn import Turn, decide_turn
from knowledge.understanding import Understanding
from knowledge.wishes import Outcome

HANDOFF = {"handling": "handoff", "needs_human": True}
INTENTS = {
    "withdraw_fee": {"topic": "withdraw_limits_fees", "handling": "answer", "label": "Fees"},
    "two_factor_setup": {"topic": "two_factor", "handling": "answer", "label": "Set up 2FA"},
    "app_crash": {
        "topic": "app_problem",
        "handling": "answer",
        "label": "App fails",
        "problem": True,
    },
    "withdraw_pending": {
        "topic": "withdraw_crypto",
        "handling": "answer",
        "label": "Pending",
        "problem": True,
    },
    "withdraw_failed": {
        "topic": "withdraw_crypto",
        "handling": "answer",
        "label": "Failed",
        "problem": True,
    },
    "deposit_missing": HANDOFF
    | {"topic": "deposit_crypto", "label": "Deposit missing", "priority": "high"},
    "withdraw_missing": HANDOFF
    | {"topic": "withdraw_crypto", "label": "Withdrawal missing", "priority": "high"},
    "complaint": HANDOFF | {"topic": "complaint_feedback", "label": "Complain", "priority": "high"},
    "account_hacked": HANDOFF
    | {"topic": "account_security", "label": "Hacked", "priority": "urgent"},
    "fee_dispute": HANDOFF | {"topic": "fees_trading", "label": "Wrong fee"},
    "unclear": {"topic": "savings_earn", "handling": "answer", "label": "Savings"},
    "guessed": {"topic": "launchpad", "handling": "answer", "label": "Launchpad"},
    "greeting": {"topic": "greeting", "handling": "smalltalk", "label": "Hello"},
    "affirm": {"topic": "smalltalk", "handling": "smalltalk", "label": "Yes"},
    "oos_general": {"topic": "oos_general", "handling": "decline", "label": "Else"},
    "human_agent": HANDOFF | {"topic": "human_agent", "label": "Person"},
}
WORDS = {
    "withdraw_fee": "what is the withdrawal fee",
    "two_factor_setup": "how do I set up an authenticator",
    "app_crash": "the app crashes",
    "withdraw_pending": "my withdrawal is pending",
    "withdraw_failed": "my payout was rejected",
    "unclear": "hmm interest",
    "guessed": "hmm coins",
}
BASE = make_base(
    [
        make_article("fees", intents=("withdraw_fee",), questions=(WORDS["withdraw_fee"],)),
        make_article(
            "setup",
            intents=("two_factor_setup",),
            topic="two_factor",
            questions=(WORDS["two_factor_setup"],),
        ),
        make_article(
            "crash",
            intents=("app_crash",),
            topic="app_problem",
            questions=(WORDS["app_crash"],),
        ),
        make_article(
            "pending",
            intents=("withdraw_pending", "withdraw_failed"),
            topic="withdraw_crypto",
            questions=(WORDS["withdraw_pending"], WORDS["withdraw_failed"]),
        ),
        make_article("savings", intents=("unclear",), topic="savings_earn"),
        make_article("launch", intents=("guessed",), topic="launchpad"),
    ],
    INTENTS,
)


def message(*intents: str, entities: tuple[dict[str, Any], ...] = ()) -> Understanding:
    """A message that wants these, one sentence for each."""
    rows, text = [], ""
    for intent in intents:
        words = WORDS.get(intent, f"{intent} it is")
        confidence = {"unclear": 0.45, "guessed": 0.3}.get(intent, 0.95)
        start = len(text)
        text += f"{words}. "
        rows.append(
            {
                "text": words,
                "start": start,
                "end": start + len(words),
                "intent": intent,
                "confidence": confidence,
                "in_scope": 0.9,
                "ranking": [{"name": intent, "confidence": confidence}],
            }
        )
    first = {"name": intents[0], "confidence": 0.6}
    parse = {"text": text, "intent": first, "intent_ranking": [first], "in_scope": 0.9}
    return Understanding.from_parse(
        parse | {"wishes": rows, "entities": list(entities)}, language="en"
    )


def decide(*intents: str, clarifications: int = 0) -> Turn:
    return decide_turn(BASE, message(*intents), TurnContext(clarifications))


@pytest.mark.parametrize(
    ("intents", "order"),
    [
        (("withdraw_fee", "account_hacked"), "account_hacked withdraw_fee"),
        (("deposit_missing", "account_hacked"), "account_hacked deposit_missing"),
        (("complaint", "withdraw_missing"), "withdraw_missing complaint"),
        (("fee_dispute", "deposit_missing"), "deposit_missing fee_dispute"),
        (("withdraw_fee", "app_crash"), "app_crash withdraw_fee"),
        (("app_crash", "withdraw_pending"), "withdraw_pending app_crash"),
        (("two_factor_setup", "withdraw_fee"), "two_factor_setup withdraw_fee"),
        (
            ("withdraw_fee", "app_crash", "fee_dispute"),
            "fee_dispute app_crash withdraw_fee",
        ),
    ],
)
def test_the_more_urgent_wish_is_treated(intents: tuple[str, ...], order: str) -> None:
    turn = decide(*intents)
    treated = [turn.decision, *(each.turn.decision for each in turn.further)]
    assert [decision.intent for decision in treated] == order.split()


def test_the_other_one_is_offered_with_its_article() -> None:
    turn = decide("withdraw_fee", "withdraw_pending")
    assert (turn.decision.kind, turn.decision.article) == (Kind.ANSWER, "pending")
    assert turn.offered == (Option("Fees", article="fees"),)


def test_of_an_unclear_wish_the_first_article_of_its_intent_is_offered() -> None:
    turn = decide("unclear", "app_crash")
    assert turn.decision.article == "crash"
    assert turn.offered == (Option("Savings", article="savings"),)


@pytest.mark.parametrize("other", ["app_crash", "deposit_missing"])
def test_what_is_a_guess_is_neither_offered_nor_passed_on_by_name(other: str) -> None:
    turn = decide("guessed", other)
    assert [each.outcome for each in turn.further] == [Outcome.UNCLEAR]
    assert turn.offered == ()
    assert turn.record()["wishes"][1]["outcome"] == "unclear"


def test_after_a_handoff_sure_answers_are_given_and_the_rest_is_passed_on() -> None:
    turn = decide("withdraw_fee", "unclear", "deposit_missing")
    assert turn.decision.reason == "money_missing"
    assert [(each.turn.decision.intent, each.outcome) for each in turn.further] == [
        ("withdraw_fee", Outcome.ANSWERED),
        ("unclear", Outcome.PASSED_ON),
    ]
    assert turn.offered == ()


def test_a_second_unclear_message_in_a_row_is_handed_over_and_the_clear_wish_answered() -> None:
    turn = decide("withdraw_fee", "unclear", clarifications=1)
    assert turn.decision.reason == "second_clarification"
    assert [each.outcome for each in turn.further] == [Outcome.ANSWERED]


@pytest.mark.parametrize(
    "intents",
    [
        ("greeting", "withdraw_fee"),
        ("withdraw_fee", "oos_general"),
        ("withdraw_pending", "withdraw_failed"),
        ("withdraw_fee", "withdraw_fee"),
        ("deposit_missing", "deposit_missing"),
    ],
    ids=" ".join,
)
def test_what_comes_down_to_one_wish_is_decided_as_a_whole(intents: tuple[str, ...]) -> None:
    turn = decide(*intents)
    assert turn.further == ()
    assert turn.understanding.text == message(*intents).text
    assert turn.record()["wishes"] == []


def test_each_wish_has_its_own_entities() -> None:
    start = len(WORDS["withdraw_pending"]) + 2
    eth = {"entity": "asset", "value": "ETH", "start": 3, "end": 6}
    btc = {"entity": "asset", "value": "BTC", "start": start + 1, "end": start + 4}
    known = message("withdraw_pending", "withdraw_fee", entities=(eth, btc))
    turn = decide_turn(BASE, known, TurnContext())
    assert turn.asset == "ETH"
    assert turn.offered[0].asset == "BTC"
    assert turn.further[0].turn.understanding.entities[0].start == 1


def test_a_danger_in_the_whole_message_is_not_lost_by_dividing_it() -> None:
    known = message("withdraw_fee", "two_factor_setup")
    danger = replace(known, ranking=(("withdraw_fee", 0.5), ("account_hacked", 0.4)))
    turn = decide_turn(BASE, danger, TurnContext())
    assert (turn.decision.reason, turn.further) == ("account_danger", ())
    both = replace(message("withdraw_fee", "account_hacked"), ranking=(("account_hacked", 0.9),))
    turn = decide_turn(BASE, both, TurnContext())
    assert (turn.decision.reason, len(turn.further)) == ("account_danger", 1)


def test_a_feeling_moves_the_treated_wish_only() -> None:
    known = message("withdraw_fee", "two_factor_setup")
    turn = decide_turn(BASE, replace(known, tone={"repeated": 0.9}), TurnContext())
    assert turn.decision.reason == "repeated_request"
    assert turn.decision.topic == "withdraw_limits_fees"
    assert [each.outcome for each in turn.further] == [Outcome.ANSWERED]


def test_a_delay_counts_where_money_is_on_its_way() -> None:
    parse_tone = {"waiting": 0.9}
    known = message("withdraw_fee", "withdraw_pending")
    wishes = tuple(replace(wish, tone=parse_tone) for wish in known.wishes)
    turn = decide_turn(BASE, replace(known, wishes=wishes, tone=parse_tone), TurnContext())
    assert (turn.decision.reason, turn.decision.topic) == ("money_missing", "withdraw_crypto")
    assert [each.outcome for each in turn.further] == [Outcome.ANSWERED]


def test_the_record_tells_each_wish_and_where_it_stands_without_its_words() -> None:
    turn = decide("withdraw_fee", "deposit_missing")
    treated, other = turn.record()["wishes"]
    assert (treated["outcome"], treated["intent"]) == ("treated", "deposit_missing")
    assert (other["outcome"], other["article"], other["start"]) == ("answered", "fees", 0)
    assert other["end"] == len(WORDS["withdraw_fee"])
    assert WORDS["withdraw_fee"] not in str(turn.record())


def test_yes_takes_the_one_that_was_offered() -> None:
    yes = Understanding("yes please", "en", "affirm", 0.95, 0.9, (("affirm", 0.95),))
    option = Option("Fees", article="fees", asset="BTC")
    turn = decide_turn(BASE, yes, TurnContext(pending=(option,)))
    assert (turn.decision.article, turn.asset, turn.rule) == ("fees", "BTC", "choice")
    two = TurnContext(pending=(option, Option("Savings", article="savings")))
    assert decide_turn(BASE, yes, two).decision.kind is Kind.SMALLTALK


def test_a_choice_keeps_what_is_known_of_it() -> None:
    option = Option("Fees", article="fees", asset="BTC", network="BTC")
    assert option.choice == {"article": "fees", "asset": "BTC", "network": "BTC"}
