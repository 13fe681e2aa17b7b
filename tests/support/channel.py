"""The contract of a pushing channel and its outbox, and a channel that records what it is given.

A new channel's tests subclass `OutboxContract` with a channel that reaches a stand-in platform.
"""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.contacts import find_or_create_contact
from conversations.conversation import Conversation, start_conversation
from conversations.events import Event, append_event
from conversations.outbox import NotTakenError, Outbox, RefusedError
from conversations.tables import outbox
from server.database import Database


class RecordingChannel:
    """Keeps what it delivers; `fail` may raise for an event first."""

    name = "recording"

    def __init__(self) -> None:
        self.delivered: list[int] = []
        self.fail: Callable[[Event], None] = lambda _: None

    async def deliver(self, event: Event) -> str | None:
        self.fail(event)
        self.delivered.append(event.id)
        return f"platform-{event.id}"


class OutboxContract(ABC):
    """What holds for every pushing channel."""

    @abstractmethod
    def make_channel(self) -> RecordingChannel:
        """The channel that is held to it."""

    async def start(self, database: Database, *, push: bool = True) -> Conversation:
        async def work(connection: AsyncConnection) -> Conversation:
            contact = await find_or_create_contact(
                connection, channel="recording", external_id=None
            )
            return await start_conversation(
                connection, contact_id=contact.id, channel="recording", push=push
            )

        return await database.run(work)

    async def say(
        self, database: Database, conversation: Conversation, actor: Any = "assistant", **more: Any
    ) -> Event:
        async def work(connection: AsyncConnection) -> Event:
            return await append_event(
                connection,
                conversation.id,
                type="message",
                actor=actor,
                payload={"text": "hello"},
                **more,
            )

        return await database.run(work)

    async def states(self, database: Database) -> list[str]:
        async def work(connection: AsyncConnection) -> list[str]:
            found = await connection.execute(select(outbox.c.state).order_by(outbox.c.id))
            return [row.state for row in found]

        return await database.run(work)

    async def make_due(self, database: Database) -> None:
        async def work(connection: AsyncConnection) -> None:
            await connection.execute(
                text(
                    "UPDATE teller.outbox SET next_attempt_at = now() - interval '1 hour',"
                    " claimed_at = claimed_at - interval '1 hour'"
                )
            )

        await database.run(work)

    def outbox(self, database: Database, channel: RecordingChannel, **options: Any) -> Outbox:
        return Outbox(database=database, channels={"recording": channel}, **options)

    async def test_messages_go_out_in_order_and_once(self, database: Database) -> None:
        channel = self.make_channel()
        conversation = await self.start(database)
        for _ in range(3):
            await self.say(database, conversation)
        box = self.outbox(database, channel)
        await box.deliver_due()
        await box.deliver_due()

        assert channel.delivered == [1, 2, 3]
        assert await self.states(database) == ["sent", "sent", "sent"]

    async def test_only_what_the_customer_should_get_goes_out(self, database: Database) -> None:
        channel = self.make_channel()
        conversation = await self.start(database)
        await self.say(database, conversation, "customer")
        await self.say(database, conversation, "agent", visibility="internal")
        await self.say(database, conversation, "agent")
        await self.outbox(database, channel).deliver_due()

        assert channel.delivered == [3]

    async def test_a_channel_that_reads_the_log_needs_no_outbox(self, database: Database) -> None:
        conversation = await self.start(database, push=False)
        await self.say(database, conversation)

        assert await self.states(database) == []

    async def test_a_message_that_was_not_taken_is_sent_again_before_later_ones(
        self, database: Database
    ) -> None:
        channel = self.make_channel()
        conversation = await self.start(database)
        await self.say(database, conversation)
        await self.say(database, conversation)

        def refuse(_event: Event) -> None:
            raise NotTakenError("busy", retry_after=30)

        channel.fail = refuse
        box = self.outbox(database, channel)
        await box.deliver_due()
        assert await self.states(database) == ["pending", "pending"]
        channel.fail = lambda _: None
        await box.deliver_due()
        assert channel.delivered == []  # not due yet, and the second does not overtake
        await self.make_due(database)
        await box.deliver_due()

        assert channel.delivered == [1, 2]

    async def test_after_many_attempts_it_has_failed(self, database: Database) -> None:
        channel = self.make_channel()
        conversation = await self.start(database)
        await self.say(database, conversation)

        def refuse(_event: Event) -> None:
            raise NotTakenError("busy")

        channel.fail = refuse
        box = self.outbox(database, channel, attempts=3)
        for _ in range(5):
            await self.make_due(database)
            await box.deliver_due()

        assert await self.states(database) == ["failed"]

    async def test_a_refused_message_fails_and_lets_later_ones_pass(
        self, database: Database
    ) -> None:
        channel = self.make_channel()
        conversation = await self.start(database)
        await self.say(database, conversation)
        await self.say(database, conversation)

        def refuse_first(event: Event) -> None:
            if event.id == 1:
                raise RefusedError("blocked by the user")

        channel.fail = refuse_first
        await self.outbox(database, channel).deliver_due()

        assert channel.delivered == [2]
        assert await self.states(database) == ["failed", "sent"]

    async def test_a_lost_answer_is_unknown_and_never_repeated(self, database: Database) -> None:
        channel = self.make_channel()
        conversation = await self.start(database)
        await self.say(database, conversation)

        def lose(_event: Event) -> None:
            raise TimeoutError

        channel.fail = lose
        box = self.outbox(database, channel)
        await box.deliver_due()
        channel.fail = lambda _: None
        await self.make_due(database)
        await box.deliver_due()

        assert channel.delivered == []
        assert await self.states(database) == ["unknown"]

    async def test_a_process_that_died_while_sending_leaves_unknown(
        self, database: Database
    ) -> None:
        channel = self.make_channel()
        conversation = await self.start(database)
        await self.say(database, conversation)

        def die(_event: Event) -> None:
            raise KeyboardInterrupt

        channel.fail = die
        box = self.outbox(database, channel)
        with contextlib.suppress(KeyboardInterrupt):
            await box.deliver_due()
        await self.make_due(database)
        await box.deliver_due()

        assert await self.states(database) == ["unknown"]
