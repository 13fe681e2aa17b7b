"""What the editors' interfaces share: who asks, what the body says, how an error is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sanic import HTTPResponse, Request, json

from conversations.database import Transactions
from editorial.errors import EditorialError, NotAnEditorError
from editorial.revisions import Author
from handoff import sessions
from handoff.agents import EDITORS
from handoff.console import COOKIE
from handoff.errors import HandoffError


async def reading(database: Transactions, request: Request) -> Author:
    """The editor whose session a request has.

    Raises:
        HandoffError: nobody is signed in.
        NotAnEditorError: somebody else is.
    """
    return (await _signed_in(database, request))[1]


async def writing(database: Transactions, request: Request) -> Author:
    """The same for a request that changes something, which has to carry the session's token."""
    signed_in, author = await _signed_in(database, request)
    sessions.check_csrf(signed_in, request.headers.get("x-teller-csrf"))
    return author


async def _signed_in(database: Transactions, request: Request) -> tuple[sessions.SignedIn, Author]:
    token = request.cookies.get(COOKIE)
    signed_in = await database.run(lambda c: sessions.authenticate(c, token))
    if signed_in.agent.role not in EDITORS:
        raise NotAnEditorError
    return signed_in, Author(signed_in.agent.id, signed_in.agent.name)


def error_response(_request: Request, error: HandoffError | EditorialError) -> HTTPResponse:
    """An error as JSON: its code, its message, and what it tells beside."""
    return json(
        {"error": {"code": error.code, "message": str(error), **error.details}},
        status=error.status,
    )


class Body:
    """The JSON object that a request carries.

    Args:
        bad: raised with what is wrong.
    """

    def __init__(self, values: object, bad: type[EditorialError]) -> None:
        if not isinstance(values, dict):
            raise bad("A JSON object is expected.")
        self.values: Mapping[str, Any] = values
        self._bad = bad

    @classmethod
    def of(cls, request: Request, bad: type[EditorialError]) -> Body:
        """The body of a request; none is an empty one."""
        return cls(request.json if request.body else {}, bad)

    def get(self, key: str) -> Any:
        """A value as it is, or None."""
        return self.values.get(key)

    def text(self, key: str, *, longest: int = 200) -> str:
        """A text that has to be there, at most `longest` characters."""
        value = self.values.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self._bad(f"{key}: a text is expected.")
        if len(value) > longest:
            raise self._bad(f"{key}: {len(value)} characters; at most {longest} fit.")
        if "\x00" in value:
            raise self._bad(f"{key}: holds a NUL character.")
        # Browsers may send the line ends of another system.
        return value.replace("\r\n", "\n")

    def optional(self, key: str, *, longest: int = 200) -> str | None:
        """The same where something is given; blanks are nothing."""
        value = self.values.get(key)
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        return self.text(key, longest=longest)
