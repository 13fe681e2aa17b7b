"""The event log and ownership under concurrent writers, on real PostgreSQL."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.contacts import find_or_create_contact
from conversations.conversation import Conversation, load_conversation, start_conversation
from conversations.errors import (
    SessionError,
    UnknownConversationError,
    VersionConflictError,
)
from conversations.events import append_event, events_after
from conversations.ownership import change_owner
from conversations.sessions import find_session, open_session
from conversations.tables import conversations, events
from server.database import Database


@pytest.fixture
async def conversation(database: Database) -> Conversation:
    async def work(connection: AsyncConnection) -> Conversation:
        contact = await find_or_create_contact(connection, channel="widget", external_id=None)
        return await start_conversation(connection, contact_id=contact.id, channel="widget")

    return await database.run(work)


async def say(database: Database, conversation: Conversation, text: str = "hi", **more: str) -> int:
    async def work(connection: AsyncConnection) -> int:
        event = await append_event(
            connection,
            conversation.id,
            type="message",
            actor="customer",
            payload={"text": text},
            **more,  # type: ignore[arg-type]
        )
        return event.id

    return await database.run(work)


async def test_ids_rise_without_gaps_under_concurrent_writers(
    database: Database, conversation: Conversation
) -> None:
    await asyncio.gather(*(say(database, conversation) for _ in range(30)))

    found = await database.read(lambda c: events_after(c, conversation.id, 0))
    assert [event.id for event in found] == list(range(1, 31))
    times = [event.at for event in found]
    assert times == sorted(times)


async def test_an_aborted_writer_leaves_no_gap(
    database: Database, conversation: Conversation
) -> None:
    async def fail(connection: AsyncConnection) -> None:
        await append_event(
            connection, conversation.id, type="message", actor="customer", payload={"text": "x"}
        )
        raise RuntimeError

    await say(database, conversation)
    with pytest.raises(RuntimeError):
        await database.run(fail)

    assert await say(database, conversation) == 2


async def test_a_client_id_is_unique_in_its_conversation(
    database: Database, conversation: Conversation
) -> None:
    await say(database, conversation, client_message_id="a")

    with pytest.raises(IntegrityError):
        await say(database, conversation, client_message_id="a")


async def test_internal_events_are_not_for_customers(
    database: Database, conversation: Conversation
) -> None:
    async def note(connection: AsyncConnection) -> None:
        await append_event(
            connection,
            conversation.id,
            type="note",
            actor="agent",
            visibility="internal",
            payload={"text": "careful"},
        )

    await database.run(note)
    await say(database, conversation)

    public = await database.read(lambda c: events_after(c, conversation.id, 0))
    everything = await database.read(lambda c: events_after(c, conversation.id, 0, internal=True))
    assert [event.type for event in public] == ["message"]
    assert [event.type for event in everything] == ["note", "message"]


async def test_of_twenty_who_take_at_the_same_version_one_gets_it(
    database: Database, conversation: Conversation
) -> None:
    async def take(number: int) -> str:
        async def work(connection: AsyncConnection) -> Conversation:
            return await change_owner(
                connection,
                conversation.id,
                "take",
                actor="agent",
                expected_version=conversation.version,
                agent_id=uuid4(),
                agent_name=f"agent {number}",
            )

        try:
            return (await database.run(work)).agent_name or ""
        except VersionConflictError:
            return ""

    taken = [name for name in await asyncio.gather(*map(take, range(20))) if name]

    now = await database.read(lambda c: load_conversation(c, conversation.id))
    assert taken == [now.agent_name]
    assert now.version == conversation.version + 1


async def test_every_change_of_owner_is_logged(
    database: Database, conversation: Conversation
) -> None:
    for action in ("hand_off", "take", "close", "reopen"):
        await database.run(
            lambda c, action=action: change_owner(c, conversation.id, action, actor="system")
        )

    found = await database.read(lambda c: events_after(c, conversation.id, 0, internal=True))
    assert [(e.payload["from"], e.payload["to"], e.payload["version"]) for e in found] == [
        ("bot", "waiting", 2),
        ("waiting", "human", 3),
        ("human", "closed", 4),
        ("closed", "bot", 5),
    ]


async def test_an_unknown_conversation_is_said_to_be_unknown(database: Database) -> None:
    with pytest.raises(UnknownConversationError):
        await database.run(lambda c: change_owner(c, uuid4(), "close", actor="system"))
    with pytest.raises(UnknownConversationError):
        await database.run(
            lambda c: append_event(c, uuid4(), type="message", actor="customer", payload={})
        )


async def test_a_session_opens_its_own_conversation_until_it_expires(database: Database) -> None:
    token, session = await database.run(lambda c: open_session(c, lifetime=timedelta(hours=1)))
    old, _ = await database.run(lambda c: open_session(c, lifetime=timedelta(hours=-1)))

    assert (await database.read(lambda c: find_session(c, token))) == session
    for bad in (old, token + "x", token[:-1], "", "x" * 10_000):
        with pytest.raises(SessionError):
            await database.read(lambda c, bad=bad: find_session(c, bad))


async def test_a_contact_is_found_again_by_its_platform_id(database: Database) -> None:
    async def find(name: str | None) -> object:
        return await database.run(
            lambda c: find_or_create_contact(c, channel="telegram", external_id="7", name=name)
        )

    first, second = await find("Ann"), await find(None)

    assert first == second


def test_tables_hold_no_cleartext_token() -> None:
    names = {column.name for table in (conversations, events) for column in table.columns}
    assert "token" not in names
