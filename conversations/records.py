"""Routing records: why the assistant did what it did, beside the message that asked for it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.tables import records


async def save_record(
    connection: AsyncConnection, conversation_id: UUID, event_id: int, record: dict[str, Any]
) -> None:
    """Keep the record of one customer message; the first one stays."""
    await connection.execute(
        insert(records)
        .values(conversation_id=conversation_id, event_id=event_id, record=record)
        .on_conflict_do_nothing()
    )


async def load_records(
    connection: AsyncConnection, conversation_id: UUID, *, after: int = 0
) -> dict[int, dict[str, Any]]:
    """Records of a conversation by the id of the customer's message, of events above `after`."""
    statement = select(records.c.event_id, records.c.record).where(
        records.c.conversation_id == conversation_id, records.c.event_id > after
    )
    return {row.event_id: row.record for row in await connection.execute(statement)}
