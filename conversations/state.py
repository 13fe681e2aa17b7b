"""The state of a conversation as its customer sees it: who has it, and what goes on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.errors import UnknownConversationError
from conversations.handoff import HandoffQueue
from conversations.tables import conversations, turns


async def public_state(
    connection: AsyncConnection, conversation_id: UUID, *, queue: HandoffQueue, assistant: str
) -> dict[str, Any]:
    """State JSON of the widget protocol.

    Args:
        queue: asked for the position of a waiting conversation.
        assistant: `ready`, `starting` or `down`.

    Raises:
        UnknownConversationError: there is none of that id.
    """
    pending = exists().where(
        turns.c.conversation_id == conversations.c.id, turns.c.state == "pending"
    )
    statement = select(
        conversations.c.owner, conversations.c.agent_name, pending.label("pending")
    ).where(conversations.c.id == conversation_id)
    row = (await connection.execute(statement)).one_or_none()
    if row is None:
        raise UnknownConversationError
    waiting = row.owner == "waiting"
    return {
        "id": str(conversation_id),
        "owner": row.owner,
        "assistant": assistant,
        "queue": await queue.position(connection, conversation_id) if waiting else None,
        "agent": {"name": row.agent_name} if row.owner == "human" and row.agent_name else None,
        "pending": row.owner == "bot" and row.pending,
    }
