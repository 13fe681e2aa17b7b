"""What the customer and the agent read of a message with several wishes."""

from __future__ import annotations

from typing import Any

FEE = "what is the withdrawal fee"
SAVINGS = "apy"
MISSING = "my deposit is gone"
BTC = {"entity": "asset", "value": "BTC", "start": 1, "end": 4}


def wish(intent: str, text: str, start: int = 0) -> dict[str, Any]:
    return {
        "text": text,
        "start": start,
        "end": start + len(text),
        "intent": intent,
        "confidence": 0.95,
        "in_scope": 0.9,
        "ranking": [{"name": intent, "confidence": 0.95}],
    }


async def say(conversation: Any, *wishes: tuple[str, str], **given: Any) -> Any:
    text, rows = "", []
    for intent, words in wishes:
        rows.append(wish(intent, words, len(text)))
        text += f"{words}. "
    return await conversation.say(text, wishes=tuple(rows), **given)


async def test_the_treated_one_is_answered_and_the_other_one_offered(conversation: Any) -> None:
    payload = await say(conversation, ("withdraw_fee", FEE), ("savings_rates", "flexible rates"))
    (reply,) = payload["replies"]
    assert reply["text"].startswith("It costs 2.")
    assert "**Flexible rates**" in reply["text"]
    assert reply["choices"][0] == {"label": "Flexible rates", "choice": {"article": "flexible"}}
    # What was asked for is offered once, before what is merely related.
    assert [choice["label"] for choice in reply["choices"]] == [
        "Flexible rates",
        "Withdrawal limits",
    ]
    assert [each["outcome"] for each in payload["record"]["wishes"]] == ["treated", "offered"]


async def test_the_offered_one_can_be_typed_or_agreed_to(conversation: Any) -> None:
    await say(conversation, ("withdraw_fee", FEE), ("savings_rates", "flexible rates"))
    assert conversation.slots["pending_options"] == [
        {"label": "Flexible rates", "choice": {"article": "flexible"}}
    ]
    payload = await conversation.say("the flexible rates", "greeting", 0.2)
    assert payload["record"]["article"] == "flexible"
    assert conversation.slots["pending_options"] is None


async def test_a_question_back_stays_in_front_and_the_person_at_the_end(conversation: Any) -> None:
    payload = await say(conversation, ("savings_rates", SAVINGS), ("withdraw_fee", FEE))
    (reply,) = payload["replies"]
    assert reply["text"].startswith("Which savings do you mean?")
    assert [choice["label"] for choice in reply["choices"]] == [
        "Flexible savings",
        "Fixed savings",
        "Withdrawal fees",
        "Talk to a person",
    ]


async def test_after_a_handoff_the_answer_follows_and_the_agent_knows(conversation: Any) -> None:
    payload = await say(
        conversation, ("withdraw_fee", FEE), ("deposit_missing", MISSING), entities=(BTC,)
    )
    called, answered = payload["replies"]
    assert "payments team" in called["text"]
    assert "other question" not in called["text"]
    assert answered["text"].startswith("And here is the answer to your other question")
    assert "BTC costs 2." in answered["text"]
    assert answered["article"]["id"] == "fees"
    # An agent has the conversation from here on; a choice would get no answer.
    assert answered["choices"] == []
    assert "also asked: Withdrawal fees (answered)" in payload["handoff"]["summary"]
    assert payload["record"]["decision"] == "handoff"


async def test_what_nobody_can_answer_at_once_goes_to_the_agent(conversation: Any) -> None:
    payload = await say(conversation, ("savings_rates", SAVINGS), ("deposit_missing", MISSING))
    (reply,) = payload["replies"]
    assert "Our team can also see your other question: **Apy**." in reply["text"]
    assert payload["handoff"]["summary"].endswith("also asked: Apy")


async def test_a_tapped_choice_keeps_its_coin(conversation: Any) -> None:
    named = ({"entity": "article", "value": "fees"}, {"entity": "asset", "value": "ETH"})
    payload = await conversation.say(
        "Withdrawal fees", "choose", 1.0, action="action_choose", entities=named, language="en"
    )
    assert payload["replies"][0]["text"] == "ETH costs 2."
