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

from sqlalchemy import String, bindparam, cast, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.errors import UnknownConversationError
from conversations.tables import conversations, events

NOTIFY_CHANNEL = "teller_events"

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


_EVENT_COLUMNS = [events.c[name] for name in Event.__dataclass_fields__]

_numbered = (
    update(conversations)
    .where(conversations.c.id == bindparam("conversation"))
    .values(last_event_id=conversations.c.last_event_id + 1, updated_at=func.clock_timestamp())
    .returning(conversations.c.id, conversations.c.last_event_id)
    .cte("numbered")
)
# One statement: take the next number under the conversation's lock, insert, notify.
_append = (
    insert(events)
    .from_select(
        [
            "conversation_id",
            "id",
            "type",
            "actor",
            "visibility",
            "payload",
            "client_message_id",
        ],
        select(
            _numbered.c.id,
            _numbered.c.last_event_id,
            bindparam("type", type_=events.c.type.type),
            bindparam("actor", type_=events.c.actor.type),
            bindparam("visibility", type_=events.c.visibility.type),
            bindparam("payload", type_=events.c.payload.type),
            bindparam("client_message_id", type_=events.c.client_message_id.type),
        ),
    )
    .returning(
        *_EVENT_COLUMNS,
        func.pg_notify(
            NOTIFY_CHANNEL,
            cast(events.c.conversation_id, String)
            + literal(":", String)
            + cast(events.c.id, String),
        ),
    )
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
    statement = select(*_EVENT_COLUMNS).where(
        events.c.conversation_id == conversation_id,
        events.c.client_message_id == client_message_id,
    )
    row = (await connection.execute(statement)).one_or_none()
    return Event(*row) if row else None


async def load_event(
    connection: AsyncConnection, conversation_id: UUID, event_id: int
) -> Event | None:
    """One event of the log."""
    statement = select(*_EVENT_COLUMNS).where(
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
        select(*_EVENT_COLUMNS)
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
