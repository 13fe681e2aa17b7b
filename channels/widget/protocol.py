"""The widget's frames: reading what a browser sends, and the shapes of what it gets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from conversations.events import Event

FRAME_LIMIT = 64 * 1024

# Close codes of the socket; 1009 (too big) and 1007 (not UTF-8) come from the server itself.
PROTOCOL_ERROR = 4400
UNKNOWN_SESSION = 4401
NO_HELLO = 4408
RESTARTING = 1012

_ID = re.compile(r"[A-Za-z0-9._:-]{1,100}")
_LOCALE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}")
_HIGHEST_ID = 2**62


class FrameError(Exception):
    """A frame is not in the agreed form; the text says what is expected."""

    def __init__(self, message: str, client_message_id: str | None = None) -> None:
        super().__init__(message)
        self.client_message_id = client_message_id


@dataclass(frozen=True)
class Hello:
    """The first frame: which session, and the last event that the client has."""

    session: str
    last_event_id: int


@dataclass(frozen=True)
class Send:
    """Something the customer says: text, a tapped option, or the wish for a person."""

    client_message_id: str
    text: str = ""
    choice: str | None = None
    human: bool = False


Plain = Literal["typing", "ping"]


def read_json(data: str | bytes | None) -> dict[str, Any]:
    """A JSON object.

    Raises:
        FrameError: it is none.
    """
    try:
        body = orjson.loads(data or b"")
    except orjson.JSONDecodeError as error:
        raise FrameError("This is not valid JSON. Send one JSON object in UTF-8.") from error
    if not isinstance(body, dict):
        raise FrameError("Send one JSON object.")
    return body


def read_hello(data: str | bytes | None) -> Hello:
    """The first frame of a socket.

    Raises:
        FrameError: it is not `hello`.
    """
    body = read_json(data)
    session = body.get("session")
    if body.get("type") != "hello" or not isinstance(session, str):
        raise FrameError('The first frame has to be {"type":"hello","session":...}.')
    return Hello(session, read_event_id(body.get("last_event_id", 0)))


def read_frame(data: str | bytes | None) -> Send | Plain:
    """Any later frame.

    Raises:
        FrameError: it is not in the agreed form.
    """
    body = read_json(data)
    match body.get("type"):
        case "typing":
            return "typing"
        case "ping":
            return "ping"
        case "message":
            return Send(_client_id(body), text=_text(body, "text"))
        case "choice":
            return Send(_client_id(body), choice=_text(body, "token"))
        case "human":
            return Send(_client_id(body), human=True)
        case _:
            raise FrameError("type: one of message, choice, human, typing, ping is expected.")


def read_post(data: str | bytes | None) -> Send:
    """The body of a message sent over HTTP.

    Raises:
        FrameError: it is not in the agreed form.
    """
    body = read_json(data)
    if body.get("human") is True:
        return Send(_client_id(body), human=True)
    if "choice" in body:
        return Send(_client_id(body), choice=_text(body, "choice"))
    return Send(_client_id(body), text=_text(body, "text"))


def read_event_id(value: object) -> int:
    """The id of an event: a whole number from 0, also as a query's text.

    Raises:
        FrameError: it is none.
    """
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        value = int(value)
    if type(value) is not int or not 0 <= value <= _HIGHEST_ID:
        raise FrameError("An event's id is a whole number from 0.")
    return value


def read_locale(value: object) -> str | None:
    """A browser's locale such as `en-GB`; None where it is odd, for it is only a preference."""
    return value if isinstance(value, str) and _LOCALE.fullmatch(value) else None


def event_frame(event: Event) -> str:
    """An event for the socket."""
    return encode({"type": "event", "event": event.as_json()})


def error_frame(code: str, message: str, client_message_id: str | None, **details: object) -> str:
    """An error for the socket; `client_message_id` names the message that it is about."""
    body = {"type": "error", "code": code, "message": message, **details}
    if client_message_id is not None:
        body["client_message_id"] = client_message_id
    return encode(body)


def encode(body: dict[str, Any]) -> str:
    """JSON text."""
    return orjson.dumps(body).decode()


def _client_id(body: dict[str, Any]) -> str:
    value = body.get("client_message_id")
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise FrameError("client_message_id: an id of your own is expected, such as a UUID.")
    return value


def _text(body: dict[str, Any], key: str) -> str:
    value = body.get(key)
    if not isinstance(value, str):
        raise FrameError(f"{key}: a text is expected.", _client_id(body))
    return value
