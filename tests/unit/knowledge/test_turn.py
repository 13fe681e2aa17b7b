"""One message from understanding to decision."""

from __future__ import annotations

from dataclasses import replace

from knowledge.gate import Kind, Option, TurnContext
from knowledge.testing import make_article, make_base
from knowledge.turn import choose_turn, decide_turn
from knowledge.understanding import Entity, Understanding

INTENTS = {
    "fee": {"topic": "withdraw_limits_fees", "handling": "answer", "label": "Fees"},
    "minimum": {"topic": "withdraw_limits_fees", "handling": "answer", "label": "Minimum"},
    "human_agent": {
        "topic": "human_agent",
        "handling": "handoff",
        "label": "Person",
        "needs_human": True,
    },
}
BASE = make_base(
    [
        make_article("fees", intents=("fee",), questions=("withdrawal fee",), uses=("asset",)),
        make_article("minimums", intents=("minimum",), questions=("smallest withdrawal",)),
    ],
    INTENTS,
)


def message(text: str, *entities: Entity, confidence: float = 0.95) -> Understanding:
    return Understanding(text, "en", "fee", confidence, 0.9, (("fee", confidence),), entities)


def test_a_clear_message_is_answered_and_recorded_without_its_text() -> None:
    turn = decide_turn(BASE, message("withdrawal fee secretword"), TurnContext())
    record = turn.record()
    assert (record["decision"], record["article"], record["rule"]) == ("answer", "fees", "gate")
    assert set(record["milliseconds"]) == {"search", "decide"}
    assert "secretword" not in str(record)


def test_the_tone_is_recorded() -> None:
    known = replace(message("withdrawal fee"), tone={"anger": 0.12345, "threat": 0.0})
    record = decide_turn(BASE, known, TurnContext()).record()
    assert record["tone"] == {"anger": 0.123, "threat": 0.0}


def test_a_typed_choice_is_taken() -> None:
    pending = (Option("Fees of withdrawals", "fees"), Option("Minimum amounts", "minimums"))
    context = TurnContext(clarifications=1, pending=pending)
    turn = decide_turn(BASE, message("minimum", confidence=0.1), context)
    assert (turn.decision.kind, turn.decision.article) == (Kind.ANSWER, "minimums")
    assert (turn.rule, turn.decision.reason) == ("choice", "chosen")
    assert turn.decision.intent == "minimum"


def test_a_follow_up_asks_the_last_article_again() -> None:
    known = message("and for ETH?", Entity("asset", "ETH", 8, 11), confidence=0.1)
    turn = decide_turn(BASE, known, TurnContext(clarifications=1, last_article="fees"))
    assert (turn.decision.article, turn.asset, turn.rule) == ("fees", "ETH", "follow_up")


def test_a_question_that_names_nothing_is_about_the_last_article() -> None:
    known = message("how long does that take?", confidence=0.3)
    turn = decide_turn(BASE, known, TurnContext(last_article="minimums"))
    assert (turn.decision.article, turn.rule) == ("minimums", "follow_up")
    assert turn.decision.reason == "follow_up"


def test_it_may_be_answered_by_another_article_of_the_topic() -> None:
    known = message("what is the smallest withdrawal then", confidence=0.1)
    unclear = message("and the minimum?", confidence=0.1)
    assert decide_turn(BASE, known, TurnContext(last_article="fees")).rule == "gate"
    turn = decide_turn(BASE, unclear, TurnContext(last_article="fees"))
    assert (turn.decision.article, turn.rule) == ("minimums", "follow_up")


def test_it_is_about_nothing_where_nothing_was_answered() -> None:
    turn = decide_turn(BASE, message("how long does that take?", confidence=0.3), TurnContext())
    assert turn.rule == "gate"


def test_a_wish_for_a_person_is_stronger_than_a_pending_choice() -> None:
    context = TurnContext(1, None, (Option("Fees", "fees"), Option("Minimum", "minimums")))
    known = replace(message("give me a human agent", confidence=0.1), tone={"person": 0.9})
    turn = decide_turn(BASE, known, context)
    assert turn.decision.reason == "asked_for_person"


def test_a_tapped_choice_leaves_no_doubt() -> None:
    assert choose_turn(BASE, message("tap"), Option("", article="fees")).decision.article == "fees"
    by_intent = choose_turn(BASE, message("tap"), Option("", intent="minimum"))
    assert by_intent.decision.article == "minimums"


def test_a_tapped_choice_that_is_gone_goes_to_a_person() -> None:
    for option in (Option("", article="gone"), Option("", intent="gone")):
        assert choose_turn(BASE, message("tap"), option).decision.kind is Kind.HANDOFF
