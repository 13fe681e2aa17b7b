"""Two wishes in one message, through all processes: one answered, the other a tap away."""

from __future__ import annotations

from teller import Teller, customer, desk


async def test_the_problem_is_answered_and_the_question_offered_with_its_coin(
    teller: Teller,
) -> None:
    async with customer(teller) as visitor:
        answer = await visitor.say(
            "My withdrawal has been pending for an hour. "
            "Also, how much is the withdrawal fee for BTC?"
        )
        assert answer["article"]["id"].startswith("withdrawal-pending")
        offered = answer["choices"][0]
        assert offered["label"] in answer["text"]
        seen = visitor.last_event_id
        await visitor.send("choice", token=offered["token"])
        fee = await visitor.answer(after=seen)
    assert fee["article"]["id"].startswith("withdrawal-fee")
    assert "BTC" in fee["text"]


async def test_after_a_handoff_the_agent_knows_the_question_too(
    teller: Teller,
) -> None:
    async with customer(teller) as visitor, desk(teller) as mia:
        await visitor.send(
            text="Someone hacked my account and took my BTC. "
            "Also, what is the withdrawal fee for USDT?"
        )
        await visitor.until(lambda: visitor.state.get("owner") == "waiting")
        item = await mia.get(f"/conversations/{visitor.state['id']}")
    assert item["conversation"]["summary"]
    record = item["records"]["1"]
    assert record["wishes"][0]["outcome"] == "treated"
    assert [wish["topic"] for wish in record["wishes"]][1:] == ["withdraw_limits_fees"]
