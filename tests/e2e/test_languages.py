"""A conversation with the real assistant that changes its language, until a person takes over."""

from __future__ import annotations

import pytest
from teller import Teller, customer, desk


async def test_a_conversation_goes_on_in_the_language_that_is_asked_for(teller: Teller) -> None:
    async with customer(teller) as visitor, desk(teller) as mia:
        english = await visitor.say("how much is the withdrawal fee for usdt")
        russian = await visitor.say("можно по-русски?")
        assert russian["article"]["id"] == english["article"]["id"]
        assert russian["article"]["url"].startswith("/help/ru/")
        assert "вывод" in russian["text"]
        thanks = await visitor.say("ok thanks")
        assert not thanks["text"].isascii()
        await visitor.until(lambda: visitor.state.get("language") == "ru")

        await visitor.send(text="позовите человека")
        await visitor.until(lambda: visitor.state.get("owner") == "waiting")
        queued = next(event for event in visitor.events if event.get("code") == "queued")
        assert "очереди" in queued["text"]
        opened = await mia.get(f"/conversations/{visitor.state['id']}")
        assert opened["conversation"]["language"] == "ru"
        assert opened["conversation"]["language_wished"] is True


@pytest.mark.parametrize(
    ("text", "language", "article"),
    [
        ("cuanto tarda la verificacion de identidad", "es", "kyc-review-time"),
        ("rut usdt mat phi bao nhieu", "vi", "withdrawal-fees"),
        ("usdt çekim ücreti ne kadar", "tr", "withdrawal-fees"),
        ("quanto custa sacar usdt", "pt", "withdrawal-fees"),
    ],
)
async def test_who_writes_a_language_is_answered_in_it(
    teller: Teller, text: str, language: str, article: str
) -> None:
    async with customer(teller) as visitor:
        answer = await visitor.say(text)
        await visitor.until(lambda: visitor.state.get("language") == language)
    assert answer["article"]["id"] == article
    assert answer["article"]["url"] == f"/help/{language}/{article}"
