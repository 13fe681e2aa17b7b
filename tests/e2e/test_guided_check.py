"""A guided check through all processes: offered, asked, answered, and its end in the record."""

from __future__ import annotations

from typing import Any

from teller import Customer, Teller, customer, desk


async def tap(visitor: Customer, message: dict[str, Any], label: str) -> dict[str, Any]:
    """Tap one of a message's choices and wait for what follows."""
    token = next(each["token"] for each in message["choices"] if each["label"] == label)
    seen = visitor.last_event_id
    await visitor.send("choice", token=token)
    return await visitor.answer(after=seen)


async def test_a_deposit_is_looked_for_step_by_step(teller: Teller) -> None:
    async with customer(teller) as visitor, desk(teller) as mia:
        answer = await visitor.say("i sent btc an hour ago and its still not in my balance")
        assert answer["choices"][0]["label"] == "Check it step by step"
        assert answer["feedback"]["question"] == "Did this solve it?"
        first = await tap(visitor, answer, "Check it step by step")
        assert "block explorer" in first["text"]
        # Coin and network were named, so this is all there is to ask.
        seen = visitor.last_event_id
        await visitor.send(text="still pending")
        end = await visitor.answer(after=seen)
        assert "confirmations" in end["text"]
        item = await mia.get(f"/conversations/{visitor.state['id']}")
    check = list(item["records"].values())[-1]["check"]
    assert (check["outcome"], check["asked"]) == ("wait", 1)
    assert check["answers"] == {"explorer": "on_its_way", "asset": "BTC", "network": "BTC"}


async def test_another_question_comes_in_between(teller: Teller) -> None:
    async with customer(teller) as visitor:
        answer = await visitor.say("my btc withdrawal is still pending")
        await tap(visitor, answer, "Check it step by step")
        seen = visitor.last_event_id
        await visitor.send(text="what is the minimum order size?")
        aside = await visitor.answer(after=seen)
        assert aside["article"]["id"] == "order-minimum"
        again = await tap(visitor, aside, "Go on with the check")
    assert "status" in again["text"]


async def test_a_customer_in_danger_waits_and_helps_meanwhile(teller: Teller) -> None:
    async with customer(teller) as visitor, desk(teller) as mia:
        await visitor.send(text="someone hacked my account and changed my password")
        await visitor.until(lambda: visitor.state.get("owner") == "waiting")
        asked = [event for event in visitor.events if event.get("collects")][-1]
        for label in ("Not yet", "No, everything is there", "I have not tried"):
            asked = await tap(visitor, asked, label)
        end = await tap(visitor, asked, "I have no idea")
        assert "specialist" in end["text"]
        item = await mia.get(f"/conversations/{visitor.state['id']}")
    notes = [event["text"] for event in item["events"] if event["type"] == "note"]
    assert notes[0].startswith("guided check account compromised: collected · frozen: not yet")
    assert visitor.state["owner"] == "waiting"
