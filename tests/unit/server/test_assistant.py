"""The private channel's client: what each kind of answer means for a turn."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import httpx
import pytest

from conversations.errors import AssistantFailedError, AssistantStartingError
from conversations.turn import TurnRequest
from server.assistant import AssistantClient, AssistantProbe

SPOKEN = {"wished": True, "heard": None}
REQUEST = TurnRequest(UUID(int=1), 7, "hello", "en", None, 1, SPOKEN)
GOOD = {"replies": [{"text": "hi"}], "record": {"intent": "greet"}, "handoff": None}


def client(handler: Callable[[httpx.Request], httpx.Response]) -> AssistantClient:
    made = AssistantClient("http://assistant", "secret-of-the-test")
    made._http = httpx.AsyncClient(
        base_url="http://assistant",
        headers=made._http.headers,
        transport=httpx.MockTransport(handler),
    )
    return made


async def test_a_turn_is_asked_for_as_agreed() -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=GOOD)

    reply = await client(handler).turn(REQUEST)

    assert reply.replies == [{"text": "hi"}]
    assert seen[0].url.path == "/webhooks/teller/turn"
    assert seen[0].headers["authorization"] == "Bearer secret-of-the-test"
    assert seen[0].content == (
        b'{"conversation":"00000000-0000-0000-0000-000000000001","event_id":7,"text":"hello",'
        b'"language":"en","choice":null,"context":{"clarifications":1,"spoken":{"wished":true,"heard":null}}}'
    )


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(500),
        httpx.Response(502, json={"error": {"code": "no_reply", "message": "x"}}),
        httpx.Response(401),
        httpx.Response(404),
        httpx.Response(200, content=b"not json"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"replies": []}),
        httpx.Response(200, json={"replies": [], "record": {}, "handoff": None}),
        httpx.Response(200, json={"replies": [{"text": "  "}], "record": {}}),
        httpx.Response(200, json={"replies": [{}], "record": {}}),
        httpx.Response(
            200, json={"replies": [{"text": "a", "choices": [{"label": 1}]}], "record": {}}
        ),
    ],
)
async def test_an_error_or_nothing_is_a_failure(response: httpx.Response) -> None:
    with pytest.raises(AssistantFailedError):
        await client(lambda _: response).turn(REQUEST)


@pytest.mark.parametrize(
    "error",
    [httpx.ConnectError("x"), httpx.ConnectTimeout("x"), httpx.ReadError("x"),
     httpx.RemoteProtocolError("x")],
)  # fmt: skip
async def test_a_broken_connection_means_ask_again(error: Exception) -> None:
    def handler(_request: httpx.Request) -> httpx.Response:
        raise error

    with pytest.raises(AssistantStartingError):
        await client(handler).turn(REQUEST)


async def test_unavailable_means_ask_again() -> None:
    with pytest.raises(AssistantStartingError):
        await client(lambda _: httpx.Response(503)).turn(REQUEST)


async def test_no_answer_in_time_is_a_failure() -> None:
    def handler(_request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("x")

    with pytest.raises(AssistantFailedError):
        await client(handler).turn(REQUEST)


def test_an_assistant_out_of_reach_counts_as_starting_until_the_grace_is_over() -> None:
    now = [0.0]
    states: list[str] = []
    probe = AssistantProbe(
        client(lambda _: httpx.Response(200)),
        grace=60,
        on_change=states.append,
        clock=lambda: now[0],
    )
    probe.note("unreachable")
    assert probe.state == "starting"
    probe.note("ready")
    now[0] = 100
    probe.note("ready")
    now[0] = 130
    probe.note("unreachable")
    assert probe.state == "starting"
    now[0] = 161
    probe.note("unreachable")
    probe.note("ready")

    assert states == ["ready", "starting", "down", "ready"]
