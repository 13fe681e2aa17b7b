"""The event log: the truth about a conversation, numbered from 1 without gaps.

Every insert also sends a notification in the same transaction. The notification is a hint that
wakes listeners at once; who missed it finds the event in the log.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, column, func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.errors import UnknownConversationError
from conversations.tables import events

NOTIFY_CHANNEL = "teller_events"  # also in the statement below

EventType = Literal["message", "notice", "note", "ownership"]
Actor = Literal["customer", "assistant", "agent", "system"]
Visibility = Literal["public", "internal"]


@dataclass(frozen=True)
class Event:
    """One thing that happened. `payload` holds what the type needs, such as `text`."""

    conversation_id: UUID
    id: int
    type: EventType
    actor: Actor
    visibility: Visibility
    payload: dict[str, Any]
    client_message_id: str | None
    at: datetime

    def as_json(self) -> dict[str, Any]:
        """The event as the widget and the console read it."""
        body: dict[str, Any] = {
            "id": self.id,
            "type": self.type,
            "actor": self.actor,
            "at": self.at.astimezone(UTC).isoformat(),
            **self.payload,
        }
        if self.client_message_id is not None:
            body["client_message_id"] = self.client_message_id
        return body


EVENT_COLUMNS = [events.c[name] for name in Event.__dataclass_fields__]

# One round trip: take the next number under the conversation's lock, insert, queue for a pushing
# channel what the customer has not written, notify.
_append = (
    text(
        """
    WITH numbered AS (
        UPDATE teller.conversations
        SET last_event_id = last_event_id + 1, updated_at = clock_timestamp()
        WHERE id = :conversation
        RETURNING id, last_event_id, channel, push
    ), appended AS (
        INSERT INTO teller.events
            (conversation_id, id, type, actor, visibility, payload, client_message_id)
        SELECT id, last_event_id, :type, :actor, :visibility, :payload, :client_message_id
        FROM numbered
        RETURNING conversation_id, id, type, actor, visibility, payload, client_message_id, at
    ), queued AS (
        INSERT INTO teller.outbox (conversation_id, event_id, channel)
        SELECT id, last_event_id, channel
        FROM numbered
        WHERE push AND :visibility = 'public' AND :actor <> 'customer'
    )
    SELECT appended.*, pg_notify('teller_events', conversation_id || ':' || id) FROM appended
    """
    )
    .bindparams(
        bindparam("conversation", type_=Uuid()),
        bindparam("type", type_=Text()),
        bindparam("actor", type_=Text()),
        bindparam("visibility", type_=Text()),
        bindparam("payload", type_=JSONB()),
        bindparam("client_message_id", type_=Text()),
    )
    .columns(*EVENT_COLUMNS, column("notified"))
)


async def append_event(
    connection: AsyncConnection,
    conversation_id: UUID,
    *,
    type: EventType,  # noqa: A002  the word of the protocol
    actor: Actor,
    payload: dict[str, Any],
    visibility: Visibility = "public",
    client_message_id: str | None = None,
) -> Event:
    """Append to the log; it holds the conversation's row lock until the transaction ends.

    A `client_message_id` is unique in its conversation: ask `find_by_client_message_id` first,
    under the lock of `lock_conversation`.

    Raises:
        UnknownConversationError: there is none of that id.
    """
    result = await connection.execute(
        _append,
        {
            "conversation": conversation_id,
            "type": type,
            "actor": actor,
            "visibility": visibility,
            "payload": payload,
            "client_message_id": client_message_id,
        },
    )
    row = result.one_or_none()
    if row is None:
        raise UnknownConversationError
    return Event(*row[:-1])


async def find_by_client_message_id(
    connection: AsyncConnection, conversation_id: UUID, client_message_id: str
) -> Event | None:
    """The event that a client has sent already under this id of its own."""
    statement = select(*EVENT_COLUMNS).where(
        events.c.conversation_id == conversation_id,
        events.c.client_message_id == client_message_id,
    )
    row = (await connection.execute(statement)).one_or_none()
    return Event(*row) if row else None


async def load_event(
    connection: AsyncConnection, conversation_id: UUID, event_id: int
) -> Event | None:
    """One event of the log."""
    statement = select(*EVENT_COLUMNS).where(
        events.c.conversation_id == conversation_id, events.c.id == event_id
    )
    row = (await connection.execute(statement)).one_or_none()
    return Event(*row) if row else None


async def events_after(
    connection: AsyncConnection,
    conversation_id: UUID,
    after: int,
    *,
    internal: bool = False,
    limit: int = 200,
) -> Sequence[Event]:
    """Events with an id above `after`, oldest first; `internal` adds what customers never see."""
    statement = (
        select(*EVENT_COLUMNS)
        .where(events.c.conversation_id == conversation_id, events.c.id > after)
        .order_by(events.c.id)
        .limit(limit)
    )
    if not internal:
        statement = statement.where(events.c.visibility == "public")
    return [Event(*row) for row in await connection.execute(statement)]


async def signal(connection: AsyncConnection, conversation_id: UUID, what: str) -> None:
    """Wake the conversation's listeners without an event: `state`, or `typing:agent`."""
    await connection.execute(select(func.pg_notify(NOTIFY_CHANNEL, f"{conversation_id}:{what}")))
