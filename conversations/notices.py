"""Notices: what the system tells the customer about the conversation itself."""

from __future__ import annotations

from typing import Any, Literal, Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.events import Event, append_event

NoticeCode = Literal[
    "queued",
    "agent_joined",
    "agent_left",
    "closed",
    "returned",
    "secret_removed",
    "assistant_unavailable",
    "waiting_for_assistant",
]


class Texts(Protocol):
    """The sentences of a language, such as ``notice.queued``."""

    def text(self, key: str, language: str | None, **values: object) -> str:
        """The sentence for `key` in `language`, or in English where that lacks it."""
        ...


async def notice(
    connection: AsyncConnection,
    conversation_id: UUID,
    code: NoticeCode,
    text: str,
    **details: Any,
) -> Event:
    """Tell the customer; `code` lets the widget and the console show it their way."""
    return await append_event(
        connection,
        conversation_id,
        type="notice",
        actor="system",
        payload={"code": code, "text": text, **details},
    )
