"""The private channel: the only way to the assistant, for Teller's own server and worker.

It asks for a shared secret, takes one turn and answers with everything that came of it, or with an
error. A turn that produced nothing is an error (502 `no_reply`), because for the customer it would
be silence.
"""

from __future__ import annotations

import hmac
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.remote_actions import ActionEndpoint, sent_vector, unreachable

logger = logging.getLogger(__name__)

LONGEST_TEXT = 20_000
MOST_TEXTS = 256
CHOOSE = "choose"
# What a choice can lead to (exactly one), and what it may say beside it.
LEADS = ("article", "intent", "tree", "solved")
BESIDE = ("asset", "network", "node", "answer", "about")


class BadRequestError(Exception):
    """The request is wrong; the text says what is expected."""


class TurnOutput(OutputChannel):
    """Collects what the actions of one turn dispatched under the key `teller`."""

    def __init__(self) -> None:
        self.payloads: list[dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        return "teller"

    async def send_custom_json(
        self, recipient_id: str, json_message: dict[str, Any], **kwargs: Any
    ) -> None:
        payload = json_message.get("teller")
        if isinstance(payload, dict):
            self.payloads.append(payload)

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        # An `utter_...` response of the domain, should an operator add one.
        self.payloads.append({"replies": [{"text": text, "choices": []}]})


class TellerChannel(InputChannel):
    """`POST turn`, `POST parse` and `GET ready` under `/webhooks/teller`."""

    def __init__(self, secret: str) -> None:
        """
        Args:
            secret: what the header `Authorization: Bearer ...` must hold.
        """
        if len(secret) < 16:
            raise ValueError("TELLER_ASSISTANT_SECRET: at least 16 characters are expected.")
        self._secret = secret.encode()

    @classmethod
    def name(cls) -> str:
        return "teller"

    def url_prefix(self) -> str:
        return "teller"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> TellerChannel:
        if not credentials or not credentials.get("secret"):
            cls.raise_missing_credentials_exception()
        return cls(credentials["secret"])

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        blueprint = Blueprint("teller_channel")

        @blueprint.middleware("request")
        async def authenticate(request: Request) -> HTTPResponse | None:
            given = request.headers.get("authorization", "")
            expected = b"Bearer " + self._secret
            if not hmac.compare_digest(given.encode("utf-8", "replace"), expected):
                return _error(401, "unauthorized", "Authorization: Bearer <secret> is missing.")
            return None

        @blueprint.exception(BadRequestError)
        async def refuse(_request: Request, error: BadRequestError) -> HTTPResponse:
            return _error(400, "bad_request", str(error))

        @blueprint.get("/ready")
        async def ready(request: Request) -> HTTPResponse:
            agent = getattr(request.app.ctx, "agent", None)
            if agent is None or not agent.is_ready():
                return _error(503, "starting", "The model is not loaded yet.")
            # Commands that only parse (`teller route`) need no action server.
            if request.args.get("only") != "model" and not await _actions_answer(agent):
                return _error(503, "actions_starting", "The action server does not answer yet.")
            return response.json({"ready": True, "model": agent.model_id})

        @blueprint.post("/turn")
        async def turn(request: Request) -> HTTPResponse:
            agent = getattr(request.app.ctx, "agent", None)
            if agent is None or not agent.is_ready():
                return _error(503, "starting", "The model is not loaded yet.")
            body = _body(request)
            text = neutralise(_text(body.get("text")))
            conversation = body.get("conversation")
            if not isinstance(conversation, str) or not conversation:
                raise BadRequestError("conversation: an id is expected.")
            began = time.perf_counter()
            missing: list[str] = []
            unreachable.set(missing)
            try:
                parsed = _choice(text, body.get("choice")) or await agent.parse_message(text)
                sent_vector.set(parsed.pop("vector", None))
                understood = time.perf_counter()
                output = TurnOutput()
                await on_new_message(
                    UserMessage(
                        text,
                        output,
                        conversation,
                        parse_data=parsed,
                        input_channel=self.name(),
                        message_id=f"{conversation}:{body.get('event_id')}",
                        metadata={
                            "event_id": body.get("event_id"),
                            "language": body.get("language"),
                            "context": body.get("context") or {},
                        },
                    )
                )
            except BadRequestError:
                raise
            except Exception:
                logger.exception("turn failed")
                return _error(500, "turn_failed", "The turn failed; the log of Rasa says why.")
            if missing:
                # It is being started again: the caller asks once more, and nobody is told of it.
                return _error(503, "actions_starting", f"Nobody listens at {missing[0]}.")
            if not any(payload.get("replies") for payload in output.payloads):
                return _error(502, "no_reply", "No action answered; is the action server up?")
            return response.json(_result(output.payloads, began=began, understood=understood))

        @blueprint.post("/parse")
        async def parse(request: Request) -> HTTPResponse:
            agent = getattr(request.app.ctx, "agent", None)
            if agent is None or not agent.is_ready():
                return _error(503, "starting", "The model is not loaded yet.")
            texts = _body(request).get("texts")
            if not isinstance(texts, list) or not 1 <= len(texts) <= MOST_TEXTS:
                raise BadRequestError(f"texts: a list of 1 to {MOST_TEXTS} texts is expected.")
            results = []
            for text in texts:
                began = time.perf_counter()
                result = await agent.parse_message(neutralise(_text(text)))
                result["milliseconds"] = _since(began)
                results.append(result)
            return response.json({"results": results})

        return blueprint


async def _actions_answer(agent: Any) -> bool:
    endpoint = agent.action_endpoint
    return not isinstance(endpoint, ActionEndpoint) or await endpoint.is_healthy()


def neutralise(text: str) -> str:
    """Take the power of leading slashes: Rasa obeys `/intent` and `/restart` from anybody."""
    plain = text.strip().lstrip("/").lstrip()
    while plain.startswith("/"):
        plain = plain.lstrip("/").lstrip()
    return plain


def _choice(text: str, choice: Any) -> dict[str, Any] | None:
    """What understanding would have said, had it to be asked about a tapped option."""
    if choice is None:
        return None
    named = {key: choice[key] for key in LEADS if key in choice} if isinstance(choice, dict) else {}
    if len(named) != 1 or not all(isinstance(value, str) for value in named.values()):
        raise BadRequestError(f"choice: one of {', '.join(LEADS)} with a text is expected.")
    named |= {key: choice[key] for key in BESIDE if isinstance(choice.get(key), str)}
    intent = {"name": CHOOSE, "confidence": 1.0}
    return {
        "text": text,
        "intent": intent,
        "intent_ranking": [intent],
        "entities": [{"entity": key, "value": value} for key, value in named.items()],
        "in_scope": 1.0,
    }


def _result(payloads: list[dict[str, Any]], *, began: float, understood: float) -> dict[str, Any]:
    replies: list[Any] = []
    record: dict[str, Any] = {}
    handoff = note = None
    for payload in payloads:
        replies += payload.get("replies") or []
        record.update(payload.get("record") or {})
        handoff = payload.get("handoff") or handoff
        note = payload.get("note") or note
    milliseconds = record.setdefault("milliseconds", {})
    milliseconds["nlu"] = round((understood - began) * 1000, 2)
    # The rest of the turn: policies, tracker, calls.
    milliseconds["assistant"] = round(_since(began) - sum(milliseconds.values()), 2)
    return {"replies": replies, "record": record, "handoff": handoff, "note": note}


def _body(request: Request) -> dict[str, Any]:
    try:
        body = request.json
    except Exception as error:
        raise BadRequestError("A JSON object in UTF-8 is expected.") from error
    if not isinstance(body, dict):
        raise BadRequestError("A JSON object is expected.")
    return body


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise BadRequestError("text: a text is expected.")
    if len(value) > LONGEST_TEXT:
        raise BadRequestError(f"text: {len(value)} characters; at most {LONGEST_TEXT} fit.")
    return value


def _since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 2)


def _error(status: int, code: str, message: str) -> HTTPResponse:
    return response.json({"error": {"code": code, "message": message}}, status=status)
