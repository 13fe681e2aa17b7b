"""The action server: rasa-sdk's protocol on a lean Sanic application of our own.

rasa-sdk's own server answers a failure with the whole tracker in the body and starts a worker
process beside the main one; this one tells a code only, and is one process.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import structlog
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException
from sanic import HTTPResponse, Request, Sanic
from sanic.exceptions import SanicException
from sanic.response import json

from actions.services import Services
from actions.turns import ACTIONS, TurnAction
from knowledge.errors import KnowledgeError
from knowledge.live import CHECK_SECONDS

_log = structlog.get_logger(__name__)

# Rasa sends the tracker's events along; a long conversation stays far below this.
MAXIMUM_BODY = 8 * 1024 * 1024
# Rasa keeps its connections open; closing them between two messages costs the next one a handshake.
KEEP_ALIVE_SECONDS = 120


def create_app(services: Services, *, name: str = "teller_actions") -> Sanic[Any, Any]:
    """The application: POST /webhook (Rasa), GET /health, GET /actions."""
    app: Sanic[Any, Any] = Sanic(name, configure_logging=False)
    app.config.REQUEST_MAX_SIZE = MAXIMUM_BODY
    app.config.KEEP_ALIVE_TIMEOUT = KEEP_ALIVE_SECONDS
    app.config.RESPONSE_TIMEOUT = 60
    executor = ActionExecutor()
    for action in ACTIONS:
        executor.register_action(TurnAction(action, services))

    @app.before_server_start
    async def warm(_: Sanic[Any, Any]) -> None:
        services.languages.warm()
        try:
            services.knowledge.get()
        except KnowledgeError as error:
            # It may be published while we run; until then every turn goes to a person.
            _log.error("knowledge.unavailable", code=error.code, error=str(error))
        app.add_task(_follow(services))

    @app.post("/webhook")
    async def webhook(request: Request) -> HTTPResponse:
        call = request.json
        if not isinstance(call, dict) or not isinstance(call.get("tracker"), dict):
            return _error(400, "bad_request", "Send Rasa's action call: next_action and tracker.")
        # Our actions need no domain, and Rasa may leave it out; rasa-sdk would ask for it again.
        call["domain"] = {}
        try:
            result = await executor.run(call)
        except ActionNotFoundException as error:
            return _error(404, "unknown_action", f"There is no action {error.action_name}.")
        except ActionExecutionRejection as error:
            return _error(400, "rejected", f"{error.action_name} refused to run.")
        return json(result.model_dump() if result is not None else None)

    @app.get("/health")
    async def health(_: Request) -> HTTPResponse:
        try:
            base = services.knowledge.get()
        except KnowledgeError as error:
            return _error(503, error.code, str(error))
        return json({"status": "ok", "build": base.build, "articles": len(base.articles)})

    @app.get("/actions")
    async def actions(_: Request) -> HTTPResponse:
        return json([{"name": action} for action in ACTIONS])

    @app.exception(SanicException)
    async def refused(_: Request, error: SanicException) -> HTTPResponse:
        return _error(error.status_code, "bad_request", "The request could not be read.")

    @app.exception(Exception)
    async def broken(_: Request, error: Exception) -> HTTPResponse:
        _log.error("request_failed", exc_info=error)
        return _error(500, "internal", "The action server failed; its log says why.")

    return app


async def _follow(services: Services) -> None:
    """Take up a new build within seconds, although nobody asks anything: the first question after a
    publication is to be answered from it.
    """
    while True:
        await asyncio.sleep(CHECK_SECONDS)
        with contextlib.suppress(KnowledgeError):
            services.knowledge.get()


def _error(status: int, code: str, message: str) -> HTTPResponse:
    return json({"error": {"code": code, "message": message}}, status=status)
