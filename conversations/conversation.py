"""Conversations: starting, reading and locking the record with one contact."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.errors import UnknownConversationError
from conversations.tables import conversations


@dataclass(frozen=True)
class Conversation:
    """A conversation as it was read; `version` fences what is decided on it."""

    id: UUID
    contact_id: UUID
    channel: str
    owner: str
    version: int
    agent_id: UUID | None
    agent_name: str | None
    language: str | None
    language_wished: bool
    language_heard: str | None
    topic: str | None
    clarifications: int
    last_event_id: int
    created_at: datetime
    updated_at: datetime


COLUMNS = [conversations.c[name] for name in Conversation.__dataclass_fields__]


def from_row(row: Row[Any]) -> Conversation:
    """A `Conversation` of a row selected with `COLUMNS`."""
    return Conversation(**row._mapping)


async def start_conversation(
    connection: AsyncConnection,
    *,
    contact_id: UUID,
    channel: str,
    push: bool = False,
    language: str | None = None,
) -> Conversation:
    """A new conversation, owned by the assistant.

    Args:
        push: whether events go out through the outbox (True) or the channel reads the log.
    """
    statement = (
        insert(conversations)
        .values(id=uuid4(), contact_id=contact_id, channel=channel, push=push, language=language)
        .returning(*COLUMNS)
    )
    return from_row((await connection.execute(statement)).one())


async def load_conversation(connection: AsyncConnection, conversation_id: UUID) -> Conversation:
    """Read without a lock.

    Raises:
        UnknownConversationError: there is none of that id.
    """
    return await _read(connection, conversation_id, lock=False)


async def lock_conversation(connection: AsyncConnection, conversation_id: UUID) -> Conversation:
    """Read and hold its row lock until the transaction ends; writers of one conversation queue up.

    Raises:
        UnknownConversationError: there is none of that id.
    """
    return await _read(connection, conversation_id, lock=True)


async def _read(connection: AsyncConnection, conversation_id: UUID, *, lock: bool) -> Conversation:
    statement = select(*COLUMNS).where(conversations.c.id == conversation_id)
    if lock:
        statement = statement.with_for_update()
    row = (await connection.execute(statement)).one_or_none()
    if row is None:
        raise UnknownConversationError
    return from_row(row)


async def set_details(
    connection: AsyncConnection,
    conversation_id: UUID,
    *,
    topic: str | None = None,
    clarifications: int | None = None,
) -> None:
    """Note what a turn taught about the conversation; None leaves a detail as it is."""
    values = {"topic": topic, "clarifications": clarifications}
    values = {name: value for name, value in values.items() if value is not None}
    if values:
        await connection.execute(
            update(conversations).where(conversations.c.id == conversation_id).values(**values)
        )


async def set_language(
    connection: AsyncConnection,
    conversation: Conversation,
    *,
    language: str | None,
    wished: bool,
    heard: str | None,
) -> Conversation:
    """Note what the conversation is held in; returns it so."""
    changed = replace(conversation, language=language, language_wished=wished, language_heard=heard)
    if changed != conversation:
        await connection.execute(
            update(conversations)
            .where(conversations.c.id == conversation.id)
            .values(language=language, language_wished=wished, language_heard=heard)
        )
    return changed
