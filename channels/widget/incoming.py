"""The widget's door: sessions, the socket, and plain HTTP for networks that break sockets."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from typing import Any

from sanic import Blueprint, HTTPResponse, Request, json
from sqlalchemy.ext.asyncio import AsyncConnection

from channels.widget.outgoing import Reader
from channels.widget.protocol import (
    RESTARTING,
    FrameError,
    read_event_id,
    read_json,
    read_locale,
    read_post,
)
from channels.widget.socket import Connection, inbound
from conversations.database import Transactions
from conversations.errors import ConversationError, RateLimitedError, SessionError
from conversations.feed import Feed
from conversations.inbound import Inbox
from conversations.languages import Languages
from conversations.rates import RateLimit
from conversations.sessions import Session, find_session, open_session

LONGEST_WAIT = 25.0
# New sessions from one address: a large office behind one address is fine, a flood is not.
SESSIONS_PER_SECOND = 5.0
SESSIONS_AT_ONCE = 100

_STATUS = {
    "unknown_session": 401,
    "rate_limited": 429,
    "bad_choice": 409,
    "empty": 400,
    "unknown_conversation": 404,
}


@dataclass(frozen=True)
class Widget:
    """What the door needs from the composition root."""

    database: Transactions
    feed: Feed
    inbox: Inbox
    reader: Reader
    languages: Languages
    session_lifetime: timedelta
    connections: set[Connection] = field(default_factory=set)


def create_blueprint(widget: Widget) -> Blueprint:
    """The widget's routes under `/api/widget`."""
    blueprint = Blueprint("widget", url_prefix="/api/widget")
    door = _Door(widget)
    blueprint.add_route(door.open, "/sessions", methods=["POST"])
    blueprint.add_route(door.events, "/events")
    blueprint.add_route(door.messages, "/messages", methods=["POST"])
    blueprint.add_websocket_route(door.socket, "/socket")
    blueprint.exception(FrameError)(_bad_request)
    blueprint.exception(ConversationError)(_refused)
    return blueprint


async def close_all(widget: Widget) -> None:
    """Ask every connected browser to come back in a moment: this server stops."""
    await asyncio.gather(
        *(connection.close(RESTARTING) for connection in widget.connections),
        return_exceptions=True,
    )


class _Door:
    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._new_sessions = RateLimit(rate=SESSIONS_PER_SECOND, burst=SESSIONS_AT_ONCE)

    async def open(self, request: Request) -> HTTPResponse:
        wait = self._new_sessions.take(request.remote_addr or request.ip)
        if wait:
            raise RateLimitedError(wait)
        locale = read_locale(read_json(request.body).get("locale")) if request.body else None

        async def work(connection: AsyncConnection) -> tuple[str, Session]:
            return await open_session(
                connection,
                lifetime=self._widget.session_lifetime,
                locale=locale,
                language=self._widget.languages.of_locale(locale),
            )

        token, session = await self._widget.database.run(work)
        update = await self._widget.reader.read(session.conversation_id, 0)
        return json(
            {
                "session": token,
                "expires_at": session.expires_at.astimezone(UTC).isoformat(),
                "conversation": update.state,
            },
            status=201,
        )

    async def events(self, request: Request) -> HTTPResponse:
        session = await self._session(request)
        after = read_event_id(request.args.get("after", "0"))
        update = await self._widget.reader.wait(
            self._widget.feed, session.conversation_id, after, seconds=_seconds(request)
        )
        return json(
            {
                "conversation": update.state,
                "events": [event.as_json() for event in update.events],
            }
        )

    async def messages(self, request: Request) -> HTTPResponse:
        session = await self._session(request)
        content = read_post(request.body)
        receipt = await self._widget.inbox.receive(inbound(session, content))
        return json({"event_id": receipt.event_id}, status=202)

    async def socket(self, _request: Request, websocket: Any) -> None:
        connection = Connection(
            websocket,
            database=self._widget.database,
            feed=self._widget.feed,
            inbox=self._widget.inbox,
            reader=self._widget.reader,
        )
        self._widget.connections.add(connection)
        try:
            await connection.run()
        finally:
            self._widget.connections.discard(connection)

    async def _session(self, request: Request) -> Session:
        scheme, _, token = (request.headers.get("authorization") or "").partition(" ")
        if scheme.lower() != "bearer":
            raise SessionError("Send the session as `Authorization: Bearer ...`.")
        return await self._widget.database.read(lambda c: find_session(c, token.strip()))


def _seconds(request: Request) -> float:
    text = request.args.get("wait", "0")
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise FrameError("wait: whole seconds are expected.")
    return min(float(text), LONGEST_WAIT)


def _bad_request(_request: Request, error: FrameError) -> HTTPResponse:
    return json({"error": {"code": "bad_request", "message": str(error)}}, status=400)


def _refused(_request: Request, error: ConversationError) -> HTTPResponse:
    body: dict[str, Any] = {"code": error.code, "message": str(error)}
    headers = {}
    if isinstance(error, RateLimitedError):
        body["retry_after"] = round(error.retry_after, 1)
        headers["retry-after"] = str(max(1, round(error.retry_after)))
    return json({"error": body}, status=_STATUS.get(error.code, 400), headers=headers)
