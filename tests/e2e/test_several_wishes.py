"""Two wishes in one message, through all processes: one answered, the other a tap away."""

from __future__ import annotations

from teller import Teller, customer, desk


async def test_the_problem_is_answered_and_the_question_offered_with_its_coin(
    teller: Teller,
) -> None:
    async with customer(teller) as visitor:
        answer = await visitor.say(
            "my withdrawal is still processing since an hour, and also what's the fee for btc"
        )
        assert answer["article"]["id"].startswith("withdrawal-pending")
        offered = answer["choices"][0]
        assert offered["label"] in answer["text"]
        seen = visitor.last_event_id
        await visitor.send("choice", token=offered["token"])
        fee = await visitor.answer(after=seen)
    assert fee["article"]["id"].startswith("withdrawal-fee")
    assert "BTC" in fee["text"]


async def test_after_a_handoff_the_question_is_answered_and_the_agent_knows(
    teller: Teller,
) -> None:
    async with customer(teller) as visitor, desk(teller) as mia:
        await visitor.send(
            text="someone withdrew my btc, it wasn't me! also what is the withdrawal fee for usdt?"
        )
        await visitor.until(lambda: visitor.state.get("owner") == "waiting")
        item = await mia.get(f"/conversations/{visitor.state['id']}")
    [answer] = [each for each in item["events"] if each.get("article")]
    assert answer["article"]["id"].startswith("withdrawal-fee")
    assert answer["choices"] in (None, [])
    assert "(answered)" in item["conversation"]["summary"]
    record = item["records"]["1"]
    assert [wish["outcome"] for wish in record["wishes"]] == ["treated", "answered"]
