"""A conversation that changes its language: what the server keeps, tells, and asks for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from server.settings import Settings
from tests.support.assistant import FakeAssistant, answer
from tests.support.running import RunningServer, running_server, running_worker
from tests.support.widget import WidgetClient


@pytest.fixture
async def server(teller_settings: Settings) -> AsyncIterator[RunningServer]:
    async with running_server(teller_settings) as running, running_worker(teller_settings):
        yield running


def spoken(language: str, *, handoff: bool = False) -> dict[str, Any]:
    """An assistant's answer in a conversation where `language` was asked for."""
    body = answer("...")
    body["record"] |= {
        "language": language,
        "spoken": {"language": language, "wished": True, "heard": None},
    }
    if handoff:
        body["handoff"] = {"reason": "complaint", "topic": "complaint_feedback"}
    return body


def notice(tab: WidgetClient, code: str) -> str:
    return next(str(e["text"]) for e in tab.events.values() if e.get("code") == code)


async def test_what_was_asked_for_is_kept_and_sent_along(
    server: RunningServer, assistant: FakeAssistant
) -> None:
    assistant.answer = lambda _: spoken("tr")
    tab = WidgetClient(server.url)
    await tab.connect()
    await tab.say("türkçe konuşabilir miyiz")
    await tab.reply()
    await tab.say("ok")
    await tab.reply(2)

    assert assistant.asked[0]["language"] is None
    assert assistant.asked[1]["language"] == "tr"
    assert assistant.asked[1]["context"]["spoken"] == {"wished": True, "heard": None}
    assert tab.state["language"] == "tr"
    await tab.close()


async def test_the_queue_is_announced_in_the_language_of_that_very_message(
    server: RunningServer, assistant: FakeAssistant
) -> None:
    assistant.answer = lambda _: spoken("ru", handoff=True)
    tab = WidgetClient(server.url)
    await tab.connect()
    await tab.say("по-русски пожалуйста, верните мои деньги")
    await tab.until(lambda: "queued" in tab.notices())

    assert "очереди" in notice(tab, "queued")
    await tab.close()


async def test_what_the_assistant_never_sees_tells_the_language_too(server: RunningServer) -> None:
    phrase = "legal winner thank year wave sausage worth useful legal winner thank yellow"
    tab = WidgetClient(server.url)
    await tab.connect()
    await tab.say(f"esta es mi frase secreta de la cartera: {phrase}, ayúdeme por favor")
    await tab.until(lambda: tab.state["owner"] == "waiting")

    assert tab.state["language"] == "es"
    assert "secreto" in notice(tab, "secret_removed")
    await tab.close()


async def test_a_conversation_begins_in_the_language_of_the_page(
    server: RunningServer, assistant: FakeAssistant
) -> None:
    tab = WidgetClient(server.url, locale="pt-BR")
    await tab.connect()
    await tab.send({"type": "human", "client_message_id": "h"})
    await tab.until(lambda: tab.state["owner"] == "waiting")

    assert tab.state["language"] == "pt"
    assert "fila" in notice(tab, "queued")
    assert assistant.asked == []
    await tab.close()


async def test_an_english_page_tells_nothing(
    server: RunningServer, assistant: FakeAssistant
) -> None:
    tab = WidgetClient(server.url, locale="en-US")
    await tab.connect()
    await tab.say("usdt")
    await tab.reply()

    assert assistant.asked[0]["language"] is None
    await tab.close()
