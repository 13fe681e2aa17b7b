"""The language of a conversation: what is kept of it, and the port that tells it from messages."""

from __future__ import annotations

from typing import Any, Protocol

from conversations.conversation import Conversation

# As JSON: `language` (two letters or None), `wished` when the customer asked for it, `heard`
# another language that the latest message was in.
Spoken = dict[str, Any]


class Languages(Protocol):
    """Tells which language is spoken."""

    def of_locale(self, locale: str | None) -> str | None:
        """The language to begin with for a browser or embedding page set to `locale`; None where
        that tells nothing.
        """
        ...

    def after(self, text: str, spoken: Spoken) -> Spoken:
        """What is spoken after a customer's message."""
        ...


def spoken(conversation: Conversation) -> Spoken:
    """What a conversation was held in so far."""
    return {
        "language": conversation.language,
        "wished": conversation.language_wished,
        "heard": conversation.language_heard,
    }
