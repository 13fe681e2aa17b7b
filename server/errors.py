"""Every HTTP error of the public server in one JSON shape."""

from __future__ import annotations

from typing import Any

import structlog
from sanic import HTTPResponse, Request, json
from sanic.exceptions import SanicException
from sanic.handlers import ErrorHandler

from server.database import is_passing

log = structlog.get_logger()

_SAID = {
    400: ("bad_request", "The request cannot be read. Send valid HTTP with a JSON body in UTF-8."),
    401: ("unauthorized", "Sign in first."),
    403: ("forbidden", "This is not allowed."),
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not take that method."),
    408: ("timeout", "The request took too long. Send it again."),
    413: ("too_large", "The request is too large."),
    417: ("expectation_failed", "The request's Expect header cannot be met."),
    500: ("internal_error", "Something went wrong on our side. Try again in a moment."),
    503: ("unavailable", "Part of the service is starting again. Try again in a moment."),
}


def error_response(
    status: int,
    code: str | None = None,
    message: str | None = None,
    *,
    headers: dict[str, str] | None = None,
    **details: Any,
) -> HTTPResponse:
    """`{"error": {"code", "message"}}`; what is not given is what is usual for `status`."""
    usual = _SAID.get(status) or _SAID[400 if status < 500 else 500]
    body = {"code": code or usual[0], "message": message or usual[1], **details}
    return json({"error": body}, status=status, headers=headers)


class JsonErrors(ErrorHandler):
    """Answers whatever no route has handled; nothing of the inside gets out."""

    def default(self, request: Request, exception: Exception) -> HTTPResponse:
        """The response to an exception."""
        if isinstance(exception, SanicException):
            status = exception.status_code or 500
            if status >= 500:
                log.error("request_failed", path=request.path, error=type(exception).__name__)
            return error_response(status, headers=dict(exception.headers))
        if is_passing(exception):
            log.warning("request_without_database", path=request.path)
            return error_response(503, headers={"retry-after": "1"})
        log.error("request_failed", path=request.path, exc_info=exception)
        return error_response(500)
