"""A feeling is answered with more than an article, and an agent is told of it."""

from __future__ import annotations

from typing import Any

import pytest

from actions.services import Services

FEES = "It costs 2."


def wordings(services: Services, key: str) -> set[str]:
    return {services.responses.say(key, seed=seed) for seed in range(12)}


@pytest.mark.parametrize(
    ("tone", "key"),
    [
        ({"anger": 0.9}, "care.anger"),
        ({"distress": 0.2}, "care.distress"),
        ({"waiting": 0.9}, "care.waiting"),
    ],
)
async def test_an_answer_begins_with_a_word_about_the_feeling(
    conversation: Any, services: Services, tone: dict[str, float], key: str
) -> None:
    payload = await conversation.say("what is the withdrawal fee", tone=tone)
    said, answer = payload["replies"][0]["text"].split("\n\n")
    assert said in wordings(services, key)
    assert answer == FEES
    assert payload["record"]["tone"] == tone


async def test_a_calm_question_gets_its_answer_alone(conversation: Any) -> None:
    payload = await conversation.say("what is the withdrawal fee", tone={"anger": 0.2})
    assert payload["replies"][0]["text"] == FEES


async def test_a_question_back_is_friendly_too(conversation: Any, services: Services) -> None:
    payload = await conversation.say("apy", "savings_rates", tone={"anger": 0.9})
    said, question = payload["replies"][0]["text"].split("\n\n")
    assert said in wordings(services, "care.anger")
    assert question == "Which savings do you mean?"


async def test_a_hand_over_for_another_reason_says_it_too(
    conversation: Any, services: Services
) -> None:
    payload = await conversation.say("person!!", tone={"anger": 0.9, "person": 0.9})
    said, _ = payload["replies"][0]["text"].split("\n\n", 1)
    assert said in wordings(services, "care.anger")


async def test_a_hand_over_for_the_feeling_says_it_once(
    conversation: Any, services: Services
) -> None:
    text = "i wrote to you and nobody has answered"
    payload = await conversation.say(text, tone={"anger": 0.9, "repeated": 0.9})
    assert payload["replies"][0]["text"] in wordings(services, "handoff.repeated_request")


async def test_small_talk_needs_no_consolation(conversation: Any, services: Services) -> None:
    payload = await conversation.say("hi", "greeting", tone={"anger": 0.9})
    greetings = {
        services.responses.say("smalltalk.greeting", seed=seed, exchange="Acme")
        for seed in range(12)
    }
    assert payload["replies"][0]["text"] in greetings


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "there is no point in going on with my life after this"),
        ("es", "ya no le encuentro sentido a seguir con mi vida"),
        ("ru", "не вижу больше никакого смысла в своей жизни"),
        ("tr", "artık hayatıma devam etmenin bir anlamı kalmadı"),
        ("vi", "tôi không còn thấy cuộc sống này có ý nghĩa gì nữa"),
        ("pt", "não vejo mais sentido em continuar com a minha vida"),
    ],
)
async def test_self_harm_is_taken_seriously(
    conversation: Any, services: Services, language: str, text: str
) -> None:
    tone = {"self_harm": 0.4, "distress": 0.6}
    payload = await conversation.say(text, "greeting", language=language, tone=tone)
    assert payload["handoff"]["reason"] == "self_harm"
    assert payload["handoff"]["priority"] == "urgent"
    said = payload["replies"][0]["text"]
    assert services.responses.say("handoff.self_harm", language) in said


async def test_the_agent_reads_what_the_message_shows(conversation: Any) -> None:
    payload = await conversation.say("x", tone={"anger": 0.9, "threat": 0.9, "waiting": 0.2})
    summary = payload["handoff"]["summary"].split(" · ")
    assert {"angry", "threatens"} <= set(summary)
    assert "waiting a day or more" not in summary


async def test_an_urgent_case_says_why(conversation: Any) -> None:
    payload = await conversation.say("x", tone={"distress": 0.9})
    assert payload["handoff"]["priority"] == "urgent"
    assert "in distress" in payload["handoff"]["summary"]
