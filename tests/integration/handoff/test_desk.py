"""The desk on real PostgreSQL: one agent per conversation, order without starvation."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select, update

from conversations.conversation import load_conversation, start_conversation
from conversations.events import append_event, events_after
from conversations.handoff import HandoffRequest, hand_off
from conversations.tables import contacts
from handoff import agents, desk, inbox, queue
from handoff.errors import AlreadyTakenError, BadRequestError, NotYoursError
from handoff.tables import queue_entries
from server.database import Database


class Texts:
    """Sentences are not this test's matter: the key stands for them."""

    def text(self, key: str, language: str | None, **values: object) -> str:
        return key


TEXTS = Texts()
QUEUE = queue.Queue()


async def a_conversation(database: Database) -> UUID:
    async def start(connection) -> UUID:  # type: ignore[no-untyped-def]
        contact_id = uuid4()
        await connection.execute(insert(contacts).values(id=contact_id, channel="widget"))
        conversation = await start_conversation(connection, contact_id=contact_id, channel="widget")
        await append_event(
            connection, conversation.id, type="message", actor="customer",
            payload={"text": "help"},
        )  # fmt: skip
        return conversation.id

    return await database.run(start)


async def waiting(database: Database, priority: str = "normal") -> UUID:
    conversation_id = await a_conversation(database)

    async def ask(connection) -> None:  # type: ignore[no-untyped-def]
        await hand_off(
            connection,
            await load_conversation(connection, conversation_id),
            HandoffRequest(reason="asked_for_person", priority=priority),  # type: ignore[arg-type]
            queue=QUEUE,
            texts=TEXTS,
        )

    await database.run(ask)
    return conversation_id


async def an_agent(database: Database, name: str = "Mia", *, role: str = "agent") -> agents.Agent:
    return await database.run(
        lambda connection: agents.add_agent(
            connection,
            email=f"{uuid4().hex}@calder.example",
            name=name,
            password="long enough password",
            role=role,
        )
    )


@pytest.fixture(autouse=True)
def _fast_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty agents need twenty hashes; their cost is another test's matter."""
    from argon2 import PasswordHasher

    monkeypatch.setattr(agents, "hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


async def take(database: Database, conversation_id: UUID, agent: agents.Agent, version: int | None):  # type: ignore[no-untyped-def]
    return await database.run(
        lambda connection: desk.take(
            connection, conversation_id, agent, version=version, texts=TEXTS
        )
    )


async def test_of_twenty_agents_racing_one_gets_the_conversation(database: Database) -> None:
    conversation_id = await waiting(database)
    racing = [await an_agent(database, f"Agent {number}") for number in range(20)]
    version = (await database.run(lambda c: load_conversation(c, conversation_id))).version

    results = await asyncio.gather(
        *(take(database, conversation_id, agent, version) for agent in racing),
        return_exceptions=True,
    )

    winners = [result for result in results if not isinstance(result, BaseException)]
    assert len(winners) == 1
    losers = [result for result in results if isinstance(result, BaseException)]
    assert all(isinstance(error, AlreadyTakenError) for error in losers)
    after = await database.run(lambda c: load_conversation(c, conversation_id))
    assert after.owner == "human"
    assert after.version == version + 1
    assert after.agent_id == winners[0].agent_id
    joined = [
        event
        for event in await database.run(lambda c: events_after(c, conversation_id, 0))
        if event.payload.get("code") == "agent_joined"
    ]
    assert len(joined) == 1


async def test_taking_twice_is_taking_once(database: Database) -> None:
    conversation_id, agent = await waiting(database), await an_agent(database)
    first = await take(database, conversation_id, agent, None)
    assert (await take(database, conversation_id, agent, first.version - 1)).version == (
        first.version
    )


async def test_an_old_version_is_refused(database: Database) -> None:
    conversation_id, agent = await waiting(database), await an_agent(database)
    with pytest.raises(AlreadyTakenError, match="changed since you saw it"):
        await take(database, conversation_id, agent, 1)


async def test_only_the_owner_answers_closes_and_gives_back(database: Database) -> None:
    conversation_id = await waiting(database)
    mia, jonas = await an_agent(database), await an_agent(database, "Jonas")
    await take(database, conversation_id, mia, None)
    for act in (
        lambda c: desk.answer(c, conversation_id, jonas, client_message_id="1", text="hi"),
        lambda c: desk.close(c, conversation_id, jonas, reason="resolved", texts=TEXTS),
        lambda c: desk.give_back(c, conversation_id, jonas, texts=TEXTS),
    ):
        with pytest.raises(NotYoursError):
            await database.run(act)


async def test_an_answer_sent_twice_is_stored_once(database: Database) -> None:
    conversation_id, agent = await waiting(database), await an_agent(database)
    await take(database, conversation_id, agent, None)
    sent = [
        await database.run(
            lambda c: desk.answer(c, conversation_id, agent, client_message_id="one", text="Hello!")
        )
        for _ in range(2)
    ]
    assert sent[0].id == sent[1].id


async def test_notes_never_reach_the_customer(database: Database) -> None:
    conversation_id, agent = await waiting(database), await an_agent(database)
    await database.run(
        lambda c: desk.note(c, conversation_id, agent, client_message_id="n", text="suspicious")
    )
    public = await database.run(lambda c: events_after(c, conversation_id, 0))
    assert all(event.type != "note" for event in public)
    every, _ = await database.run(lambda c: inbox.load_transcript(c, conversation_id))
    assert any(event["type"] == "note" for event in every)


@pytest.mark.parametrize("text", ["", "   ", "x" * (desk.LONGEST_TEXT + 1)])
async def test_an_empty_or_endless_answer_is_refused(database: Database, text: str) -> None:
    conversation_id, agent = await waiting(database), await an_agent(database)
    await take(database, conversation_id, agent, None)
    with pytest.raises(BadRequestError, match="text:"):
        await database.run(
            lambda c: desk.answer(c, conversation_id, agent, client_message_id="1", text=text)
        )


async def test_closing_frees_the_conversation_and_keeps_its_history(database: Database) -> None:
    conversation_id, agent = await waiting(database), await an_agent(database)
    await take(database, conversation_id, agent, None)
    closed = await database.run(
        lambda c: desk.close(c, conversation_id, agent, reason="resolved", texts=TEXTS)
    )
    assert closed.owner == "closed"
    entry = (
        await database.run(
            lambda c: c.execute(
                select(queue_entries).where(queue_entries.c.conversation_id == conversation_id)
            )
        )
    ).one()
    assert entry.end_reason == "resolved"
    assert entry.ended_at is not None
    assert (await database.run(lambda c: queue.counts(c, agent.id))) == {
        "waiting": 0, "mine": 0, "open": 0,
    }  # fmt: skip


async def test_giving_back_returns_it_to_the_assistant(database: Database) -> None:
    conversation_id, agent = await waiting(database), await an_agent(database)
    await take(database, conversation_id, agent, None)
    returned = await database.run(lambda c: desk.give_back(c, conversation_id, agent, texts=TEXTS))
    assert returned.owner == "bot"
    assert returned.agent_id is None


async def test_urgent_goes_first_then_the_oldest(database: Database) -> None:
    first = await waiting(database)
    second = await waiting(database)
    urgent = await waiting(database, "urgent")
    high = await waiting(database, "high")
    order = await database.run(lambda c: queue.waiting_in_order(c, limit=10))
    assert list(order) == [urgent, high, first, second]
    places = [
        (await database.run(lambda c, key=key: QUEUE.position(c, key)))["position"]
        for key in (urgent, high, first, second)
    ]
    assert places == [1, 2, 3, 4]


async def test_age_overtakes_priority_so_that_nobody_starves(database: Database) -> None:
    old = await waiting(database)
    await database.run(
        lambda c: c.execute(
            update(queue_entries)
            .where(queue_entries.c.conversation_id == old)
            .values(order_at=queue_entries.c.order_at - timedelta(hours=2))
        )
    )
    high = await waiting(database, "high")
    assert list(await database.run(lambda c: queue.waiting_in_order(c, limit=10))) == [old, high]


async def test_who_does_not_wait_has_no_position(database: Database) -> None:
    conversation_id = await a_conversation(database)
    assert await database.run(lambda c: QUEUE.position(c, conversation_id)) is None


async def test_a_position_tells_who_is_there(database: Database) -> None:
    conversation_id, agent = await waiting(database), await an_agent(database)
    before = await database.run(lambda c: QUEUE.position(c, conversation_id))
    assert before == {
        "position": 1, "wait_seconds": None, "agents_online": 0, "promise_seconds": 14400,
    }  # fmt: skip
    await database.run(lambda c: agents.touch(c, agent.id))
    after = await database.run(lambda c: QUEUE.position(c, conversation_id))
    assert after is not None
    assert (after["wait_seconds"], after["agents_online"]) == ([0, 60], 1)


@pytest.mark.parametrize(("role", "counted"), [("agent", 1), ("editor", 0), ("admin", 1)])
async def test_a_wait_is_promised_on_who_takes_conversations(
    database: Database, role: str, counted: int
) -> None:
    conversation_id = await waiting(database)
    person = await an_agent(database, role=role)
    await database.run(lambda c: agents.touch(c, person.id))
    load = await database.run(queue.measure_load)
    assert (load.agents_online, load.places > 0) == (counted, bool(counted))
    assert await database.run(agents.count_online) == counted
    place = await database.run(lambda c: QUEUE.position(c, conversation_id))
    assert place is not None
    assert place["wait_seconds"] == ([0, 60] if counted else None)


async def test_an_editor_may_still_step_in(database: Database) -> None:
    conversation_id = await waiting(database)
    lena = await an_agent(database, "Lena", role="editor")
    taken = await take(database, conversation_id, lena, None)
    assert taken.agent_id == lena.id


async def test_the_inbox_lists_each_view(database: Database) -> None:
    mine, other = await waiting(database), await waiting(database)
    untouched = await a_conversation(database)
    agent = await an_agent(database)
    await take(database, mine, agent, None)

    async def view(name: str) -> set[str]:
        items = await database.run(
            lambda c: inbox.list_items(c, name, agent_id=agent.id)  # type: ignore[arg-type]
        )
        return {item["id"] for item in items}

    assert await view("waiting") == {str(other)}
    assert await view("mine") == {str(mine)}
    assert await view("open") == {str(mine), str(other)}
    assert await view("all") == {str(mine), str(other), str(untouched)}
    item = await database.run(lambda c: inbox.load_item(c, other))
    assert item["position"] == 1
    assert item["last_message"]["text"] == "help"
    assert item["reason"] == "asked_for_person"
