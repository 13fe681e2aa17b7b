"""The agent console over HTTP: sign-in, lists, one conversation, and what is done with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from sanic import Blueprint, HTTPResponse, Request, json
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.database import Transactions
from conversations.events import signal
from conversations.feed import Feed
from conversations.notices import Texts
from handoff import agents, desk, inbox, queue, sessions
from handoff.console_socket import ConsoleSocket
from handoff.errors import BadRequestError, ForgeryError, HandoffError
from handoff.sessions import SignedIn

COOKIE = "teller_agent"
LONGEST_ID = 100

Result = TypeVar("Result")


@dataclass(frozen=True)
class Console:
    """What the console needs from the composition root."""

    database: Transactions
    feed: Feed
    texts: Texts
    session_lifetime: timedelta
    secure_cookie: bool


def create_blueprint(console: Console) -> Blueprint:
    """The console's routes under `/api/agent`."""
    blueprint = Blueprint("console", url_prefix="/api/agent")
    handlers = _Handlers(console)
    blueprint.exception(HandoffError)(_error)
    blueprint.add_route(handlers.sign_in, "/sign-in", methods=["POST"])
    blueprint.add_route(handlers.sign_out, "/sign-out", methods=["POST"])
    blueprint.add_route(handlers.me, "/me")
    blueprint.add_route(handlers.set_status, "/status", methods=["POST"])
    blueprint.add_route(handlers.conversations, "/conversations")
    blueprint.add_route(handlers.conversation, "/conversations/<conversation_id:uuid>")
    for name in ("take", "messages", "notes", "close", "return", "typing"):
        blueprint.add_route(
            getattr(handlers, {"return": "give_back"}.get(name, name)),
            f"/conversations/<conversation_id:uuid>/{name}",
            methods=["POST"],
        )
    blueprint.add_websocket_route(handlers.socket, "/socket")
    return blueprint


class _Handlers:
    def __init__(self, console: Console) -> None:
        self._console = console
        self._run = console.database.run

    async def sign_in(self, request: Request) -> HTTPResponse:
        body = _body(request)
        token, signed_in = await sessions.sign_in(
            self._console.database,
            email=_text(body, "email", longest=200),
            password=_text(body, "password", longest=agents.LONGEST_PASSWORD),
            lifetime=self._console.session_lifetime,
        )
        response = json(_myself(signed_in))
        self._set_cookie(response, token, self._console.session_lifetime)
        return response

    async def sign_out(self, request: Request) -> HTTPResponse:
        await self._writer(request)
        token = request.cookies.get(COOKIE) or ""
        await self._run(lambda connection: sessions.sign_out(connection, token))
        response = json({"signed_out": True})
        self._set_cookie(response, "", timedelta(0))
        return response

    async def me(self, request: Request) -> HTTPResponse:
        return json(_myself(await self._reader(request)))

    async def set_status(self, request: Request) -> HTTPResponse:
        signed_in = await self._writer(request)
        status = _text(_body(request), "status")

        async def change(connection: AsyncConnection) -> agents.Agent:
            changed = await agents.set_status(connection, signed_in.agent.id, status)
            await queue.tell_the_waiting(connection)
            return changed

        return json(_myself(SignedIn(await self._run(change), signed_in.csrf)))

    async def conversations(self, request: Request) -> HTTPResponse:
        signed_in = await self._reader(request)
        view = request.args.get("view", "waiting")
        if view not in inbox.VIEWS:
            raise BadRequestError(f"view {view!r} is not one of {', '.join(inbox.VIEWS)}.")

        async def read(connection: AsyncConnection) -> dict[str, Any]:
            return {
                "conversations": await inbox.list_items(
                    connection, view, agent_id=signed_in.agent.id
                ),
                "counts": await queue.counts(connection, signed_in.agent.id),
            }

        return json(await self._run(read))

    async def conversation(self, request: Request, conversation_id: UUID) -> HTTPResponse:
        await self._reader(request)

        async def read(connection: AsyncConnection) -> dict[str, Any]:
            item = await inbox.load_item(connection, conversation_id)
            events, records = await inbox.load_transcript(connection, conversation_id)
            return {"conversation": item, "events": events, "records": records}

        return json(await self._run(read))

    async def take(self, request: Request, conversation_id: UUID) -> HTTPResponse:
        signed_in = await self._writer(request)
        version = _body(request).get("version")
        if version is not None and (not isinstance(version, int) or isinstance(version, bool)):
            raise BadRequestError("version: a whole number is expected.")
        return await self._act(
            conversation_id,
            lambda connection: desk.take(
                connection, conversation_id, signed_in.agent, version=version,
                texts=self._console.texts,
            ),
        )  # fmt: skip

    async def close(self, request: Request, conversation_id: UUID) -> HTTPResponse:
        signed_in = await self._writer(request)
        reason = _text(_body(request), "reason", default="resolved")
        return await self._act(
            conversation_id,
            lambda connection: desk.close(
                connection, conversation_id, signed_in.agent, reason=reason,
                texts=self._console.texts,
            ),
        )  # fmt: skip

    async def give_back(self, request: Request, conversation_id: UUID) -> HTTPResponse:
        signed_in = await self._writer(request)
        return await self._act(
            conversation_id,
            lambda connection: desk.give_back(
                connection, conversation_id, signed_in.agent, texts=self._console.texts
            ),
        )

    async def messages(self, request: Request, conversation_id: UUID) -> HTTPResponse:
        return await self._write(request, conversation_id, desk.answer)

    async def notes(self, request: Request, conversation_id: UUID) -> HTTPResponse:
        return await self._write(request, conversation_id, desk.note)

    async def typing(self, request: Request, conversation_id: UUID) -> HTTPResponse:
        await self._writer(request)
        await self._run(lambda connection: signal(connection, conversation_id, "typing:agent"))
        return json({"ok": True}, status=202)

    async def socket(self, request: Request, websocket: Any) -> None:
        if not _same_origin(request):
            raise ForgeryError("A console opens its socket from its own site only.")
        signed_in = await self._reader(request)
        await ConsoleSocket(
            websocket, agent=signed_in.agent, database=self._console.database,
            feed=self._console.feed,
        ).run()  # fmt: skip

    def _set_cookie(self, response: HTTPResponse, value: str, lifetime: timedelta) -> None:
        response.add_cookie(
            COOKIE,
            value,
            path="/",
            httponly=True,
            samesite="Strict",
            secure=self._console.secure_cookie,
            max_age=int(lifetime.total_seconds()),
        )

    async def _write(
        self, request: Request, conversation_id: UUID, act: Callable[..., Awaitable[Any]]
    ) -> HTTPResponse:
        signed_in = await self._writer(request)
        body = _body(request)
        client_message_id = _text(body, "client_message_id", longest=LONGEST_ID)
        text = _text(body, "text", longest=desk.LONGEST_TEXT)
        event = await self._run(
            lambda connection: act(
                connection, conversation_id, signed_in.agent,
                client_message_id=client_message_id, text=text,
            )
        )  # fmt: skip
        return json({"event_id": event.id}, status=201)

    async def _act(
        self, conversation_id: UUID, act: Callable[[AsyncConnection], Awaitable[object]]
    ) -> HTTPResponse:
        async def change(connection: AsyncConnection) -> dict[str, Any]:
            await act(connection)
            return await inbox.load_item(connection, conversation_id)

        return json(await self._run(change))

    async def _reader(self, request: Request) -> SignedIn:
        token = request.cookies.get(COOKIE)
        return await self._run(lambda connection: sessions.authenticate(connection, token))

    async def _writer(self, request: Request) -> SignedIn:
        signed_in = await self._reader(request)
        sessions.check_csrf(signed_in, request.headers.get("x-teller-csrf"))
        return signed_in


def _myself(signed_in: SignedIn) -> dict[str, Any]:
    return {"agent": signed_in.agent.as_json(), "csrf": signed_in.csrf}


def _body(request: Request) -> dict[str, Any]:
    # A malformed body is the application's own error; an absent one is an empty object.
    body = request.json if request.body else {}
    if not isinstance(body, dict):
        raise BadRequestError("A JSON object is expected.")
    return body


def _text(
    body: dict[str, Any], key: str, *, longest: int = 1000, default: str | None = None
) -> str:
    value = body.get(key, default)
    if not isinstance(value, str) or not value:
        raise BadRequestError(f"{key}: a text is expected.")
    if len(value) > longest:
        raise BadRequestError(f"{key}: {len(value)} characters; at most {longest} fit.")
    if "\x00" in value:
        raise BadRequestError(f"{key}: holds a NUL character.")
    return value


def _same_origin(request: Request) -> bool:
    origin = request.headers.get("origin")
    return origin is None or origin.split("://", 1)[-1] == request.headers.get("host")


def _error(_request: Request, error: HandoffError) -> HTTPResponse:
    return json(
        {"error": {"code": error.code, "message": str(error), **error.details}},
        status=error.status,
    )
