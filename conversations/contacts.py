"""Contacts: who writes through a channel."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.tables import contacts


@dataclass(frozen=True)
class Contact:
    """A person as one channel knows them."""

    id: UUID
    channel: str
    external_id: str | None
    name: str | None
    locale: str | None


async def find_or_create_contact(
    connection: AsyncConnection,
    *,
    channel: str,
    external_id: str | None,
    name: str | None = None,
    locale: str | None = None,
) -> Contact:
    """The contact with that platform id; a new one each time where `external_id` is None."""
    new = insert(contacts).values(
        id=uuid4(), channel=channel, external_id=external_id, name=name, locale=locale
    )
    # The update makes RETURNING yield the row also when it was there; a known name stays.
    statement = new.on_conflict_do_update(
        index_elements=["channel", "external_id"],
        set_={
            "name": func.coalesce(new.excluded.name, contacts.c.name),
            "locale": func.coalesce(new.excluded.locale, contacts.c.locale),
        },
    ).returning(
        contacts.c.id,
        contacts.c.channel,
        contacts.c.external_id,
        contacts.c.name,
        contacts.c.locale,
    )
    row = (await connection.execute(statement)).one()
    return Contact(*row)
