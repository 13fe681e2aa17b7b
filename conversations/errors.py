"""What can go wrong in a conversation. Each error has a code and says what to do next."""

from __future__ import annotations

from datetime import datetime


class ConversationError(Exception):
    """Root of this package's errors. `code` is stable, the text is for people."""

    code = "conversation_error"

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (self.__doc__ or "").strip())


class UnknownConversationError(ConversationError):
    """There is no such conversation. Start one through a channel."""

    code = "unknown_conversation"


class VersionConflictError(ConversationError):
    """Somebody else changed the conversation first. Read it again and decide anew."""

    code = "version_conflict"

    def __init__(self, *, expected: int, current: int, owner: str) -> None:
        super().__init__(
            f"The conversation is at version {current} (owner {owner}), not {expected}: somebody "
            "else changed it first. Read it again and decide anew."
        )
        self.expected = expected
        self.current = current
        self.owner = owner


class TransitionError(ConversationError):
    """The conversation's owner does not allow this."""

    code = "transition_not_allowed"

    def __init__(self, *, owner: str, action: str, allowed: str) -> None:
        super().__init__(
            f"{action!r} is not possible while the conversation's owner is {owner!r}; "
            f"possible now: {allowed}."
        )
        self.owner = owner
        self.action = action


class EmptyMessageError(ConversationError):
    """The message is empty. Write some text."""

    code = "empty"


class BadChoiceError(ConversationError):
    """This option is no longer open. Choose among the latest ones or write your question."""

    code = "bad_choice"


class RateLimitedError(ConversationError):
    """Too many messages at once. Wait a moment and send it again."""

    code = "rate_limited"

    def __init__(self, retry_after: float) -> None:
        super().__init__(
            f"Too many messages at once. Wait {max(1, round(retry_after))} s and send it again."
        )
        self.retry_after = retry_after


class SessionError(ConversationError):
    """The session is unknown or has expired. Start a new one."""

    code = "unknown_session"


class AssistantError(ConversationError):
    """The assistant failed to answer a turn."""

    code = "assistant_failed"


class AssistantStartingError(AssistantError):
    """The assistant does not listen yet, or its connection broke. Ask again shortly."""

    code = "assistant_starting"


class TurnWaitsError(ConversationError):
    """The turn has to wait for the assistant. Run it again at `retry_at`, the database's time."""

    code = "turn_waits"

    def __init__(self, retry_at: datetime) -> None:
        super().__init__()
        self.retry_at = retry_at


class AssistantFailedError(AssistantError):
    """The assistant took the turn and had no answer to it. A person has to take over."""

    code = "assistant_failed"
