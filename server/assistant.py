"""The assistant over its private channel: one turn at a time, and whether it is ready."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, Literal

import httpx
import orjson
import structlog

from conversations.errors import AssistantFailedError, AssistantStartingError
from conversations.turn import TurnReply, TurnRequest

TURN = "/webhooks/teller/turn"
READY = "/webhooks/teller/ready"
# Rasa's server closes idle connections after 5 s; one closed while we write costs a repeated turn.
KEEP_ALIVE = 4.0
PROBE_STARTING = 0.5
PROBE_READY = 3.0

log = structlog.get_logger()

Readiness = Literal["ready", "starting", "down"]


class AssistantClient:
    """Speaks to the channel with kept-open connections."""

    def __init__(self, url: str, secret: str, *, timeout: float = 15.0) -> None:
        """
        Args:
            url: base address of the assistant process.
            secret: shared with the channel.
            timeout: seconds that one turn may take.
        """
        self._http = httpx.AsyncClient(
            base_url=url,
            headers={"Authorization": f"Bearer {secret}", "Content-Type": "application/json"},
            timeout=httpx.Timeout(timeout, connect=2.0),
            limits=httpx.Limits(max_connections=100, keepalive_expiry=KEEP_ALIVE),
            # Never through a proxy that the environment names.
            trust_env=False,
        )

    async def turn(self, request: TurnRequest) -> TurnReply:
        """Ask for one turn.

        Raises:
            AssistantStartingError: nobody listens, it says so, or the connection broke.
            AssistantFailedError: it answered with an error, with nothing, or not in time.
        """
        body = {
            "conversation": str(request.conversation_id),
            "event_id": request.event_id,
            "text": request.text,
            "language": request.language,
            "choice": request.choice,
            "context": {"clarifications": request.clarifications, "spoken": request.spoken},
        }
        try:
            response = await self._http.post(TURN, content=orjson.dumps(body))
        except (httpx.ReadTimeout, httpx.WriteTimeout) as error:
            raise AssistantFailedError("The assistant did not answer in time.") from error
        except httpx.TransportError as error:
            raise AssistantStartingError from error
        if response.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            raise AssistantStartingError
        if response.status_code != httpx.codes.OK:
            log.error("assistant_error", status=response.status_code, code=_error_code(response))
            raise AssistantFailedError(f"The assistant answered {response.status_code}.")
        return _read_reply(response.content)

    async def readiness(self) -> Literal["ready", "starting", "unreachable"]:
        """Whether it would take a turn now; never raises."""
        try:
            response = await self._http.get(READY, timeout=2.0)
        except httpx.HTTPError:
            return "unreachable"
        if response.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            log.error("assistant_refuses_secret", remedy="TELLER_ASSISTANT_SECRET differs")
        return "ready" if response.status_code == httpx.codes.OK else "starting"

    async def close(self) -> None:
        """Close the kept connections."""
        await self._http.aclose()


class AssistantProbe:
    """Watches whether the assistant is ready."""

    def __init__(
        self,
        client: AssistantClient,
        *,
        grace: float,
        on_change: Callable[[Readiness], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """
        Args:
            grace: seconds for which an assistant that cannot be reached counts as starting.
            on_change: called with each new state.
        """
        self._client = client
        self._grace = grace
        self._on_change = on_change
        self._clock = clock
        self._since = clock()
        self.state: Readiness = "starting"

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            self.note(await self._client.readiness())
            await asyncio.sleep(PROBE_READY if self.state == "ready" else PROBE_STARTING)

    def note(self, seen: Literal["ready", "starting", "unreachable"]) -> None:
        """Take one look into account."""
        if seen == "ready":
            self._since = self._clock()
            state: Readiness = "ready"
        else:
            state = "starting" if self._clock() - self._since < self._grace else "down"
        if state != self.state:
            log.info("assistant", state=state, was=self.state)
            self.state = state
            self._on_change(state)


def _read_reply(content: bytes) -> TurnReply:
    try:
        body: dict[str, Any] = orjson.loads(content)
        reply = TurnReply(
            replies=[_check_reply(item) for item in body["replies"]],
            record=dict(body["record"]),
            handoff=body.get("handoff"),
            note=body.get("note"),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise AssistantFailedError("The assistant's answer is not in the agreed form.") from error
    if not reply.replies and reply.handoff is None:
        raise AssistantFailedError("The assistant answered with nothing.")
    return reply


def _check_reply(item: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(item["text"], str) or not item["text"].strip():
        raise ValueError("a reply without text")
    feedback = item.get("feedback") or {"choices": ()}
    for option in (*(item.get("choices") or ()), *feedback["choices"]):
        if not isinstance(option["label"], str) or not isinstance(option["choice"], dict):
            raise TypeError("an option without label or meaning")
    return item


def _error_code(response: httpx.Response) -> str | None:
    try:
        return str(response.json()["error"]["code"])
    except (ValueError, KeyError, TypeError):
        return None
