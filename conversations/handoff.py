"""Handing a conversation to people: the port that the queue implements, and the act itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.conversation import Conversation, set_details
from conversations.events import Actor
from conversations.notices import Texts, notice
from conversations.ownership import change_owner

Priority = Literal["urgent", "high", "normal"]


@dataclass(frozen=True)
class HandoffRequest:
    """Why a person is needed and who should come."""

    reason: str
    priority: Priority = "normal"
    team: str = "general"
    topic: str | None = None
    summary: str = ""

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> HandoffRequest:
        """Read the assistant's `handoff`; what is missing or odd becomes the default."""
        priority = body.get("priority")
        return cls(
            reason=str(body.get("reason") or "unspecified"),
            priority=priority if priority in ("urgent", "high", "normal") else "normal",
            team=str(body.get("team") or "general"),
            topic=body.get("topic"),
            summary=str(body.get("summary") or ""),
        )


class HandoffQueue(Protocol):
    """The queue of people's work. Both calls run in the caller's transaction."""

    async def enqueue(
        self,
        connection: AsyncConnection,
        conversation_id: UUID,
        *,
        reason: str,
        priority: str,
        team: str,
        topic: str | None,
        language: str | None,
        summary: str,
    ) -> None:
        """Put the conversation into the queue. Its owner is `waiting` already."""
        ...

    async def position(
        self, connection: AsyncConnection, conversation_id: UUID
    ) -> dict[str, Any] | None:
        """While it waits: `position`, `wait_seconds` ([low, high] or None), `agents_online`, and
        `promise_seconds`, within which the exchange answers in any case."""
        ...


async def hand_off(
    connection: AsyncConnection,
    conversation: Conversation,
    request: HandoffRequest,
    *,
    queue: HandoffQueue,
    texts: Texts,
    actor: Actor = "system",
) -> Conversation:
    """Move a conversation (locked by the caller) to the queue and tell the customer."""
    waiting = await change_owner(
        connection, conversation.id, "hand_off", actor=actor, reason=request.reason
    )
    await set_details(connection, conversation.id, topic=request.topic)
    await queue.enqueue(
        connection,
        conversation.id,
        reason=request.reason,
        priority=request.priority,
        team=request.team,
        topic=request.topic or conversation.topic,
        language=conversation.language,
        summary=request.summary,
    )
    await notice(
        connection,
        conversation.id,
        "queued",
        texts.text("notice.queued", conversation.language),
    )
    return waiting
