"""Conversations that ended without a good answer, written straight into a database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.contacts import find_or_create_contact
from conversations.conversation import start_conversation
from conversations.database import Transactions
from conversations.events import append_event
from conversations.records import save_record
from conversations.tables import events

MATERIAL = Path(__file__).parents[1] / "data" / "learning" / "messages.jsonl"


@dataclass(frozen=True)
class Asked:
    """One message of the material; `group` is None for what stands alone."""

    text: str
    language: str
    group: str | None


def material() -> list[Asked]:
    """Messages in three languages, most of them of some matter that no article answers."""
    lines = MATERIAL.read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [Asked(row["text"], row["language"], row["group"]) for row in rows]


async def ask_in_vain(
    database: Transactions,
    text: str,
    *,
    language: str = "en",
    answer: str | None = None,
    days_ago: float = 0,
    name: str | None = None,
    decision: str = "handoff",
    reason: str = "no_article",
    **record: Any,
) -> UUID:
    """One customer asks and is passed on; `answer` is what an agent wrote then."""

    async def write(connection: AsyncConnection) -> UUID:
        contact = await find_or_create_contact(
            connection, channel="widget", external_id=uuid4().hex, name=name
        )
        conversation = await start_conversation(
            connection, contact_id=contact.id, channel="widget", language=language
        )
        asked = await append_event(
            connection, conversation.id, type="message", actor="customer", payload={"text": text}
        )
        decided = {"decision": decision, "reason": reason, "language": language, **record}
        await save_record(connection, conversation.id, asked.id, decided)
        if answer is not None:
            for action in ("hand_off", "take"):
                await append_event(
                    connection, conversation.id, type="ownership", actor="system",
                    visibility="internal", payload={"action": action, "reason": reason},
                )  # fmt: skip
            await append_event(
                connection, conversation.id, type="message", actor="agent",
                payload={"text": answer, "agent": {"name": "Mia"}},
            )  # fmt: skip
        if days_ago:
            await connection.execute(
                update(events)
                .where(events.c.conversation_id == conversation.id)
                .values(at=datetime.now(UTC) - timedelta(days=days_ago))
            )
        return conversation.id

    return await database.run(write)


async def all_ask(database: Transactions, texts: Sequence[str], **details: Any) -> list[UUID]:
    """As many customers as there are texts."""
    return [await ask_in_vain(database, text, **details) for text in texts]


async def not_solved(database: Transactions, conversation_id: UUID, article: str) -> None:
    """The customer says of an answer that it did not help."""

    async def write(connection: AsyncConnection) -> None:
        said = await append_event(
            connection, conversation_id, type="message", actor="customer", payload={"text": "No"}
        )
        verdict = {"article": article, "solved": False}
        record = {"decision": "clarify", "reason": "not_solved", "solved": verdict}
        await save_record(connection, conversation_id, said.id, record)

    await database.run(write)
