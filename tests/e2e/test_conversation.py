"""The path of a conversation through all processes: answered, clarified, handed over, returned."""

from __future__ import annotations

import re

import httpx
import pytest
from teller import Teller, customer, desk


async def test_a_fee_question_is_answered_with_the_current_number_and_a_link(
    teller: Teller,
) -> None:
    async with customer(teller) as visitor:
        answer = await visitor.say("how much do you charge to send usdt out")
    assert re.search(r"\d", answer["text"])
    assert "USDT" in answer["text"]
    assert answer["article"]["id"].startswith("withdrawal-fees")
    async with httpx.AsyncClient(base_url=teller.url, trust_env=False) as client:
        page = await client.get(answer["article"]["url"])
    assert page.status_code == 200
    assert answer["article"]["title"] in page.text


async def test_an_ambiguous_word_is_asked_back_and_a_tap_answers(teller: Teller) -> None:
    async with customer(teller) as visitor:
        question = await visitor.say("apy?")
        labels = [choice["label"].lower() for choice in question["choices"]]
        assert any("flexible" in label for label in labels)
        assert any("fixed" in label for label in labels)
        flexible = next(c for c in question["choices"] if "flexible" in c["label"].lower())
        seen = visitor.last_event_id
        await visitor.send("choice", token=flexible["token"])
        answer = await visitor.answer(after=seen)
    assert "%" in answer["text"]


async def test_an_ambiguous_word_can_be_answered_by_typing(teller: Teller) -> None:
    async with customer(teller) as visitor:
        await visitor.say("apy?")
        answer = await visitor.say("the flexible one")
    assert "%" in answer["text"]


@pytest.mark.parametrize(
    "text",
    ["I want a human", "someone withdrew my btc, it wasn't me", "let me talk to a real person pls"],
)
async def test_a_person_is_brought_in_at_once(teller: Teller, text: str) -> None:
    async with customer(teller) as visitor:
        await visitor.send(text=text)
        await visitor.until(lambda: visitor.state.get("owner") == "waiting")
        assert visitor.state["queue"]["position"] >= 1
        assert "queued" in visitor.notices()


async def test_twice_unclear_goes_to_a_person(teller: Teller) -> None:
    async with customer(teller) as visitor:
        await visitor.say("it is about the thing from before")
        assert visitor.state["owner"] == "bot"
        await visitor.send(text="that stuff over there")
        await visitor.until(lambda: visitor.state.get("owner") == "waiting")


async def test_the_whole_way_to_a_person_and_back(teller: Teller) -> None:
    async with customer(teller) as visitor, desk(teller) as mia:
        await visitor.send(text="I want to talk to a human please")
        await visitor.until(lambda: visitor.state.get("owner") == "waiting")
        conversation_id = visitor.state["id"]

        listed = await mia.get("/conversations?view=waiting")
        item = next(i for i in listed["conversations"] if i["id"] == conversation_id)
        assert item["position"] >= 1
        opened = await mia.get(f"/conversations/{conversation_id}")
        assert opened["events"][0]["text"] == "I want to talk to a human please"
        assert opened["records"]["1"]["intent"] == "human_agent"

        await mia.take(conversation_id)
        await visitor.until(lambda: visitor.state.get("owner") == "human")
        seen = visitor.last_event_id
        await mia.answer(conversation_id, "Hello, this is Mia. What happened?")
        assert (await visitor.answer(after=seen, actor="agent"))["text"].startswith("Hello")

        # While a person has it, the assistant is silent.
        seen = visitor.last_event_id
        await visitor.send(text="how much is the withdrawal fee for btc?")
        await mia.answer(conversation_id, "One moment, I am looking.")
        await visitor.answer(after=seen, actor="agent")
        assert visitor.find("assistant", seen) is None

        closed = await mia.post(f"/conversations/{conversation_id}/close", reason="resolved")
        assert closed.status_code == 200
        await visitor.until(lambda: visitor.state.get("owner") == "closed")
        answer = await visitor.say("how long does a btc deposit take")
        assert answer["actor"] == "assistant"
        assert visitor.state["owner"] == "bot"


async def test_a_pasted_seed_phrase_is_removed_everywhere(teller: Teller) -> None:
    phrase = "legal winner thank year wave sausage worth useful legal winner thank yellow"
    async with customer(teller) as visitor, desk(teller) as mia:
        await visitor.send(text=f"my wallet words are {phrase} can you check")
        await visitor.until(lambda: visitor.state.get("owner") == "waiting")
        assert "secret_removed" in visitor.notices()
        opened = await mia.get(f"/conversations/{visitor.state['id']}")
    assert "sausage" not in str(opened)
    assert "sausage" not in teller.log.read_text()


async def test_history_is_complete_after_a_lost_connection(teller: Teller) -> None:
    async with customer(teller) as visitor:
        await visitor.say("what is the minimum deposit for btc")
        await visitor.disconnect()
        await visitor.reconnect()
        await visitor.say("how long does verification take")
        ids = [event["id"] for event in visitor.events]
        assert ids == sorted(set(ids))
        assert len(visitor.texts()) == 2


async def test_two_tabs_see_the_same(teller: Teller) -> None:
    async with customer(teller) as first:
        from teller import Customer

        second = Customer(teller, first.session)
        await second.connect()
        await first.say("where can I see my trading fees")
        await second.until(lambda: second.find("assistant", 0) is not None)
        assert [event["id"] for event in second.events] == [event["id"] for event in first.events]
        await second.disconnect()


async def test_a_message_sent_twice_is_answered_once(teller: Teller) -> None:
    async with customer(teller) as visitor:
        sent = await visitor.send(text="hello")
        await visitor.answer()
        await visitor.send(text="hello", client_message_id=sent)
        await visitor.say("how do I reset my password")
        assert visitor.texts().count("hello") == 1


async def test_no_message_text_is_in_the_logs(teller: Teller) -> None:
    async with customer(teller) as visitor:
        await visitor.say("is the quokka-friendly deposit of xrp possible")
    assert "quokka" not in teller.log.read_text()
    assert '"event": "turn"' in teller.log.read_text()
