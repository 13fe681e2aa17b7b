"""Guided checks and verdicts in a conversation, as the action server holds it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from actions.services import Services
from knowledge.base import KnowledgeBase
from knowledge.facts import load_facts
from knowledge.intents import Intents
from knowledge.language import LanguageDetector
from knowledge.responses import Responses
from knowledge.testing import make_article, make_base
from knowledge.trees import Trees, load_trees

ROOT = Path(__file__).parents[3]
FACTS = load_facts(ROOT / "knowledge" / "facts.yml")
TREES = load_trees(ROOT / "knowledge" / "trees")
INTENTS = Intents.load(ROOT / "data" / "intents.yml").plain()
USDT = {"entity": "asset", "value": "USDT", "start": 0, "end": 4}
TRC20 = {"entity": "network", "value": "TRC20", "start": 0, "end": 5}


class Held:
    def __init__(self, base: KnowledgeBase) -> None:
        self.base = base

    def get(self) -> KnowledgeBase:
        return self.base


def articles() -> list[Any]:
    """An article for each that a check leads to, and one that has nothing to do with any."""
    named = {tree.article for tree in TREES}
    named |= {outcome.article for tree in TREES for outcome in tree.outcomes if outcome.article}
    found = []
    for name in sorted(named):
        intents = tuple(intent for intent, row in INTENTS.items() if row["articles"][:1] == [name])
        topic = INTENTS[intents[0]]["topic"] if intents else "deposit_crypto"
        found.append(
            make_article(name, topic=topic, intents=intents, follow_ups=("deposit-minimum", "fees"))
        )
    fees = make_article(
        "fees",
        title="Withdrawal fees",
        intents=("withdraw_fee",),
        questions=("what is the withdrawal fee",),
    )
    return [*found, fees]


@pytest.fixture(scope="module")
def knowledge() -> KnowledgeBase:
    base = make_base(articles(), INTENTS, facts=FACTS.plain())
    return replace(base, trees=Trees(TREES))


@pytest.fixture
def talk(knowledge: KnowledgeBase, start: Callable[[Services], Any]) -> Any:
    return start(Services(Held(knowledge), LanguageDetector(), Responses.load()))


async def deposit(
    talk: Any, *entities: dict[str, Any], text: str = "my deposit", **more: Any
) -> Any:
    return await talk.say(text, "deposit_not_credited", entities=entities, **more)


async def tap(talk: Any, reply: dict[str, Any], label: str) -> Any:
    """Tap one of a reply's choices, as the channel passes it on."""
    offered = [*reply["choices"], *((reply["feedback"] or {}).get("choices") or ())]
    meaning = next(each["choice"] for each in offered if each["label"] == label)
    entities = tuple(
        {"entity": key, "value": value} for key, value in meaning.items() if isinstance(value, str)
    )
    return await talk.say(label, "choose", 1.0, action="action_choose", entities=entities)


def only(payload: dict[str, Any]) -> dict[str, Any]:
    (reply,) = payload["replies"]
    return dict(reply)


def labels(reply: dict[str, Any]) -> list[str]:
    return [each["label"] for each in reply["choices"]]


async def test_an_answer_that_a_check_serves_offers_it_first(talk: Any) -> None:
    reply = only(await deposit(talk))
    assert labels(reply)[0] == "Check it step by step"
    assert reply["choices"][0]["choice"] == {"tree": "deposit-not-credited"}


async def test_other_answers_offer_none(talk: Any) -> None:
    reply = only(await talk.say("what is the withdrawal fee", "withdraw_fee"))
    assert "Check it step by step" not in labels(reply)


async def test_taps_lead_to_an_end_with_the_numbers_of_coin_and_network(talk: Any) -> None:
    reply = only(await deposit(talk))
    first = only(await tap(talk, reply, "Check it step by step"))
    assert first["text"].startswith("Let us look at it together.")
    second = only(await tap(talk, first, "Pending, or confirmations still missing"))
    assert "Which coin" in second["text"]
    assert not second["text"].startswith("Let us")
    third = only(await tap(talk, second, "USDT"))
    assert labels(third)[0] == "TRC20"
    payload = await tap(talk, third, "TRC20")
    confirmations = FACTS.networks.TRC20.confirmations
    assert f"**{confirmations} confirmations**" in only(payload)["text"]
    assert payload["record"]["decision"] == "answer"
    assert payload["record"]["check"]["outcome"] == "wait"
    assert payload["record"]["check"]["wait"]["confirmations"] == confirmations
    assert payload["handoff"] is None
    assert not talk.slots.get("check")


async def test_what_the_message_named_is_not_asked(talk: Any) -> None:
    reply = only(await deposit(talk, USDT, TRC20))
    first = only(await tap(talk, reply, "Check it step by step"))
    payload = await tap(talk, first, "Pending, or confirmations still missing")
    assert payload["record"]["check"]["node"] == "wait_confirmations"
    assert payload["record"]["check"]["asked"] == 1


async def test_the_label_can_be_typed_and_so_can_the_answers(talk: Any) -> None:
    await deposit(talk)
    first = only(await talk.say("step by step please", "greeting", 0.3))
    assert "block explorer" in first["text"]
    await talk.say("still pending", "withdraw_pending", 0.4)
    payload = await talk.say("USDT over TRC20", "deposit_how", 0.4, entities=(
        {**USDT, "start": 0, "end": 4}, {**TRC20, "start": 10, "end": 15},
    ))  # fmt: skip
    assert payload["record"]["check"]["node"] == "wait_confirmations"


async def test_another_question_is_answered_and_the_check_gone_on_with(talk: Any) -> None:
    reply = only(await deposit(talk))
    await tap(talk, reply, "Check it step by step")
    aside = only(await talk.say("what is the withdrawal fee", "withdraw_fee"))
    assert aside["article"]["id"] == "fees"
    assert labels(aside)[0] == "Go on with the check"
    again = only(await tap(talk, aside, "Go on with the check"))
    assert "block explorer" in again["text"]


async def test_an_answer_after_something_else_was_asked_is_no_answer(talk: Any) -> None:
    reply = only(await deposit(talk))
    await tap(talk, reply, "Check it step by step")
    await talk.say("what is the withdrawal fee", "withdraw_fee")
    payload = await talk.say("what is the withdrawal fee pending", "withdraw_fee")
    assert payload["record"]["article"] == "fees"


async def test_small_talk_in_between_keeps_the_question(talk: Any) -> None:
    reply = only(await deposit(talk))
    await tap(talk, reply, "Check it step by step")
    await talk.say("hello", "greeting", action="action_small_talk")
    assert talk.slots["check"]["node"] == "explorer"


async def test_an_answer_that_is_not_understood_is_asked_again_then_handed_over(talk: Any) -> None:
    reply = only(await deposit(talk))
    await tap(talk, reply, "Check it step by step")
    again = await talk.say("hmm", "deposit_not_credited", 0.2)
    assert only(again)["text"].startswith("I did not get that.")
    assert labels(only(again))[-1] == "Talk to a person"
    payload = await talk.say("hmm hmm", "deposit_not_credited", 0.2)
    assert payload["handoff"]["reason"] == "second_clarification"
    assert payload["handoff"]["team"] == "general"
    assert "guided check deposit-not-credited left at explorer" in payload["handoff"]["summary"]


async def test_a_person_can_be_asked_for_at_any_question(talk: Any) -> None:
    reply = only(await deposit(talk, USDT))
    first = only(await tap(talk, reply, "Check it step by step"))
    await tap(talk, first, "Success, with all confirmations")
    payload = await talk.say("a person please", "human_agent", action="action_hand_off")
    assert payload["handoff"]["reason"] == "asked_for_person"
    assert "explorer: confirmed" in payload["handoff"]["summary"]


async def test_an_account_in_danger_waits_for_no_answer(talk: Any) -> None:
    reply = only(await deposit(talk))
    await tap(talk, reply, "Check it step by step")
    payload = await talk.say("someone is in my account", "account_hacked", action="action_hand_off")
    assert payload["handoff"]["reason"] == "account_danger"


async def test_a_ticket_tells_the_agent_its_fields_and_the_customer_what_is_missing(
    talk: Any,
) -> None:
    hash_ = {"entity": "tx_hash", "value": "0x" + "ab" * 32}
    days = {"entity": "duration", "value": 72.0}
    reply = only(await deposit(talk, USDT, hash_, days))
    first = only(await tap(talk, reply, "Check it step by step"))
    assert "I have no transaction hash" not in labels(first)
    second = only(await tap(talk, first, "Success, with all confirmations"))
    payload = await tap(talk, second, "No, everything matches")
    assert payload["handoff"] == {
        "reason": "money_missing",
        "priority": "high",
        "team": "payments",
        "topic": "deposit_crypto",
        "summary": (
            "A crypto deposit missing for a day or more · guided check deposit not credited: "
            "missing · explorer: confirmed · match: all match · since: long · asset USDT · "
            "tx hash 0xabababab…abababab · hours 72 · not given: network, amount, address"
        ),
    }
    assert payload["record"]["check"]["fields"]["tx_hash"] == "0x" + "ab" * 32
    text = only(payload)["text"]
    assert "the network, the amount, the receiving address" in text
    assert only(payload)["choices"] == []


async def test_what_cannot_be_recovered_is_said_with_a_way_on_and_no_verdict(talk: Any) -> None:
    reply = only(await deposit(talk))
    first = only(await tap(talk, reply, "Check it step by step"))
    second = only(await tap(talk, first, "Success, with all confirmations"))
    payload = await tap(talk, second, "The address is not mine")
    reply = only(payload)
    assert payload["record"]["check"]["outcome"] == "not_recoverable"
    assert reply["text"].startswith("I am sorry")
    assert "What you can do" in reply["text"]
    assert (labels(reply), reply["feedback"]) == (["Talk to a person"], None)


@pytest.mark.parametrize(
    ("language", "text", "offer", "question"),
    [
        ("es", "mi depósito no ha llegado todavía", "Revisarlo paso a paso", "explorador"),
        ("pt", "meu depósito ainda não chegou na conta", "Verificar passo a passo", "explorador"),
        ("ru", "мой депозит до сих пор не пришёл", "Проверить по шагам", "обозреватель"),
        ("tr", "yatırdığım para hâlâ hesaba geçmedi", "Adım adım kontrol et", "gezgini"),
        ("vi", "tiền nạp của tôi vẫn chưa về tài khoản", "Kiểm tra từng bước", "explorer"),
    ],
)
async def test_a_check_speaks_the_customers_language(
    talk: Any, language: str, text: str, offer: str, question: str
) -> None:
    spoken = {"language": language, "wished": True, "heard": None}
    reply = only(await deposit(talk, text=text, spoken=spoken))
    meaning = {"entity": "tree", "value": reply["choices"][0]["choice"]["tree"]}
    assert labels(reply)[0] == offer
    first = only(
        await talk.say(
            offer, "choose", 1.0, action="action_choose", entities=(meaning,), spoken=spoken
        )
    )
    assert question in first["text"]
    assert first["language"] == language


async def test_an_urgent_case_is_handed_over_at_once_and_only_then_asked_about(talk: Any) -> None:
    payload = await talk.say("someone is in my account", "account_hacked", action="action_hand_off")
    told, asked = payload["replies"]
    assert payload["handoff"]["priority"] == "urgent"
    assert "security team" in told["text"]
    assert told["choices"] == []
    assert asked["text"].startswith("While you wait")
    assert all(each["choice"]["collects"] for each in asked["choices"])
    second = await tap(talk, asked, "Not yet")
    assert "freeze it right now" in only(second)["text"]
    assert (second["handoff"], second["note"]) == (None, None)
    third = await tap(talk, only(second), "Yes, coins or money are gone")
    last = await tap(talk, only(third), "Yes")
    end = await tap(talk, only(last), "I have no idea")
    assert end["handoff"] is None
    assert end["note"] == (
        "guided check account compromised: collected · frozen: not yet · left: coins gone · "
        "sign in: can sign in · how: unknown · not given: asset, network, amount, tx hash, address"
    )
    assert "cannot be called back" not in only(second)["text"]
    assert "called back by anybody" in only(end)["text"]
    assert (only(end)["choices"], only(end)["feedback"]) == ([], None)


async def test_a_check_that_is_gone_meanwhile_goes_to_a_person(talk: Any) -> None:
    entities = ({"entity": "tree", "value": "gone"},)
    payload = await talk.say("tap", "choose", 1.0, action="action_choose", entities=entities)
    assert payload["handoff"] is not None


async def test_an_answer_asks_whether_it_solved_it(talk: Any) -> None:
    reply = only(await talk.say("what is the withdrawal fee", "withdraw_fee"))
    assert reply["feedback"] == {
        "question": "Did this solve it?",
        "choices": [
            {"label": "Yes, solved", "choice": {"solved": "yes", "about": "fees"}},
            {"label": "No, not yet", "choice": {"solved": "no", "about": "fees"}},
        ],
    }
    payload = await tap(talk, reply, "Yes, solved")
    assert payload["record"]["solved"] == {"article": "fees", "solved": True}
    assert payload["record"]["reason"] == "solved"
    assert only(payload)["choices"] == []


@pytest.mark.parametrize("way", ["tapped", "typed"])
async def test_a_no_offers_what_else_may_help(talk: Any, way: str) -> None:
    reply = only(await deposit(talk))
    if way == "tapped":
        payload = await tap(talk, reply, "No, not yet")
    else:
        payload = await talk.say("nope", "deny", action="action_small_talk")
    assert payload["record"]["solved"] == {"article": "deposit-not-credited", "solved": False}
    assert labels(only(payload)) == [
        "Check it step by step",
        "Deposit minimum",
        "Withdrawal fees",
        "Talk to a person",
    ]


async def test_a_second_no_calls_a_person_who_reads_what_was_tried(talk: Any) -> None:
    reply = only(await deposit(talk))
    other = only(await tap(talk, reply, "No, not yet"))
    answer = only(await tap(talk, other, "Withdrawal fees"))
    payload = await tap(talk, answer, "No, not yet")
    assert payload["handoff"]["reason"] == "not_solved"
    assert "did not solve it: Deposit not credited" in payload["handoff"]["summary"]
    assert only(payload)["text"].startswith("I am sorry")


async def test_a_handoff_after_two_clarifications_names_what_was_offered(talk: Any) -> None:
    first = only(await talk.say("hm", "withdraw_fee", 0.2))
    offered = labels(first)[:-1]
    assert offered
    assert not set(offered) & set(INTENTS)
    payload = await talk.say("hm hm", "withdraw_fee", 0.2)
    assert payload["handoff"]["reason"] == "second_clarification"
    assert "asked to choose between: " + ", ".join(offered) in payload["handoff"]["summary"]
