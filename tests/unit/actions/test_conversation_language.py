"""A customer asks for a language, is answered in it, and is not asked again."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from actions.services import Services
from knowledge.labels import Labels
from knowledge.testing import make_article, make_base

SPANISH = {
    "withdraw_fee": "Comisiones de retiro",
    "deposit_missing": "Falta un depósito",
    "savings_rates": "Tasas de ahorro",
}


@pytest.fixture
def spoken(conversation: Any) -> Any:
    """The conversation with a server behind it that keeps what was spoken."""

    async def say(text: str, *arguments: Any, **values: Any) -> dict[str, Any]:
        payload: dict[str, Any] = await conversation.say(
            text, *arguments, spoken=say.state, **values
        )
        say.state = payload["record"]["spoken"]
        return payload

    say.state = None
    return say


@pytest.fixture
def services(services: Services) -> Services:
    return Services(
        services.knowledge, services.languages, services.responses, labels=Labels({"es": SPANISH})
    )


async def test_a_wish_is_granted_in_the_language_that_is_wished(spoken: Any) -> None:
    payload = await spoken("can we speak Spanish?", "greeting", 0.3)
    (reply,) = payload["replies"]
    assert reply["language"] == "es"
    assert "español" in reply["text"]
    assert payload["record"]["reason"] == "language_switched"
    assert payload["record"]["language"] == "es"
    assert payload["handoff"] is None


async def test_the_choice_stays_through_short_and_english_messages(spoken: Any) -> None:
    await spoken("en español por favor", "greeting", 0.3)
    for text in ("ok thanks", "USDT withdrawal fee", "how much is the withdrawal fee please"):
        payload = await spoken(text)
        assert payload["record"]["language"] == "es", text
    assert payload["replies"][0]["text"].startswith("Por ahora tengo este artículo solo en inglés.")


async def test_who_goes_on_in_another_language_is_followed(spoken: Any) -> None:
    await spoken("на русском пожалуйста", "greeting", 0.3)
    first = await spoken("quiero saber cuánto cuesta retirar mi dinero")
    second = await spoken("y también cuánto tarda en llegar a mi banco")
    assert [each["record"]["language"] for each in (first, second)] == ["ru", "es"]
    assert second["record"]["spoken"]["wished"] is False


async def test_a_question_beside_the_wish_is_answered_at_once(spoken: Any) -> None:
    payload = await spoken("hablas español? what is the withdrawal fee")
    (reply,) = payload["replies"]
    assert reply["text"].startswith("Claro, desde ahora en español.")
    assert reply["article"]["id"] == "fees"
    assert payload["record"]["decision"] == "answer"


async def test_the_last_answer_is_said_again_in_the_new_language(spoken: Any) -> None:
    await spoken("what is the withdrawal fee")
    payload = await spoken("en español por favor", "greeting", 0.3)
    (reply,) = payload["replies"]
    assert reply["article"]["id"] == "fees"
    assert reply["text"].startswith("Claro, desde ahora en español.")


async def test_an_open_question_is_asked_again_with_labels_of_the_language(spoken: Any) -> None:
    await spoken("well i have something to ask about that", "withdraw_fee", 0.4)
    payload = await spoken("en español por favor", "greeting", 0.3)
    labels = [choice["label"] for choice in payload["replies"][0]["choices"]]
    assert payload["record"]["decision"] == "clarify"
    assert "Comisiones de retiro" in labels
    assert labels[-1] == "Hablar con una persona"


async def test_articles_of_one_intent_keep_their_titles(spoken: Any) -> None:
    await spoken("español", "greeting", 0.3)
    payload = await spoken("apy", "savings_rates")
    (reply,) = payload["replies"]
    assert [choice["label"] for choice in reply["choices"][:2]] == [
        "Flexible savings",
        "Fixed savings",
    ]
    assert reply["text"] != "Which savings do you mean?"


async def test_a_language_that_we_do_not_write_is_refused_with_what_we_do(spoken: Any) -> None:
    payload = await spoken("do you speak chinese?", "greeting", 0.3)
    text = payload["replies"][0]["text"]
    assert payload["record"]["reason"] == "language_unsupported"
    assert "Español" in text
    assert "Tiếng Việt" in text
    assert payload["record"]["spoken"]["wished"] is False


async def test_who_does_not_speak_english_is_answered_in_their_own(spoken: Any) -> None:
    payload = await spoken("no hablo inglés", "greeting", 0.3)
    assert payload["record"]["language"] == "es"
    assert payload["record"]["reason"] == "language_switched"


async def test_a_wish_does_not_hide_what_needs_a_person(spoken: Any) -> None:
    payload = await spoken("español por favor, mi depósito no llegó", "deposit_missing")
    assert payload["record"]["decision"] == "handoff"
    assert payload["replies"][0]["language"] == "es"


async def test_a_message_that_says_nothing_leaves_the_language_open(spoken: Any) -> None:
    payload = await spoken("usdt?")
    assert payload["record"]["language"] == "en"
    assert payload["record"]["spoken"]["language"] is None


async def test_a_tapped_choice_is_answered_in_the_conversations_language(spoken: Any) -> None:
    await spoken("español", "greeting", 0.3)
    chosen = ({"entity": "article", "value": "limits", "start": 0, "end": 0},)
    payload = await spoken("Limits", "choose", 1.0, entities=chosen, action="action_choose")
    assert payload["record"]["language"] == "es"
    assert payload["record"]["spoken"] == {"language": "es", "wished": True, "heard": None}


async def test_what_leads_on_is_not_called_as_what_was_answered(
    start: Any, services: Services, base: Any
) -> None:
    fees = make_article(
        "fees",
        intents=("withdraw_fee",),
        questions=("what is the withdrawal fee",),
        follow_ups=("why", "flexible"),
    )
    others = [
        make_article("why", title="Why it costs", intents=("withdraw_fee",)),
        make_article("flexible", title="Flexible rates", intents=("savings_rates",)),
    ]
    held = SimpleNamespace(get=lambda: make_base([fees, *others], base.intents.plain()))
    conversation = start(replace(services, knowledge=held))
    payload = await conversation.say("what is the withdrawal fee")
    labels = [choice["label"] for choice in payload["replies"][0]["choices"]]
    assert labels == ["Why it costs", "Flexible rates"]
    payload = await conversation.say("en español por favor", "greeting", 0.3)
    labels = [choice["label"] for choice in payload["replies"][0]["choices"]]
    assert labels == ["Tasas de ahorro"]
