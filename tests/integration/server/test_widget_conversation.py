"""The whole path of a message: widget socket, database, worker, assistant, and back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
import pytest

from server.settings import Settings
from tests.support.assistant import FakeAssistant, answer
from tests.support.running import RunningServer, make_settings, running_server, running_worker
from tests.support.widget import WidgetClient


@pytest.fixture
async def server(teller_settings: Settings) -> AsyncIterator[RunningServer]:
    async with running_server(teller_settings) as running:
        yield running


@pytest.fixture
async def work(teller_settings: Settings) -> AsyncIterator[None]:
    async with running_worker(teller_settings):
        yield


@pytest.fixture
async def tab(server: RunningServer) -> AsyncIterator[WidgetClient]:
    client = WidgetClient(server.url)
    await client.connect()
    yield client
    await client.close()


async def scalar(settings: Settings, query: str, *parameters: object) -> object:
    assert settings.database_url is not None
    url = settings.database_url.get_secret_value()
    async with await psycopg.AsyncConnection.connect(url) as connection:
        row = await (await connection.execute(query, parameters)).fetchone()  # type: ignore[arg-type]
    assert row is not None
    return row[0]


@pytest.mark.usefixtures("work")
async def test_a_message_is_answered(tab: WidgetClient, assistant: FakeAssistant) -> None:
    sent = await tab.say("how much is a withdrawal")

    ack = await tab.frame("ack", client_message_id=sent)
    reply = await tab.reply()

    assert ack["event_id"] == 1
    assert reply["text"] == "You said: how much is a withdrawal"
    assert assistant.asked[0]["text"] == "how much is a withdrawal"
    assert assistant.asked[0]["context"] == {
        "clarifications": 0,
        "spoken": {"wished": False, "heard": None},
    }
    await tab.until(lambda: tab.state["pending"] is False)


@pytest.mark.usefixtures("work")
async def test_the_routing_record_lies_beside_the_message(
    tab: WidgetClient, teller_settings: Settings
) -> None:
    await tab.say("hello")
    await tab.reply()

    record = await scalar(
        teller_settings, "SELECT record FROM teller.records WHERE event_id = %s", 1
    )

    assert isinstance(record, dict)
    assert record["decision"] == "answer"


@pytest.mark.usefixtures("work")
async def test_a_repeated_message_is_acknowledged_and_answered_once(tab: WidgetClient) -> None:
    client_id = str(uuid4())
    await tab.say("hello", client_message_id=client_id)
    await tab.reply()
    await tab.say("hello", client_message_id=client_id)
    await tab.say("second")
    await tab.reply(2)

    acks = [frame for frame in tab.frames if frame["type"] == "ack"]
    assert [ack["event_id"] for ack in acks[:2]] == [1, 1]
    assert [event["text"] for event in tab.by("customer")] == ["hello", "second"]
    assert len(tab.by("assistant")) == 2


@pytest.mark.usefixtures("work")
async def test_messages_are_answered_in_their_order(
    tab: WidgetClient, assistant: FakeAssistant
) -> None:
    assistant.delay = 0.02
    for number in range(5):
        await tab.say(f"number {number}")
    await tab.reply(5)

    assert [event["text"] for event in tab.by("assistant")] == [
        f"You said: number {number}" for number in range(5)
    ]


@pytest.mark.usefixtures("work")
async def test_a_client_resumes_where_it_was(tab: WidgetClient) -> None:
    await tab.say("one")
    await tab.reply()
    await tab.close()
    known = dict(tab.events)
    again = WidgetClient(tab.base_url, session=tab.session)
    again.events = known
    await again.connect()
    await again.say("two")
    await again.reply(2)
    await again.close()

    assert [event["text"] for _, event in sorted(again.events.items())] == [
        "one",
        "You said: one",
        "two",
        "You said: two",
    ]


@pytest.mark.usefixtures("work")
async def test_two_tabs_see_the_same(tab: WidgetClient) -> None:
    other = WidgetClient(tab.base_url, session=tab.session)
    await other.connect()
    await tab.say("from one tab")
    await other.reply()
    await tab.reply()
    await other.close()

    assert other.events == tab.events


@pytest.mark.usefixtures("work")
async def test_an_option_is_used_once(tab: WidgetClient, assistant: FakeAssistant) -> None:
    options = [
        {"label": "Flexible", "choice": {"article": "savings-flexible"}},
        {"label": "Fixed", "choice": {"article": "savings-fixed"}},
    ]
    assistant.answer = lambda body: (
        answer("Which kind?", choices=options) if body["choice"] is None else answer("4 %")
    )
    await tab.say("apy?")
    reply = await tab.reply()
    flexible, fixed = reply["choices"]
    assert set(flexible) == {"token", "label"}

    await tab.send({"type": "choice", "client_message_id": "c1", "token": flexible["token"]})
    await tab.reply(2)
    await tab.send({"type": "choice", "client_message_id": "c2", "token": fixed["token"]})
    error = await tab.frame("error", client_message_id="c2")

    assert error["code"] == "bad_choice"
    assert assistant.asked[-1]["choice"] == {"article": "savings-flexible"}
    assert tab.by("customer")[-1]["text"] == "Flexible"


@pytest.mark.usefixtures("work")
async def test_an_option_of_another_conversation_opens_nothing(
    tab: WidgetClient, assistant: FakeAssistant
) -> None:
    assistant.answer = lambda _: answer(
        "Which?", choices=[{"label": "A", "choice": {"intent": "greet"}}]
    )
    await tab.say("hm")
    token = (await tab.reply())["choices"][0]["token"]
    stranger = WidgetClient(tab.base_url)
    await stranger.connect()
    await stranger.send({"type": "choice", "client_message_id": "c", "token": token})

    assert (await stranger.frame("error"))["code"] == "bad_choice"
    await stranger.close()


@pytest.mark.usefixtures("work")
async def test_asking_for_a_person_queues_without_the_assistant(
    tab: WidgetClient, assistant: FakeAssistant
) -> None:
    await tab.send({"type": "human", "client_message_id": "h"})
    await tab.until(lambda: tab.state["owner"] == "waiting")
    await tab.say("are you there?")
    await tab.until(lambda: len(tab.by("customer")) == 2)

    assert "queued" in tab.notices()
    assert tab.state["queue"]["position"] == 1
    assert assistant.asked == []


@pytest.mark.usefixtures("work")
async def test_the_assistant_hands_off(tab: WidgetClient, assistant: FakeAssistant) -> None:
    assistant.answer = lambda _: {
        **answer("A colleague will help you."),
        "handoff": {
            "reason": "account_danger",
            "priority": "urgent",
            "team": "security",
            "topic": "account_security",
            "summary": "Somebody withdrew",
        },
    }
    await tab.say("someone withdrew my btc, it wasn't me")
    await tab.reply()
    await tab.until(lambda: tab.state["owner"] == "waiting")

    assert tab.notices() == ["queued"]


@pytest.mark.usefixtures("work")
async def test_a_secret_is_removed_everywhere_and_a_person_comes(
    tab: WidgetClient, assistant: FakeAssistant, teller_settings: Settings
) -> None:
    phrase = "legal winner thank year wave sausage worth useful legal winner thank yellow"
    await tab.say(f"my wallet is {phrase}")
    await tab.until(lambda: tab.state["owner"] == "waiting")

    assert tab.by("customer")[0]["redacted"] == ["seed_phrase"]
    assert tab.notices()[:1] == ["secret_removed"]
    assert assistant.asked == []
    stored = await scalar(
        teller_settings, "SELECT count(*) FROM teller.events WHERE payload::text LIKE '%%sausage%%'"
    )
    assert stored == 0


@pytest.mark.parametrize("status", [500, 502])
@pytest.mark.usefixtures("work")
async def test_a_failing_assistant_means_a_person(
    tab: WidgetClient, assistant: FakeAssistant, status: int
) -> None:
    assistant.status = status
    await tab.say("hello")
    await tab.until(lambda: tab.state["owner"] == "waiting")

    assert tab.notices() == ["assistant_unavailable", "queued"]


@pytest.mark.usefixtures("work")
async def test_an_answer_with_nothing_means_a_person(
    tab: WidgetClient, assistant: FakeAssistant
) -> None:
    assistant.answer = lambda _: {"replies": [], "record": {}, "handoff": None}
    await tab.say("hello")
    await tab.until(lambda: tab.state["owner"] == "waiting")

    assert tab.notices() == ["assistant_unavailable", "queued"]


@pytest.mark.usefixtures("work")
async def test_a_message_waits_for_a_starting_assistant(
    tab: WidgetClient, assistant: FakeAssistant
) -> None:
    await assistant.stop()
    await tab.say("are you up?")
    await tab.until(lambda: tab.notices() == ["waiting_for_assistant"])
    assert tab.state["pending"]
    await tab.say("hello?")
    await tab.until(lambda: tab.state["assistant"] == "starting")
    await assistant.start()
    await tab.reply(2)

    assert [event["text"] for event in tab.by("assistant")] == [
        "You said: are you up?",
        "You said: hello?",
    ]
    assert tab.notices() == ["waiting_for_assistant"]
    await tab.until(lambda: tab.state["assistant"] == "ready")


async def test_after_the_grace_a_person_is_called(
    database_url: str, assistant: FakeAssistant, tmp_path: Path
) -> None:
    await assistant.stop()
    settings = make_settings(database_url, assistant, tmp_path, assistant_grace=1.0)
    async with running_server(settings) as server, running_worker(settings):
        tab = WidgetClient(server.url)
        await tab.connect()
        await tab.say("hello")
        await tab.until(lambda: tab.state["owner"] == "waiting")
        await tab.close()

    assert tab.notices() == ["waiting_for_assistant", "assistant_unavailable", "queued"]
    assert tab.state["assistant"] == "down"


@pytest.mark.usefixtures("work")
async def test_a_late_answer_is_discarded_after_somebody_took_over(
    tab: WidgetClient, assistant: FakeAssistant, teller_settings: Settings
) -> None:
    assistant.hold = asyncio.Event()
    await tab.say("slow one")
    await tab.until(lambda: assistant.asked)
    await tab.send({"type": "human", "client_message_id": "h"})
    await tab.until(lambda: tab.state["owner"] == "waiting")
    assistant.hold.set()
    async with asyncio.timeout(10):
        while await scalar(teller_settings, "SELECT state FROM teller.turns") == "pending":
            await asyncio.sleep(0.02)

    assert await scalar(teller_settings, "SELECT state FROM teller.turns") == "discarded"
    assert tab.by("assistant") == []


@pytest.mark.usefixtures("work")
async def test_a_thousand_messages_at_once_are_survived_and_refused(
    database_url: str, assistant: FakeAssistant, tmp_path: Path
) -> None:
    settings = make_settings(database_url, assistant, tmp_path, message_rate=1.0, message_burst=10)
    async with running_server(settings) as server:
        flooder, other = WidgetClient(server.url), WidgetClient(server.url)
        await flooder.connect()
        await other.connect()
        for number in range(1000):
            await flooder.say(f"spam {number}")
        await other.say("I am still served")
        await other.reply()
        told = await flooder.frame("error", code="rate_limited")
        await flooder.until(
            lambda: sum(frame["type"] in ("ack", "error") for frame in flooder.frames) == 1000,
            seconds=60,
        )
        await flooder.close()
        await other.close()

    assert told["retry_after"] > 0
    assert (
        await scalar(settings, "SELECT count(*) FROM teller.events WHERE actor = 'customer'") < 60
    )


async def test_long_polling_carries_the_same(
    server: RunningServer, assistant: FakeAssistant, work: None
) -> None:
    async with httpx.AsyncClient(base_url=server.url, trust_env=False, timeout=30) as http:
        session = (await http.post("/api/widget/sessions", json={})).json()["session"]
        http.headers["authorization"] = f"Bearer {session}"
        polling = asyncio.create_task(http.get("/api/widget/events?after=0&wait=20"))
        body = {"client_message_id": "a", "text": "hello"}
        first = await http.post("/api/widget/messages", json=body)
        again = await http.post("/api/widget/messages", json=body)
        assert (await polling).json()["events"][0]["text"] == "hello"
        answered = (await http.get("/api/widget/events?after=1&wait=20")).json()

    assert first.status_code == 202
    assert first.json() == again.json() == {"event_id": 1}
    assert answered["events"][0]["text"] == "You said: hello"
    assert answered["conversation"]["owner"] == "bot"


async def test_times_are_the_databases(
    server: RunningServer,
    tab: WidgetClient,
    work: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 3600)
    await tab.say("my clock is an hour off")
    await tab.reply()

    times = [event["at"] for _, event in sorted(tab.events.items())]
    assert times == sorted(times)


async def test_a_stopping_server_sends_browsers_away(teller_settings: Settings) -> None:
    async with running_server(teller_settings) as server:
        tab = WidgetClient(server.url)
        await tab.connect()
        assert tab.socket is not None
        await server.parts.stop()
        await asyncio.wait_for(tab.socket.wait_closed(), 5)
        await tab.close()

    assert tab.socket.close_code == 1012
