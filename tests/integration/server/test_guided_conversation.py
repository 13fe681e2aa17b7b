"""What is tapped under answers and while a person is waited for: widget, database, worker and
assistant."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from server.settings import Settings
from tests.support.assistant import FakeAssistant, answer
from tests.support.running import running_server, running_worker
from tests.support.widget import WidgetClient

FEEDBACK = {
    "question": "Did this solve it?",
    "choices": [
        {"label": "Yes, solved", "choice": {"solved": "yes", "about": "fees"}},
        {"label": "No, not yet", "choice": {"solved": "no", "about": "fees"}},
    ],
}
HANDOFF = {
    "reason": "account_danger", "priority": "urgent", "team": "security",
    "topic": "account_security", "summary": "danger",
}  # fmt: skip


def question(number: int) -> list[dict[str, Any]]:
    choice = {"tree": "account", "node": f"q{number}", "answer": "no", "collects": True}
    return [{"label": f"No {number}", "choice": choice}]


def collecting(body: dict[str, Any]) -> dict[str, Any]:
    """Hands over the first message, then asks one question after the other."""
    if body["choice"] is None:
        return {**answer("Frozen?", choices=question(1)), "handoff": HANDOFF}
    if body["choice"]["node"] == "q1":
        return answer("Gone?", choices=question(2))
    return {**answer("Thank you."), "note": "frozen: no"}


@pytest.fixture
async def tab(teller_settings: Settings) -> AsyncIterator[WidgetClient]:
    async with running_server(teller_settings) as server, running_worker(teller_settings):
        client = WidgetClient(server.url)
        await client.connect()
        yield client
        await client.close()


async def tap(tab: WidgetClient, token: str) -> None:
    await tab.send({"type": "choice", "client_message_id": str(uuid4()), "token": token})


async def test_a_verdict_is_a_choice_whose_meaning_stays_here(
    tab: WidgetClient, assistant: FakeAssistant
) -> None:
    assistant.answer = lambda body: answer("It costs 2.", feedback=FEEDBACK)
    await tab.say("fee?")
    shown = (await tab.reply())["feedback"]
    assert shown["question"] == "Did this solve it?"
    assert [set(each) for each in shown["choices"]] == [{"token", "label"}] * 2

    await tap(tab, shown["choices"][1]["token"])
    await tab.reply(2)

    assert tab.by("customer")[-1]["text"] == "No, not yet"
    assert assistant.asked[-1]["choice"] == {"solved": "no", "about": "fees"}


async def test_an_answer_without_a_verdict_has_none(tab: WidgetClient) -> None:
    await tab.say("hello")
    reply = await tab.reply()
    assert (reply["feedback"], reply["collects"]) == (None, False)


async def handed_over(tab: WidgetClient, assistant: FakeAssistant) -> dict[str, Any]:
    """The first question to a customer who waits for a person."""
    assistant.answer = collecting
    await tab.say("someone is in my account")
    first: dict[str, Any] = await tab.reply()
    await tab.until(lambda: tab.state["owner"] == "waiting")
    return first


async def test_who_waits_is_asked_on_by_tapping(
    tab: WidgetClient, assistant: FakeAssistant, teller_settings: Settings
) -> None:
    first = await handed_over(tab, assistant)
    assert first["collects"] is True

    await tap(tab, first["choices"][0]["token"])
    second = await tab.reply(2)
    assert second["text"] == "Gone?"
    await tap(tab, second["choices"][0]["token"])
    third = await tab.reply(3)

    assert third["text"] == "Thank you."
    assert tab.state["owner"] == "waiting"
    assert tab.notices().count("queued") == 1
    assert [event["type"] for event in tab.events.values()].count("note") == 0
    notes = await rows(
        teller_settings,
        "SELECT payload->>'text' FROM teller.events "
        "WHERE type = 'note' AND visibility = 'internal'",
    )
    assert notes == [("frozen: no",)]


async def test_what_is_typed_while_waiting_is_for_people(
    tab: WidgetClient, assistant: FakeAssistant
) -> None:
    first = await handed_over(tab, assistant)
    await tab.say("please hurry")
    await tab.until(lambda: len(tab.by("customer")) == 2)

    # What was asked before is closed by it, as ever.
    await tap(tab, first["choices"][0]["token"])
    error = await tab.frame("error")
    assert error["code"] == "bad_choice"
    assert len(assistant.asked) == 1


async def test_an_assistant_that_fails_meanwhile_calls_nobody_twice(
    tab: WidgetClient, assistant: FakeAssistant, teller_settings: Settings
) -> None:
    first = await handed_over(tab, assistant)
    assistant.status = 502
    await tap(tab, first["choices"][0]["token"])
    await tab.event(lambda event: event.get("code") == "assistant_unavailable")

    assert tab.notices() == ["queued", "assistant_unavailable"]
    assert tab.state["owner"] == "waiting"
    queued = await rows(teller_settings, "SELECT count(*) FROM teller.queue_entries")
    assert queued == [(1,)]


async def rows(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    assert settings.database_url is not None
    url = settings.database_url.get_secret_value()
    async with await psycopg.AsyncConnection.connect(url) as connection:
        return await (await connection.execute(query)).fetchall()  # type: ignore[call-overload,no-any-return]  # a plain text
