"""Options offered as buttons. Outside, each is an opaque token; its meaning stays here.

A token works in its own conversation only, once, and only until something newer was said.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.errors import BadChoiceError
from conversations.tables import choices

LONGEST_TOKEN = 64


@dataclass(frozen=True)
class Offer:
    """One option before it is shown: its token, what the customer reads, what it stands for."""

    token: str
    label: str
    choice: dict[str, Any]

    def as_json(self) -> dict[str, str]:
        """What the customer's side gets."""
        return {"token": self.token, "label": self.label}


def make_offers(options: Sequence[dict[str, Any]]) -> list[Offer]:
    """Tokens for the assistant's `[{"label", "choice"}]`."""
    return [
        Offer(secrets.token_urlsafe(16), str(option["label"]), dict(option["choice"]))
        for option in options
    ]


async def save_offers(
    connection: AsyncConnection, conversation_id: UUID, event_id: int, offers: Sequence[Offer]
) -> None:
    """Keep what the tokens shown with an event stand for."""
    if offers:
        await connection.execute(
            insert(choices),
            [
                {
                    "token": offer.token,
                    "conversation_id": conversation_id,
                    "event_id": event_id,
                    "label": offer.label,
                    "choice": offer.choice,
                }
                for offer in offers
            ],
        )


async def use_offer(connection: AsyncConnection, conversation_id: UUID, token: str) -> Offer:
    """Take the option behind `token`; the caller holds the conversation's lock.

    Raises:
        BadChoiceError: it is not this conversation's, was used, or something newer was said.
    """
    statement = select(choices.c.token, choices.c.label, choices.c.choice).where(
        choices.c.token == token[:LONGEST_TOKEN],
        choices.c.conversation_id == conversation_id,
        choices.c.state == "open",
    )
    row = (await connection.execute(statement)).one_or_none()
    if row is None:
        raise BadChoiceError
    await connection.execute(update(choices).where(choices.c.token == token).values(state="used"))
    return Offer(row.token, row.label, row.choice)


async def supersede_offers(connection: AsyncConnection, conversation_id: UUID) -> None:
    """Close every open option of the conversation."""
    await connection.execute(
        update(choices)
        .where(choices.c.conversation_id == conversation_id, choices.c.state == "open")
        .values(state="superseded")
    )
