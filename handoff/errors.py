"""What can go wrong at the agents' desk. Each error has a code and says what to do next."""

from __future__ import annotations


class HandoffError(Exception):
    """Root of this package's errors. `code` is stable, `status` is the HTTP status."""

    code = "handoff_error"
    status = 400

    def __init__(self, message: str | None = None, **details: object) -> None:
        super().__init__(message or (self.__doc__ or "").strip())
        self.details = details


class SignInError(HandoffError):
    """E-mail or password is wrong. Check both and try again."""

    code = "sign_in_failed"
    status = 401


class TooManyAttemptsError(HandoffError):
    """Too many failed sign-ins. Wait a few minutes and try again."""

    code = "too_many_attempts"
    status = 429


class NotSignedInError(HandoffError):
    """You are not signed in, or your session has ended. Sign in again."""

    code = "not_signed_in"
    status = 401


class ForgeryError(HandoffError):
    """The header X-Teller-CSRF is missing or wrong. Reload the console and try again."""

    code = "csrf"
    status = 403


class AlreadyTakenError(HandoffError):
    """Somebody else has taken this conversation."""

    code = "already_taken"
    status = 409


class NotYoursError(HandoffError):
    """This conversation is not yours. Take it first."""

    code = "not_yours"
    status = 409


class AgentExistsError(HandoffError):
    """There is an agent with this e-mail address already."""

    code = "agent_exists"
    status = 409


class BadAgentError(HandoffError):
    """The agent's details are not valid."""

    code = "bad_agent"
    status = 400


class BadRequestError(HandoffError):
    """The request is not valid."""

    code = "bad_request"
    status = 400
