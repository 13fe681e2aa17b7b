"""Sessions of the web widget: who holds the token may read and write one conversation.

The server issues the token; only its hash is kept, so that a copy of the database opens nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.contacts import find_or_create_contact
from conversations.conversation import start_conversation
from conversations.errors import SessionError
from conversations.tables import widget_sessions

TOKEN_BYTES = 32
# A longer token is not one of ours; hashing megabytes of it would be work for nothing.
LONGEST_TOKEN = 100


@dataclass(frozen=True)
class Session:
    """What a valid token opens."""

    contact_id: UUID
    conversation_id: UUID
    expires_at: datetime


async def open_session(
    connection: AsyncConnection,
    *,
    lifetime: timedelta,
    locale: str | None = None,
    language: str | None = None,
) -> tuple[str, Session]:
    """A new anonymous contact with a conversation; returns the token, which is shown only here.

    Args:
        locale: what the browser or the embedding page is set to.
        language: what the conversation begins in, if that is known.
    """
    contact = await find_or_create_contact(
        connection, channel="widget", external_id=None, locale=locale
    )
    conversation = await start_conversation(
        connection, contact_id=contact.id, channel="widget", language=language
    )
    token = secrets.token_urlsafe(TOKEN_BYTES)
    result = await connection.execute(
        insert(widget_sessions)
        .values(
            token_hash=_hash(token),
            contact_id=contact.id,
            conversation_id=conversation.id,
            expires_at=func.now() + lifetime,
        )
        .returning(widget_sessions.c.expires_at)
    )
    return token, Session(contact.id, conversation.id, result.scalar_one())


async def find_session(connection: AsyncConnection, token: str) -> Session:
    """What `token` opens.

    Raises:
        SessionError: nothing, or not any more.
    """
    if not 0 < len(token) <= LONGEST_TOKEN:
        raise SessionError
    statement = select(
        widget_sessions.c.contact_id,
        widget_sessions.c.conversation_id,
        widget_sessions.c.expires_at,
    ).where(widget_sessions.c.token_hash == _hash(token), widget_sessions.c.expires_at > func.now())
    row = (await connection.execute(statement)).one_or_none()
    if row is None:
        raise SessionError
    return Session(row.contact_id, row.conversation_id, row.expires_at)


async def delete_expired_sessions(connection: AsyncConnection) -> int:
    """Forget tokens that open nothing any more; returns how many."""
    result = await connection.execute(
        delete(widget_sessions).where(widget_sessions.c.expires_at < func.now())
    )
    return result.rowcount


def _hash(token: str) -> bytes:
    # A plain hash is enough: the token is 256 random bits, nobody guesses it.
    return hashlib.sha256(token.encode(errors="replace")).digest()
