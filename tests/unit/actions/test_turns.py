"""The actions: one JSON message for every message, whatever happens."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from actions.services import Services
from knowledge.base import KnowledgeBase
from knowledge.errors import IndexUnavailableError
from knowledge.facts import FactGroup
from knowledge.rendering import Renderer

USDT = {"entity": "asset", "value": "USDT", "start": 0, "end": 4}
ETH = {"entity": "asset", "value": "ETH", "start": 8, "end": 11}


class Held:
    def __init__(self, base: KnowledgeBase) -> None:
        self.base = base

    def get(self) -> KnowledgeBase:
        return self.base


class Broken:
    def __init__(self, error: Exception) -> None:
        self.error = error

    def get(self) -> Any:
        raise self.error


async def test_a_question_gets_its_article_with_current_facts(conversation: Any) -> None:
    payload = await conversation.say("USDT withdrawal fee", entities=(USDT,))
    (reply,) = payload["replies"]
    assert reply["text"] == "USDT costs 2."
    assert reply["details"].startswith("## Steps")
    assert reply["article"] == {
        "id": "fees",
        "title": "Withdrawal fees",
        "url": "https://acme.example/help/en/fees",
        "language": "en",
        "page": "en",
        "updated": "2026-11-10",
    }
    assert [choice["choice"] for choice in reply["choices"]] == [
        {"article": "limits"},
        {"article": "flexible"},
    ]
    assert payload["handoff"] is None
    assert payload["record"]["decision"] == "answer"
    assert payload["record"]["rule"] == "action_answer:gate"


async def test_the_countries_that_an_answer_holds_for_are_named_under_it(
    base: KnowledgeBase, services: Services, start: Callable[[Services], Any]
) -> None:
    fees = base.article("fees")
    assert fees is not None
    local = replace(fees, jurisdiction=("Germany", "Norway"))
    facts = FactGroup({**base.renderer.facts.plain(), "terms": {"Germany": {"es": "Alemania"}}})
    articles = tuple(local if each == fees else each for each in base.articles)
    changed = replace(base, articles=articles, renderer=Renderer(facts))
    conversation = start(replace(services, knowledge=Held(changed)))
    payload = await conversation.say("USDT withdrawal fee", entities=(USDT,))
    (reply,) = payload["replies"]
    assert reply["text"] == "USDT costs 2.\n\nThis holds for customers in Germany and Norway."
    payload = await conversation.say("en español por favor", "greeting", 0.3)
    assert payload["replies"][0]["text"].endswith(
        "Esto es válido para clientes en Alemania y Norway."
    )


async def test_everything_said_is_json(conversation: Any) -> None:
    payload = await conversation.say("USDT withdrawal fee", entities=(USDT,))
    assert json.loads(json.dumps(payload)) == payload


async def test_and_for_eth_asks_the_last_article_again(conversation: Any) -> None:
    await conversation.say("USDT withdrawal fee", entities=(USDT,))
    payload = await conversation.say("and for ETH?", "greeting", 0.2, entities=(ETH,))
    assert payload["replies"][0]["text"] == "ETH costs 2."
    assert payload["record"]["reason"] == "follow_up"


async def test_the_coin_is_remembered_within_a_topic(conversation: Any) -> None:
    await conversation.say("USDT withdrawal fee", entities=(USDT,))
    payload = await conversation.say("what is the withdrawal fee")
    assert payload["replies"][0]["text"] == "USDT costs 2."


async def test_a_question_with_two_meanings_offers_both_and_a_person(conversation: Any) -> None:
    payload = await conversation.say("apy", "savings_rates")
    (reply,) = payload["replies"]
    assert reply["text"] == "Which savings do you mean?"
    assert [choice["label"] for choice in reply["choices"]] == [
        "Flexible savings",
        "Fixed savings",
        "Talk to a person",
    ]
    assert reply["choices"][-1]["choice"] == {"human": True}
    assert conversation.slots["clarifications"] == 1


async def test_a_typed_choice_is_taken_and_settles_the_question(conversation: Any) -> None:
    await conversation.say("apy", "savings_rates")
    payload = await conversation.say("the flexible one", "greeting", 0.2)
    assert payload["replies"][0]["article"]["id"] == "flexible"
    assert not conversation.slots.get("clarifications")
    assert not conversation.slots.get("pending_options")


async def test_a_tapped_choice_is_taken(conversation: Any) -> None:
    entity = {"entity": "article", "value": "fixed"}
    payload = await conversation.say(
        "tap", "choose", 1.0, action="action_choose", entities=(entity,)
    )
    assert payload["replies"][0]["article"]["id"] == "fixed"
    assert payload["record"]["rule"] == "action_choose:choice"


async def test_a_tapped_intent_for_a_person_is_handed_over(conversation: Any) -> None:
    entity = {"entity": "intent", "value": "deposit_missing"}
    payload = await conversation.say(
        "tap", "choose", 1.0, action="action_choose", entities=(entity,)
    )
    assert payload["handoff"]["reason"] == "money_missing"
    assert payload["handoff"]["team"] == "payments"


@pytest.mark.parametrize("counted", ["slot", "server"])
async def test_the_second_unclear_message_is_handed_over(conversation: Any, counted: str) -> None:
    first = await conversation.say("hm", "withdraw_fee", 0.2)
    assert first["record"]["decision"] == "clarify"
    if counted == "server":
        conversation.slots = {}
    payload = await conversation.say(
        "hm hm", "withdraw_fee", 0.2, clarifications=1 if counted == "server" else 0
    )
    assert payload["handoff"]["reason"] == "second_clarification"
    assert "nearest article" in payload["handoff"]["summary"]
    assert payload["replies"][0]["text"]
    assert not conversation.slots.get("clarifications")


async def test_an_agent_reads_in_one_line_what_it_is_about(conversation: Any) -> None:
    entities = (
        USDT,
        {"entity": "duration", "value": 72},
        {"entity": "amount", "value": 120.5},
        {"entity": "tx_hash", "value": "0xabc"},
    )
    payload = await conversation.say(
        "USDT private words", "deposit_missing", entities=entities, action="action_hand_off"
    )
    assert payload["handoff"] == {
        "reason": "money_missing",
        "priority": "high",
        "team": "payments",
        "topic": "deposit_crypto",
        "summary": (
            "Deposit missing · money missing · USDT · amount 120.5 · for 3 days · "
            "transaction id given"
        ),
    }


async def test_small_talk_varies_by_message_and_not_by_chance(conversation: Any) -> None:
    said = [
        (await conversation.say("hello", "greeting", action="action_small_talk"))["replies"][0]
        for _ in range(3)
    ]
    assert len({reply["text"] for reply in said}) == 3
    conversation.number = 0
    again = await conversation.say("hello", "greeting", action="action_small_talk")
    assert again["replies"][0]["text"] == said[0]["text"]


async def test_what_is_not_ours_is_declined_by_its_topic(conversation: Any) -> None:
    payload = await conversation.say("write python", "oos_coding", action="action_decline")
    assert payload["record"]["decision"] == "decline"
    assert "API" in payload["replies"][0]["text"]
    assert "Acme" in payload["replies"][0]["text"]


async def test_small_talk_does_not_make_the_last_article_forgotten(conversation: Any) -> None:
    await conversation.say("USDT withdrawal fee", entities=(USDT,))
    await conversation.say("hello", "greeting", action="action_small_talk")
    payload = await conversation.say("and for ETH?", "greeting", 0.2, entities=(ETH,))
    assert payload["replies"][0]["text"] == "ETH costs 2."


@pytest.mark.parametrize("text", ["", "👍👍", "???", "   "])
async def test_what_cannot_be_read_is_asked_for_in_words(conversation: Any, text: str) -> None:
    payload = await conversation.say(text, "withdraw_fee", 0.9)
    assert payload["record"]["topic"] == "unintelligible"
    assert payload["handoff"] is None
    assert payload["replies"][0]["text"]


async def test_a_customer_of_a_language_we_do_not_write_is_told_once(conversation: Any) -> None:
    first = await conversation.say("combien coûte un retrait chez vous")
    assert first["replies"][0]["text"].startswith("Pour l'instant")
    assert first["record"]["language"] == "fr"
    second = await conversation.say("combien coûte un retrait chez vous", language="fr")
    assert not second["replies"][0]["text"].startswith("Pour l'instant")


async def test_an_article_that_is_not_translated_is_given_in_english(conversation: Any) -> None:
    payload = await conversation.say("сколько стоит вывод")
    (reply,) = payload["replies"]
    assert payload["record"]["language"] == "ru"
    assert reply["text"].startswith("Эта статья пока есть только на английском.")
    assert reply["language"] == reply["article"]["language"] == "en"
    assert reply["article"]["url"].endswith("/help/ru/fees")


@pytest.mark.parametrize(
    "error", [IndexUnavailableError("No index; run `teller index`."), RuntimeError("secretword")]
)
async def test_a_failure_says_so_and_hands_over(
    services: Services, start: Callable[[Services], Any], error: Exception
) -> None:
    conversation = start(replace(services, knowledge=Broken(error)))
    with capture_logs() as lines:
        payload = await conversation.say("withdrawal fee")
    assert payload["handoff"]["reason"] == "assistant_failed"
    assert payload["replies"][0]["text"]
    assert payload["record"]["decision"] == "handoff"
    assert lines[0]["event"] == "turn_failed"
    assert lines[0]["log_level"] == "error"


async def test_a_choice_without_a_meaning_hands_over(conversation: Any) -> None:
    payload = await conversation.say("tap", "choose", 1.0, action="action_choose")
    assert payload["handoff"]["reason"] == "assistant_failed"


async def test_no_word_of_the_message_is_logged(conversation: Any) -> None:
    with capture_logs() as lines:
        await conversation.say("secretword withdrawal fee")
    (line,) = lines
    assert line["event"] == "turn"
    assert (line["decision"], line["article"]) == ("answer", "fees")
    assert "secretword" not in str(line)
