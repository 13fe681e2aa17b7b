"""A stand-in for the assistant: a real HTTP server that speaks the private channel's contract."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from sanic import HTTPResponse, Request, Sanic, json

SECRET = "a-secret-for-tests-only"

Answer = Callable[[dict[str, Any]], dict[str, Any]]


def echo(body: dict[str, Any]) -> dict[str, Any]:
    """Answer with the customer's own words."""
    return answer(f"You said: {body['text']}")


def answer(text: str, **extra: Any) -> dict[str, Any]:
    """A plain answer."""
    return {
        "replies": [{"text": text, "details": None, "choices": [], "article": None, **extra}],
        "record": {
            "intent": "withdraw_fee",
            "topic": "withdraw_limits_fees",
            "confidence": 0.93,
            "in_scope": 0.99,
            "decision": "answer",
            "reason": "confident",
            "article": "withdrawal-fees",
            "language": "en",
            "alternatives": [],
            "milliseconds": {"nlu": 5, "search": 3, "decide": 0},
        },
        "handoff": None,
    }


class FakeAssistant:
    """Listens on a port of its own; what it answers can be changed at any time."""

    def __init__(self) -> None:
        self.answer: Answer = echo
        self.status = 200
        self.delay = 0.0
        self.ready = True
        self.asked: list[dict[str, Any]] = []
        self.hold: asyncio.Event | None = None
        self._server: Any = None
        self.port = 0

    @property
    def url(self) -> str:
        """Base address; it answers nothing while stopped."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Listen, on the port of the last time if there was one."""
        app: Sanic[Any, Any] = Sanic(f"fake-assistant-{uuid4().hex[:8]}", configure_logging=False)
        app.config.TOUCHUP = False
        app.add_route(self._turn, "/webhooks/teller/turn", methods=["POST"])
        app.add_route(self._ready, "/webhooks/teller/ready")
        listener = socket.create_server(("127.0.0.1", self.port))
        self.port = listener.getsockname()[1]
        self._server = await app.create_server(
            sock=listener, return_asyncio_server=True, access_log=False
        )
        await self._server.startup()
        await self._server.before_start()
        await self._server.start_serving()

    async def stop(self) -> None:
        """Stop listening and drop every connection."""
        if self._server is not None:
            self._server.close()
            for connection in list(self._server.connections):
                connection.abort()
            await self._server.wait_closed()
            self._server = None

    async def _turn(self, request: Request) -> HTTPResponse:
        if request.headers.get("authorization") != f"Bearer {SECRET}":
            return json({"error": {"code": "unauthorized", "message": "no"}}, status=401)
        self.asked.append(request.json)
        if self.hold is not None:
            await self.hold.wait()
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.status != 200:
            return json({"error": {"code": "no_reply", "message": "no"}}, status=self.status)
        return json(self.answer(request.json))

    async def _ready(self, _request: Request) -> HTTPResponse:
        return json({"ready": self.ready, "model": "fake"}, status=200 if self.ready else 503)
