"""Whatever is thrown at the public server: it answers in one shape and goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from channels.widget.socket import Connection
from tests.support.assistant import FakeAssistant
from tests.support.running import RunningServer, make_settings, running_server
from tests.support.widget import WidgetClient


@pytest.fixture
async def server(database_url: str, tmp_path: Path) -> AsyncIterator[RunningServer]:
    settings = make_settings(database_url, FakeAssistant(), tmp_path)
    async with running_server(settings) as running:
        yield running


@pytest.fixture
async def http(server: RunningServer) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server.url, trust_env=False, timeout=10) as client:
        yield client


@pytest.fixture
async def tab(server: RunningServer) -> AsyncIterator[WidgetClient]:
    client = WidgetClient(server.url)
    await client.connect()
    yield client
    await client.close()


def assert_error(response: httpx.Response, status: int) -> None:
    assert response.status_code == status, response.text
    error = response.json()["error"]
    assert error["code"]
    assert len(error["message"]) > 10
    assert "Traceback" not in response.text


WRITES = ["/api/widget/sessions", "/api/widget/messages", "/api/agent/sign-in"]
BODIES = [
    b"{",
    b"\xff\xfe\xff",
    b'{"text": "\xc3\x28"}',
    b"[]",
    b'"text"',
    b"null",
    b'{"client_message_id": {"a": 1}, "text": "x"}',
    b'{"client_message_id": "a\\u0000", "text": "x"}',
    b'{"client_message_id": "a", "text": 5}',
    b"[" * 50_000,
]


@pytest.mark.parametrize("path", WRITES)
@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
async def test_malformed_bodies_are_refused(
    http: httpx.AsyncClient, tab: WidgetClient, path: str, body: bytes
) -> None:
    response = await http.post(
        path,
        content=body,
        headers={"authorization": f"Bearer {tab.session}", "content-type": "application/json"},
    )

    if path == "/api/widget/sessions" and body.startswith(b'{"c'):
        assert response.status_code == 201  # fields that are not for it are nobody's business
    else:
        assert_error(response, 400)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing/here", 404),
        ("GET", "/api/widget/nothing", 404),
        ("DELETE", "/api/widget/messages", 405),
        ("GET", "/api/widget/sessions", 405),
        ("GET", "/widget/assets/../../../settings.py", 404),
        ("GET", "/widget/assets/%2e%2e/%2e%2e/settings.py", 404),
        ("GET", "/api/widget/events", 401),
        ("POST", "/api/widget/messages", 401),
        ("GET", "/api/widget/socket", 400),
        ("GET", "/api/demo", 404),
    ],
)
async def test_every_refusal_has_the_same_shape(
    http: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    response = await http.request(method, path)

    if path == "/api/widget/socket":
        assert response.status_code >= 400
        assert "error" in response.json()
    else:
        assert_error(response, status)
    assert response.headers["x-content-type-options"] == "nosniff"


async def test_a_body_of_a_megabyte_is_too_large(
    http: httpx.AsyncClient, tab: WidgetClient
) -> None:
    response = await http.post("/api/widget/messages", content=b"x" * 1_000_000)

    assert_error(response, 413)
    assert (await http.get("/livez")).status_code == 200


@pytest.mark.parametrize("session", ["x", "x" * 5000, "ü", "' OR 1=1 --", "../../etc"])
async def test_an_unknown_session_opens_nothing(http: httpx.AsyncClient, session: str) -> None:
    response = await http.get(
        "/api/widget/events", headers={"authorization": b"Bearer " + session.encode()}
    )

    assert_error(response, 401)


@pytest.mark.parametrize(
    "query", ["after=-1", "after=x", "after=1e9", "wait=x", "after=" + "9" * 40]
)
async def test_an_odd_query_is_refused(
    http: httpx.AsyncClient, tab: WidgetClient, query: str
) -> None:
    response = await http.get(
        f"/api/widget/events?{query}", headers={"authorization": f"Bearer {tab.session}"}
    )

    assert_error(response, 400)


@pytest.mark.parametrize(
    "frame",
    [
        "{",
        "[]",
        "null",
        '"hello"',
        "{}",
        '{"type": "unheard"}',
        '{"type": "message"}',
        '{"type": "message", "client_message_id": "a"}',
        '{"type": "message", "client_message_id": 7, "text": "x"}',
        '{"type": "message", "client_message_id": "", "text": "x"}',
        '{"type": "message", "client_message_id": "a b", "text": "x"}',
        '{"type": "message", "client_message_id": "a", "text": ["x"]}',
        '{"type": "message", "client_message_id": "a", "text": "\\ud800"}',
        '{"type": "choice", "client_message_id": "a", "token": {}}',
        b"\x00\x01\x02",
        "[" * 60_000,
    ],
)
async def test_an_odd_frame_is_answered_and_the_socket_stays(
    tab: WidgetClient, frame: str | bytes
) -> None:
    await tab.send(frame)
    error = await tab.frame("error")
    await tab.send({"type": "ping"})
    await tab.frame("pong")

    assert error["code"] == "bad_frame"


@pytest.mark.parametrize("text", ["", "   ", "\u200b\u200d", "\x00"])
async def test_an_empty_message_is_refused(tab: WidgetClient, text: str) -> None:
    sent = await tab.say(text)

    assert (await tab.frame("error", client_message_id=sent))["code"] == "empty"


@pytest.mark.parametrize(
    "text",
    [
        "\U0001f44d",
        "x" * 20_000,
        "/restart",
        '/intent{"a": {"b": 1}}',
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "'; DROP TABLE teller.events; --",
        "%s %(x)s {0} ${x} {{x}}",
        "a\x00b",
    ],
)
async def test_odd_text_is_a_message_like_any_other(tab: WidgetClient, text: str) -> None:
    sent = await tab.say(text)
    ack = await tab.frame("ack", client_message_id=sent)
    event = await tab.event(lambda event: event["id"] == ack["event_id"])

    assert not event["text"].startswith("/")
    assert "\x00" not in event["text"]
    assert len(event["text"]) <= 4000


async def test_a_frame_of_five_megabytes_closes_its_own_socket_only(
    server: RunningServer, tab: WidgetClient
) -> None:
    giant = WidgetClient(server.url)
    await giant.connect()
    assert giant.socket is not None
    with suppress(ConnectionClosed):
        await giant.send("x" * 5_000_000)
    await asyncio.wait_for(giant.socket.wait_closed(), 10)
    await giant.close()
    sent = await tab.say("not disturbed")
    await tab.frame("ack", client_message_id=sent)

    assert giant.socket.close_code == 1009


async def test_text_that_is_not_utf8_closes_its_own_socket_only(
    server: RunningServer, tab: WidgetClient
) -> None:
    odd = WidgetClient(server.url)
    await odd.connect()
    assert odd.socket is not None
    await odd.socket.send(b"\xff\xfe\xff", text=True)
    await asyncio.wait_for(odd.socket.wait_closed(), 10)
    await odd.close()
    await tab.send({"type": "ping"})
    await tab.frame("pong")

    assert odd.socket.close_code == 1007


@pytest.mark.parametrize(
    ("first", "code"),
    [
        ("{", 4400),
        ('{"type": "message"}', 4400),
        ('{"type": "hello"}', 4400),
        ('{"type": "hello", "session": 7}', 4400),
        ('{"type": "hello", "session": "x", "last_event_id": -1}', 4400),
        ('{"type": "hello", "session": "unknown"}', 4401),
    ],
)
async def test_a_socket_without_a_good_hello_is_closed(
    server: RunningServer, first: str, code: int
) -> None:
    url = server.url.replace("http", "ws") + "/api/widget/socket"
    async with connect(url, proxy=None) as socket:
        await socket.send(first)
        await asyncio.wait_for(socket.wait_closed(), 10)

    assert socket.close_code == code


async def test_a_conversation_id_is_no_key(server: RunningServer, tab: WidgetClient) -> None:
    """Nothing a client sends names a conversation; its id in place of a session opens nothing."""
    url = server.url.replace("http", "ws") + "/api/widget/socket"
    for name in (tab.state["id"], str(uuid4())):
        async with connect(url, proxy=None) as socket:
            await socket.send(f'{{"type": "hello", "session": "{name}"}}')
            await asyncio.wait_for(socket.wait_closed(), 10)
        assert socket.close_code == 4401


class StalledSocket:
    """A browser that says hello and then takes nothing any more."""

    def __init__(self, session: str) -> None:
        self._hello = f'{{"type": "hello", "session": "{session}"}}'
        self.failed_with: int | None = None

    async def recv(self, timeout: float | None = None) -> str:
        if timeout is None:
            await asyncio.Event().wait()
        return self._hello

    async def send(self, message: str) -> None:
        await asyncio.Event().wait()

    async def close(self, code: int = 1000, reason: str = "") -> None:
        raise AssertionError("it would wait for ever")

    def fail_connection(self, code: int = 1006, reason: str = "") -> bool:
        self.failed_with = code
        return True


async def test_a_client_that_does_not_read_is_dropped(
    server: RunningServer, tab: WidgetClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.widget.socket.SEND_TIMEOUT", 0.1)
    assert tab.session is not None
    stalled = StalledSocket(tab.session)
    parts = server.parts
    connection = Connection(
        stalled,
        database=parts.database,
        feed=parts.feed,
        inbox=parts.inbox,
        reader=parts.widget.reader,
    )
    await asyncio.wait_for(connection.run(), 10)

    assert stalled.failed_with == 1006
