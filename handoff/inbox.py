"""What the console lists: conversations at the desk, with all that helps to choose one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Row, Select, and_, func, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.errors import UnknownConversationError
from conversations.events import events_after
from conversations.tables import contacts, conversations, events, records
from handoff.queue import is_open
from handoff.tables import queue_entries

View = Literal["waiting", "mine", "open", "all"]
VIEWS: tuple[View, ...] = ("waiting", "mine", "open", "all")
PAGE = 200
PREVIEW = 160
TRANSCRIPT_PAGE = 500


def _items() -> Select[Any]:
    entry = queue_entries
    latest = (
        select(events.c.payload["text"].astext.label("text"), events.c.at, events.c.actor)
        .where(
            events.c.conversation_id == conversations.c.id,
            events.c.type == "message",
            # What people wrote tells conversations apart; the assistant says the same in many.
            events.c.actor != "assistant",
        )
        .order_by(events.c.id.desc())
        .limit(1)
        .lateral("latest")
    )
    place = (
        select(queue_entries.c.id, func.row_number().over(
            order_by=(queue_entries.c.order_at, queue_entries.c.id)
        ).label("position"))
        .where(is_open, queue_entries.c.taken_at.is_(None))
        .subquery("place")
    )  # fmt: skip
    return (
        select(
            conversations.c.id,
            conversations.c.owner,
            conversations.c.version,
            conversations.c.channel,
            conversations.c.language,
            conversations.c.language_wished,
            conversations.c.agent_id,
            conversations.c.agent_name,
            conversations.c.topic.label("last_topic"),
            conversations.c.updated_at,
            conversations.c.last_event_id,
            contacts.c.id.label("contact_id"),
            contacts.c.name.label("contact_name"),
            entry.c.topic,
            entry.c.priority,
            entry.c.team,
            entry.c.reason,
            entry.c.summary,
            entry.c.entered_at,
            entry.c.taken_at,
            place.c.position,
            latest.c.text.label("last_text"),
            latest.c.at.label("last_at"),
            latest.c.actor.label("last_actor"),
        )
        .select_from(
            conversations.join(contacts, contacts.c.id == conversations.c.contact_id)
            .outerjoin(entry, and_(entry.c.conversation_id == conversations.c.id, is_open))
            .outerjoin(place, place.c.id == entry.c.id)
            .outerjoin(latest, true())
        )
    )  # fmt: skip


async def list_items(
    connection: AsyncConnection, view: View, *, agent_id: UUID, limit: int = PAGE
) -> list[dict[str, Any]]:
    """Items of a view: the waiting in the queue's order, the others by last activity."""
    statement = _items()
    match view:
        case "waiting":
            statement = statement.where(conversations.c.owner == "waiting").order_by(
                queue_entries.c.order_at, queue_entries.c.id
            )
        case "mine":
            statement = statement.where(
                conversations.c.owner == "human", conversations.c.agent_id == agent_id
            ).order_by(conversations.c.updated_at.desc())
        case "open":
            statement = statement.where(conversations.c.owner.in_(("waiting", "human"))).order_by(
                queue_entries.c.order_at, queue_entries.c.id
            )
        case "all":
            statement = statement.where(conversations.c.last_event_id > 0).order_by(
                conversations.c.updated_at.desc()
            )
    return [_as_json(row) for row in await connection.execute(statement.limit(limit))]


async def load_item(connection: AsyncConnection, conversation_id: UUID) -> dict[str, Any]:
    """One item.

    Raises:
        UnknownConversationError: there is none of that id.
    """
    row = (
        await connection.execute(_items().where(conversations.c.id == conversation_id))
    ).one_or_none()
    if row is None:
        raise UnknownConversationError
    return _as_json(row)


async def load_items(
    connection: AsyncConnection, conversation_ids: Sequence[UUID]
) -> list[dict[str, Any]]:
    """Several items, for the live feed."""
    rows = await connection.execute(_items().where(conversations.c.id.in_(conversation_ids)))
    return [_as_json(row) for row in rows]


async def load_transcript(
    connection: AsyncConnection, conversation_id: UUID, *, after: int = 0
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """All events, notes too, and the routing records by the id of the message they are about."""
    found: list[dict[str, Any]] = []
    last = after
    while True:
        page = await events_after(
            connection, conversation_id, last, internal=True, limit=TRANSCRIPT_PAGE
        )
        found += [event.as_json() for event in page]
        if len(page) < TRANSCRIPT_PAGE:
            break
        last = page[-1].id
    kept = await connection.execute(
        select(records.c.event_id, records.c.record).where(
            records.c.conversation_id == conversation_id, records.c.event_id > after
        )
    )
    return found, {str(event_id): record for event_id, record in kept}


def _as_json(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "owner": row.owner,
        "version": row.version,
        "channel": row.channel,
        "contact": {
            "id": str(row.contact_id),
            "name": row.contact_name or f"Visitor {str(row.contact_id)[:4]}",
        },
        "language": row.language,
        "language_wished": row.language_wished,
        "topic": row.topic or row.last_topic,
        "priority": row.priority or "normal",
        "team": row.team,
        "reason": row.reason,
        "summary": row.summary or "",
        "waiting_since": _iso(row.entered_at) if row.owner == "waiting" else None,
        "taken_at": _iso(row.taken_at),
        "position": row.position,
        "agent": (
            {"id": str(row.agent_id), "name": row.agent_name} if row.agent_id else None
        ),
        "last_message": (
            {"text": (row.last_text or "")[:PREVIEW], "at": _iso(row.last_at),
             "actor": row.last_actor}
            if row.last_at
            else None
        ),
        "updated_at": _iso(row.updated_at),
        "last_event_id": row.last_event_id,
    }  # fmt: skip


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None
