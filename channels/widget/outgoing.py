"""What a widget gets: events of the log and the conversation's state, in order and once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from channels.widget.protocol import encode, event_frame
from conversations.database import Transactions
from conversations.events import Event
from conversations.feed import Feed, Subscription
from conversations.handoff import HandoffQueue
from conversations.state import read_public

# Read the log after so many seconds even without a hint: one may have been lost.
REREAD = 15.0
PAGE = 200


@dataclass(frozen=True)
class Update:
    """What is new since an event: later events, and the state now."""

    events: list[Event]
    state: dict[str, Any]


class Reader:
    """Reads conversations for widgets."""

    def __init__(
        self, *, database: Transactions, queue: HandoffQueue, assistant: Callable[[], str]
    ) -> None:
        """
        Args:
            assistant: tells `ready`, `starting` or `down`.
        """
        self._database = database
        self._queue = queue
        self._assistant = assistant

    async def read(self, conversation_id: UUID, after: int) -> Update:
        """Public events above `after` (a page of them) and the state of that moment."""

        async def work(connection: AsyncConnection) -> Update:
            found, state = await read_public(
                connection,
                conversation_id,
                after=after,
                limit=PAGE,
                queue=self._queue,
                assistant=self._assistant(),
            )
            return Update(found, state)

        return await self._database.read(work)

    async def wait(
        self, feed: Feed, conversation_id: UUID, after: int, *, seconds: float
    ) -> Update:
        """As `read`, but wait up to `seconds` for something new (long polling)."""
        with feed.subscribe(conversation_id) as subscription:
            update = await self.read(conversation_id, after)
            if update.events or not seconds:
                return update
            await subscription.wait(seconds)
            return await self.read(conversation_id, after)


class Writer:
    """Keeps one socket up to date until it closes."""

    def __init__(
        self,
        *,
        reader: Reader,
        subscription: Subscription,
        conversation_id: UUID,
        send: Callable[[str], Awaitable[None]],
        after: int,
    ) -> None:
        """
        Args:
            send: sends one frame; raises when the client is gone or too slow.
            after: the last event that the client has.
        """
        self._reader = reader
        self._subscription = subscription
        self._conversation_id = conversation_id
        self._send = send
        self._after = after
        self._state: dict[str, Any] | None = None

    async def run(self) -> None:
        """Welcome, replay, then everything new, until `send` raises."""
        await self._catch_up()
        while True:
            hints = await self._subscription.wait(REREAD)
            hint = hints.get(self._conversation_id)
            if hint is not None and not hint.event_id and hint.signals <= _TYPING.keys():
                # Nothing in the log: typing is worth no query.
                for name in sorted(hint.signals & _FOR_CUSTOMERS):
                    await self._send(_TYPING[name])
                continue
            await self._catch_up()

    async def _catch_up(self) -> None:
        while True:
            update = await self._reader.read(self._conversation_id, self._after)
            if self._state is None:
                newest = update.events[-1].id if update.events else self._after
                await self._send(
                    encode(
                        {
                            "type": "welcome",
                            "conversation": update.state,
                            "last_event_id": newest,
                        }
                    )
                )
                self._state = update.state
            for event in update.events:
                await self._send(event_frame(event))
                self._after = event.id
            if update.state != self._state:
                self._state = update.state
                await self._send(encode({"type": "state", "conversation": update.state}))
            if len(update.events) < PAGE:
                return
            # Other connections have their turn between two pages of a long history.
            await asyncio.sleep(0)


_TYPING = {
    f"typing:{actor}": encode({"type": "typing", "actor": actor})
    for actor in ("agent", "assistant", "customer")
}
_FOR_CUSTOMERS = {"typing:agent", "typing:assistant"}
