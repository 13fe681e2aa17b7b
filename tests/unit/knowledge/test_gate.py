"""The gate: what a message gets, and why. Every rule by an example."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.articles import Choices
from knowledge.articles import Option as ArticleOption
from knowledge.gate import Decision, Gate, Kind, Option, TurnContext
from knowledge.intents import Intents
from knowledge.need import Need
from knowledge.search import Candidate
from knowledge.testing import agreeing, make_article
from knowledge.understanding import Understanding


def _row(topic: str, handling: str, **values: Any) -> dict[str, Any]:
    return {"topic": topic, "handling": handling, "label": f"About {topic}", **values}


HUMAN = {"needs_human": True, "priority": "high", "team": "payments"}
INTENTS = Intents.from_plain(
    {
        "withdraw_fee": _row("withdraw_limits_fees", "answer"),
        "savings_rates": _row("savings_earn", "answer"),
        "deposit_not_credited": _row("deposit_crypto", "answer"),
        "withdraw_pending": _row("withdraw_crypto", "answer"),
        "verify_identity": _row("kyc_verification", "answer"),
        "deposit_missing": _row("deposit_crypto", "handoff", **HUMAN),
        "account_hacked": _row(
            "account_security", "handoff", needs_human=True, priority="urgent", team="security"
        ),
        "human_agent": _row("human_agent", "handoff", needs_human=True),
        "complaint": _row("complaint_feedback", "handoff", needs_human=True, priority="high"),
        "greeting": _row("greeting", "smalltalk"),
        "oos_general": _row("oos_general", "decline"),
        "oos_coding": _row("oos_coding", "decline"),
        "unintelligible": _row("unintelligible", "decline"),
    }
)
ARTICLES = {
    article.id: article
    for article in (
        make_article("withdrawal-fees", intents=("withdraw_fee",)),
        make_article("deposit-status", topic="deposit_crypto", intents=("deposit_not_credited",)),
        make_article("verify", topic="kyc_verification", intents=("verify_identity",)),
        make_article("which-coin", intents=("withdraw_fee",), requires=("asset",)),
        make_article("flexible", topic="savings_earn", intents=("savings_rates",)),
        make_article(
            "apy",
            topic="savings_earn",
            intents=("savings_rates",),
            choices=Choices(
                "Flexible or fixed?",
                (ArticleOption("Flexible", "flexible"), ArticleOption("Fixed", "withdrawal-fees")),
            ),
        ),
    )
}
GATE = Gate(INTENTS, ARTICLES, agreeing())
FRESH = TurnContext()


def understood(
    text: str = "words about it", *ranking: tuple[str, float], **values: Any
) -> Understanding:
    ranking = ranking or (("withdraw_fee", 0.9),)
    return Understanding(
        **({
            "text": text,
            "language": "en",
            "intent": ranking[0][0],
            "confidence": ranking[0][1],
            "in_scope": 0.9,
            "ranking": ranking,
        } | values)
    )  # fmt: skip


def found(article: str, *, cosine: float = 0.8, agreement: float = 0.9) -> Candidate:
    title = ARTICLES[article].title
    topic = ARTICLES[article].topic
    return Candidate(article, title, topic, cosine, cosine, cosine, 0.5, agreement)


def decide(
    understanding: Understanding, *candidates: Candidate, context: TurnContext = FRESH
) -> Decision:
    return GATE.decide(understanding, candidates, context)


def test_what_is_understood_and_found_is_answered() -> None:
    decision = decide(understood(), found("withdrawal-fees"))
    assert (decision.kind, decision.article) == (Kind.ANSWER, "withdrawal-fees")
    assert decision.reason == "confident"
    assert decision.probability > 0.6
    assert not decision.needs_human


def test_what_is_unsure_is_asked_with_titles_to_choose_from() -> None:
    unsure = understood("hm", ("withdraw_fee", 0.3), ("verify_identity", 0.25))
    decision = decide(unsure, found("withdrawal-fees", cosine=0.2, agreement=0.3), found("verify"))
    assert (decision.kind, decision.reason) == (Kind.CLARIFY, "low_confidence")
    assert [option.label for option in decision.options] == ["Withdrawal fees", "Verify"]
    assert all(option.article for option in decision.options)


def test_the_second_unclear_message_in_a_row_goes_to_a_person() -> None:
    unsure = understood("hm", ("withdraw_fee", 0.3))
    weak = found("withdrawal-fees", cosine=0.2, agreement=0.3)
    decision = decide(unsure, weak, context=TurnContext(clarifications=1))
    assert (decision.kind, decision.reason) == (Kind.HANDOFF, "second_clarification")
    assert not decision.options


def test_a_clear_message_after_a_question_is_answered() -> None:
    decision = decide(understood(), found("withdrawal-fees"), context=TurnContext(clarifications=1))
    assert decision.kind is Kind.ANSWER


def test_an_account_in_danger_needs_little_certainty() -> None:
    known = understood("something odd", ("withdraw_fee", 0.5), ("account_hacked", 0.35))
    decision = decide(known, found("withdrawal-fees"))
    assert (decision.kind, decision.reason) == (Kind.HANDOFF, "account_danger")
    assert (decision.priority, decision.team) == ("urgent", "security")
    assert decision.topic == "account_security"
    assert decision.needs_human


def test_a_wish_for_a_person_needs_little_certainty_too() -> None:
    known = understood("get somebody", ("human_agent", 0.42), ("withdraw_fee", 0.3))
    assert decide(known).reason == "asked_for_person"
    plain = understood("I want to talk to a human", ("withdraw_fee", 0.4), tone={"person": 0.7})
    decision = decide(plain, found("withdrawal-fees"))
    assert (decision.kind, decision.topic) == (Kind.HANDOFF, "human_agent")


def test_a_wish_for_a_person_about_something_keeps_what_it_is_about() -> None:
    known = understood(
        "let me talk to an agent about fees", ("withdraw_fee", 0.8), tone={"person": 0.9}
    )
    decision = decide(known, found("withdrawal-fees"))
    assert (decision.kind, decision.topic) == (Kind.HANDOFF, "withdraw_limits_fees")


@pytest.mark.parametrize(("confidence", "kind"), [(0.45, Kind.HANDOFF), (0.35, Kind.CLARIFY)])
def test_other_handoffs_need_a_sure_intent(confidence: float, kind: Kind) -> None:
    known = understood("about my deposit", ("deposit_missing", confidence))
    decision = decide(known, found("deposit-status", cosine=0.3, agreement=0.0))
    assert decision.kind is kind
    if kind is Kind.CLARIFY:
        assert Option("About deposit_crypto", intent="deposit_missing") in decision.options


def test_several_unsure_needs_for_a_person_make_one_sure_one() -> None:
    known = understood("x y", ("withdraw_fee", 0.35), ("deposit_missing", 0.25), ("complaint", 0.2))
    decision = decide(known, found("withdrawal-fees"))
    assert (decision.kind, decision.reason) == (Kind.HANDOFF, "money_missing")
    assert decision.topic == "deposit_crypto"


def test_money_missing_for_a_day_goes_to_a_person_though_an_article_fits() -> None:
    known = understood(
        "my usdt not arrived since yesterday",
        ("deposit_not_credited", 0.9),
        tone={"waiting": 0.8},
    )
    decision = decide(known, found("deposit-status"))
    assert (decision.kind, decision.reason) == (Kind.HANDOFF, "money_missing")
    # Those who take care of missing money, though the message was taken for one about a young one.
    assert (decision.intent, decision.priority, decision.team) == (
        "deposit_missing",
        "high",
        "payments",
    )


def test_what_intents_and_message_say_together_calls_a_person() -> None:
    ranking = (("withdraw_pending", 0.5), ("deposit_missing", 0.3), ("withdraw_fee", 0.1))
    for said, kind in ((0.9, Kind.HANDOFF), (0.01, Kind.CLARIFY)):
        known = understood("my money", *ranking, needs_human=said)
        decision = decide(known, found("deposit-status", cosine=0.1, agreement=0.0))
        assert (decision.kind, decision.needs_human) == (kind, kind is Kind.HANDOFF)


@pytest.mark.parametrize("intent", ["greeting", "oos_general"])
def test_sure_small_talk_and_what_is_not_ours_need_nobody(intent: str) -> None:
    for confidence, needed in ((0.9, False), (0.4, True)):
        known = understood("hm", (intent, confidence), ("complaint", 0.1), needs_human=0.99)
        assert decide(known).needs_human is needed


def test_a_need_of_no_intent_has_a_reason_too() -> None:
    known = understood("hm", ("withdraw_fee", 0.6), needs_human=0.99)
    need = Need({"intents": 0.0, "message": 1.0}, 0.0, 0.5, 0.95)
    decision = replace(GATE, need=need).decide(known, [found("withdrawal-fees")], FRESH)
    assert (decision.kind, decision.reason) == (Kind.HANDOFF, "needs_person")
    assert decision.intent == "withdraw_fee"


def test_a_phrasing_of_an_article_is_answered_though_a_person_might_be_needed() -> None:
    known = understood("hm", ("withdraw_fee", 0.6), needs_human=0.9)
    exact = replace(found("withdrawal-fees"), exact=True)
    need = Need({"intents": 0.0, "message": 1.0}, 0.0, 0.5, 0.95)
    assert replace(GATE, need=need).decide(known, [exact], FRESH).kind is Kind.ANSWER
    threat = replace(known, tone={"threat": 0.9})
    assert decide(threat, exact).reason == "legal_threat"


def test_a_life_comes_before_an_account() -> None:
    known = understood(
        "they took all, i will end it", ("account_hacked", 0.9), tone={"self_harm": 0.5}
    )
    decision = decide(known)
    assert (decision.reason, decision.priority) == ("self_harm", "urgent")


@pytest.mark.parametrize(
    ("tone", "reason", "priority"),
    [
        ({"distress": 0.9}, "distress", "urgent"),
        ({"threat": 0.9}, "legal_threat", "high"),
        ({"repeated": 0.9}, "repeated_request", "high"),
        ({"person": 0.9}, "asked_for_person", "normal"),
        ({"person": 0.9, "anger": 0.9}, "asked_for_person", "high"),
    ],
)
def test_signals_call_a_person_with_their_haste(
    tone: dict[str, float], reason: str, priority: str
) -> None:
    decision = decide(understood("x", ("withdraw_fee", 0.9), tone=tone), found("withdrawal-fees"))
    assert (decision.kind, decision.reason) == (Kind.HANDOFF, reason)
    assert decision.priority == priority
    assert decision.needs_human


def test_an_angry_question_is_answered() -> None:
    known = understood("why the hell", ("withdraw_fee", 0.9), tone={"anger": 0.9})
    assert decide(known, found("withdrawal-fees")).kind is Kind.ANSWER


def test_nobody_who_is_very_angry_is_asked_what_they_mean() -> None:
    weak = found("verify", cosine=0.1, agreement=0.0)
    known = understood("grrr this thing", ("verify_identity", 0.3), tone={"anger": 0.8})
    decision = decide(known, weak)
    assert (decision.kind, decision.reason) == (Kind.HANDOFF, "upset")
    assert (decision.priority, decision.needs_human) == ("high", True)


def test_an_angry_word_that_may_mean_much_is_asked_about() -> None:
    known = understood("apy??!", ("savings_rates", 0.9), tone={"anger": 0.9})
    assert decide(known, found("apy")).reason == "ambiguous"


def test_small_talk_and_what_is_not_ours() -> None:
    assert decide(understood("hello", ("greeting", 0.9))).kind is Kind.SMALLTALK
    declined = decide(understood("weather", ("oos_general", 0.9)))
    assert (declined.kind, declined.reason) == (Kind.DECLINE, "oos_general")
    spread = decide(understood("code", ("oos_coding", 0.35), ("oos_general", 0.3)))
    assert (spread.kind, spread.topic) == (Kind.DECLINE, "oos_coding")


def test_what_only_resembles_small_talk_is_asked_about() -> None:
    vague = understood("that stuff over there", ("greeting", 0.9), in_scope=0.05)
    assert decide(vague).kind is Kind.CLARIFY


def test_unsure_small_talk_is_asked_about() -> None:
    weak = found("verify", cosine=0.1, agreement=0.0)
    assert decide(understood("hm", ("greeting", 0.3)), weak).kind is Kind.CLARIFY


def test_half_a_greeting_and_half_a_thanks_are_no_small_talk() -> None:
    known = understood("well that", ("greeting", 0.35), ("unintelligible", 0.2))
    weak = found("verify", cosine=0.1, agreement=0.0)
    assert decide(known, weak).kind is Kind.CLARIFY


def test_a_language_that_was_not_taught_is_no_reason_to_decline() -> None:
    known = understood("где мой депозит", ("oos_general", 0.7), language="ru")
    decision = decide(known, found("verify", cosine=0.1, agreement=0.0))
    assert decision.kind is Kind.CLARIFY
    assert [option.article for option in decision.options] == ["deposit-status", "verify"]


def test_a_phrasing_of_an_article_is_no_guess() -> None:
    weak = found("apy", cosine=0.2, agreement=0.0)
    decision = decide(understood("apy?", ("verify_identity", 0.4)), replace(weak, exact=True))
    assert decision.question == "Flexible or fixed?"


def test_a_person_is_offered_once() -> None:
    article = make_article("missing", topic="deposit_crypto", intents=("deposit_missing",))
    gate = Gate(INTENTS, ARTICLES | {"missing": article}, agreeing())
    about = replace(found("deposit-status", cosine=0.1, agreement=0.0), article="missing")
    known = understood("hm", ("deposit_missing", 0.3), ("verify_identity", 0.2))
    decision = gate.decide(known, [replace(about, intents=("deposit_missing",))], FRESH)
    assert [option.label for option in decision.options] == ["About deposit_crypto", "Verify"]


def test_a_threat_inside_what_is_not_ours_is_declined() -> None:
    known = understood(
        "how do i sue my landlord", ("oos_general", 0.9), tone={"threat": 0.9}, needs_human=0.9
    )
    assert decide(known).kind is Kind.DECLINE


def test_distress_is_never_declined() -> None:
    for tone in ("distress", "self_harm"):
        known = understood("i want to end it", ("oos_general", 0.95), tone={tone: 0.9})
        decision = decide(known)
        assert (decision.kind, decision.reason) == (Kind.HANDOFF, tone)
        assert decision.topic == "complaint_feedback"


def test_an_article_of_choices_asks_its_question() -> None:
    decision = decide(understood("apy?", ("savings_rates", 0.9)), found("apy"))
    assert (decision.kind, decision.reason) == (Kind.CLARIFY, "ambiguous")
    assert decision.question == "Flexible or fixed?"
    assert [option.article for option in decision.options] == ["flexible", "withdrawal-fees"]


def test_a_word_that_may_mean_much_prefers_the_article_that_asks() -> None:
    known = understood("rates", ("savings_rates", 0.4))
    weak = found("flexible", cosine=0.3, agreement=0.4)
    decision = decide(known, weak, found("apy", cosine=0.29, agreement=0.4))
    assert decision.question == "Flexible or fixed?"


def test_an_article_that_needs_a_coin_asks_for_it() -> None:
    decision = decide(understood("fee"), found("which-coin"))
    assert (decision.kind, decision.reason, decision.missing) == (
        Kind.CLARIFY,
        "missing_fact",
        "asset",
    )


def test_what_is_hardly_about_us_gets_common_things_to_choose_from() -> None:
    known = understood("blue", ("withdraw_fee", 0.1), in_scope=0.05, confidence=0.1)
    decision = decide(known, found("withdrawal-fees", cosine=0.1, agreement=0.1))
    assert [option.article for option in decision.options] == ["deposit-status", "verify"]


def test_choosing_an_intent_leaves_no_doubt() -> None:
    known = understood("tapped")
    assert GATE.decide_intent("deposit_missing", known, ()).kind is Kind.HANDOFF
    assert GATE.decide_intent("greeting", known, ()).kind is Kind.SMALLTALK
    assert GATE.decide_intent("verify_identity", known, ()).article == "verify"
    assert GATE.decide_intent("withdraw_pending", known, ()).reason == "no_article"


def test_the_record_names_what_else_it_could_have_been() -> None:
    known = understood("x", ("withdraw_fee", 0.9), ("verify_identity", 0.05))
    decision = decide(known, found("withdrawal-fees"))
    assert decision.alternatives[0] == {
        "intent": "verify_identity",
        "topic": "kyc_verification",
        "confidence": 0.05,
    }
    assert decision.alternatives[1]["article"] == "withdrawal-fees"


@given(
    ranking=st.lists(
        st.tuples(st.sampled_from(sorted(INTENTS)), st.floats(0, 1)), min_size=1, max_size=5
    ),
    in_scope=st.floats(0, 1),
    names=st.lists(st.sampled_from(sorted(ARTICLES)), max_size=4, unique=True),
    cosine=st.floats(-1, 1),
    clarifications=st.integers(0, 5),
    text=st.text(max_size=40),
)
def test_whatever_comes_there_is_one_decision_that_can_be_carried_out(
    ranking: list[tuple[str, float]],
    in_scope: float,
    names: list[str],
    cosine: float,
    clarifications: int,
    text: str,
) -> None:
    ranking = sorted(ranking, key=lambda pair: -pair[1])
    known = understood(text, *ranking, in_scope=in_scope)
    candidates = [found(name, cosine=cosine) for name in names]
    decision = decide(known, *candidates, context=TurnContext(clarifications))
    assert 0 <= decision.probability <= 1
    assert decision.intent in INTENTS
    if decision.kind is Kind.ANSWER:
        assert decision.topic == ARTICLES[decision.article or ""].topic
    if decision.kind is Kind.CLARIFY:
        assert clarifications == 0
        assert all(
            (option.article is None) != (option.intent is None) for option in decision.options
        )
