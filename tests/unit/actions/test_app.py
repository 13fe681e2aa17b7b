"""The action server over HTTP."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from actions.app import create_app
from actions.services import Services
from actions.turns import ACTIONS
from knowledge.errors import IndexUnavailableError
from tests.support.serving import serving

_number = itertools.count()


@pytest.fixture
async def client(services: Services) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(create_app(services, name=f"actions_{next(_number)}")) as client:
        yield client


def call(action: str = "action_answer") -> dict[str, Any]:
    return {
        "next_action": action,
        "sender_id": "c",
        "version": "3.6.21",
        "domain": {},
        "tracker": {
            "sender_id": "c",
            "slots": {},
            "latest_message": {
                "text": "withdrawal fee",
                "intent": {"name": "withdraw_fee", "confidence": 0.95},
                "intent_ranking": [{"name": "withdraw_fee", "confidence": 0.95}],
                "entities": [],
            },
            "events": [],
            "paused": False,
            "latest_input_channel": "teller",
            "active_loop": {},
            "latest_action_name": "action_listen",
        },
    }


async def test_rasas_call_is_answered_in_rasas_form(client: httpx.AsyncClient) -> None:
    response = await client.post("/webhook", json=call())
    assert response.status_code == 200
    body = response.json()
    assert {event["event"] for event in body["events"]} == {"slot", "followup"}
    (sent,) = body["responses"]
    assert sent["custom"]["teller"]["record"]["article"] == "fees"


async def test_every_action_of_the_domain_is_served(client: httpx.AsyncClient) -> None:
    names = [row["name"] for row in (await client.get("/actions")).json()]
    assert tuple(names) == ACTIONS


async def test_an_unknown_action_is_not_found(client: httpx.AsyncClient) -> None:
    response = await client.post("/webhook", json=call("action_unknown"))
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "unknown_action"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"x"', b"\xff", b'{"next_action": "x"}'])
async def test_a_body_that_is_no_call_is_refused(client: httpx.AsyncClient, content: bytes) -> None:
    response = await client.post(
        "/webhook", content=content, headers={"Content-Type": "application/json"}
    )
    assert response.status_code == 400
    assert set(response.json()["error"]) == {"code", "message"}


async def test_health_tells_the_build(client: httpx.AsyncClient) -> None:
    response = await client.get("/health")
    assert response.status_code == 200
    assert response.json()["build"] == "build-1"


async def test_health_is_bad_without_an_index(services: Services) -> None:
    class Missing:
        def get(self) -> Any:
            raise IndexUnavailableError("There is no index; build it with `teller index`.")

    app = create_app(replace(services, knowledge=Missing()), name=f"actions_{next(_number)}")
    async with serving(app) as client:
        response = await client.get("/health")
        assert response.status_code == 503
        assert response.json()["error"]["code"] == "index_unavailable"
        answered = (await client.post("/webhook", json=call())).json()
    payload = answered["responses"][0]["custom"]["teller"]
    assert payload["handoff"]["reason"] == "assistant_failed"
