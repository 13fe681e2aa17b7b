"""A conversation as its customer sees it: new events, who has it, and what goes on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.errors import UnknownConversationError
from conversations.events import EVENT_COLUMNS, Event
from conversations.handoff import HandoffQueue
from conversations.tables import conversations, events, turns


async def read_public(
    connection: AsyncConnection,
    conversation_id: UUID,
    *,
    after: int,
    limit: int,
    queue: HandoffQueue,
    assistant: str,
) -> tuple[list[Event], dict[str, Any]]:
    """Public events above `after`, oldest first, and the State JSON of the widget protocol.

    Args:
        limit: at most so many events.
        queue: asked for the position of a waiting conversation.
        assistant: `ready`, `starting` or `down`.

    Raises:
        UnknownConversationError: there is none of that id.
    """
    pending = exists().where(
        turns.c.conversation_id == conversations.c.id, turns.c.state == "pending"
    )
    newer = and_(
        events.c.conversation_id == conversations.c.id,
        events.c.id > after,
        events.c.visibility == "public",
    )
    # One statement, for every message of every customer comes through here twice.
    statement = (
        select(
            conversations.c.owner,
            conversations.c.agent_name,
            conversations.c.language,
            pending.label("pending"),
            *EVENT_COLUMNS,
        )
        .select_from(conversations.outerjoin(events, newer))
        .where(conversations.c.id == conversation_id)
        .order_by(events.c.id)
        .limit(limit)
    )
    rows = (await connection.execute(statement)).all()
    if not rows:
        raise UnknownConversationError
    owner, agent_name, language, is_pending = rows[0][:4]
    waiting = owner == "waiting"
    state = {
        "id": str(conversation_id),
        "owner": owner,
        "language": language,
        "assistant": assistant,
        "queue": await queue.position(connection, conversation_id) if waiting else None,
        "agent": {"name": agent_name} if owner == "human" and agent_name else None,
        "pending": owner == "bot" and is_pending,
    }
    return [Event(*row[4:]) for row in rows if row.id is not None], state
