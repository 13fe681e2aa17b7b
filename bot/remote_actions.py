"""Calls of the action server: one kept connection, no whole history, the schema compiled once.

Rasa opens a connection for each call, waits up to five minutes, sends every event of the
conversation with it, and checks the answer by a schema that it checks itself each time, which takes
three quarters of a turn. `install` replaces these four and nothing else.
"""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from typing import Any
from urllib.parse import urljoin

import aiohttp
import fastjsonschema
import rasa
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

TIMEOUT = 10.0

# Of the turn that runs now: addresses of action servers that nobody listened at.
unreachable: ContextVar[list[str]] = ContextVar("unreachable")

# Of the turn that runs now: the message's vector, for the action server; no tracker holds it.
sent_vector: ContextVar[str | None] = ContextVar("sent_vector", default=None)

_validate_result = fastjsonschema.compile(RemoteAction.action_response_format_spec())


class ActionEndpoint(EndpointConfig):
    """The action server's address with a connection pool that outlives a call."""

    def __init__(self, url: str, *, timeout: float = TIMEOUT) -> None:
        super().__init__(url, enable_selective_domain=True)
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._session: aiohttp.ClientSession | None = None

    async def request(
        self,
        method: str = "post",
        subpath: str | None = None,
        content_type: str | None = "application/json",
        compress: bool = False,
        **kwargs: Any,
    ) -> Any | None:
        """As the base class does, over a kept connection and with our time-out."""
        if self._session is None:
            # Made here and not in the constructor: it belongs to the running event loop.
            self._session = aiohttp.ClientSession(
                timeout=self._timeout, connector=aiohttp.TCPConnector(keepalive_timeout=4)
            )
        try:
            async with self._session.request(method, self.url, json=kwargs.get("json")) as answer:
                if answer.status >= 400:
                    raise ClientResponseError(
                        answer.status, answer.reason, await answer.content.read()
                    )
                return await answer.json()
        except aiohttp.ClientConnectorError:
            unreachable.get([]).append(self.url)
            raise
        except asyncio.TimeoutError as error:
            raise aiohttp.ServerTimeoutError("The action server did not answer in time.") from error

    async def is_healthy(self) -> bool:
        """Whether the action server answers now."""
        url = urljoin(self.url, "health")
        timeout = aiohttp.ClientTimeout(total=1)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.get(url) as answer,
            ):
                return answer.status == 200
        except (aiohttp.ClientError, asyncio.TimeoutError):
            return False


def _call_format(
    self: RemoteAction, tracker: DialogueStateTracker, domain: Domain
) -> dict[str, Any]:
    state = tracker.current_state(EventVerbosity.NONE)
    # Our actions read the latest message and the slots; the history is the server's.
    state["events"] = []
    if sent_vector.get() is not None:
        state["latest_message"] = {**state["latest_message"], "vector": sent_vector.get()}
    return {
        "next_action": self.name(),
        "sender_id": tracker.sender_id,
        "tracker": state,
        "domain": {},
        "version": rasa.__version__,
    }


def _validate(self: RemoteAction, result: dict[str, Any]) -> bool:
    try:
        _validate_result(result)
    except fastjsonschema.JsonSchemaValueException as error:
        # Rasa's own kind, so that whoever handles it need not know about ours.
        raise ValidationError(str(error)) from error
    return True


def install() -> None:
    """Put ours in Rasa's place, for this process."""
    RemoteAction._action_call_format = _call_format
    RemoteAction._validate_action_result = _validate
