"""Live updates: one listening connection per process wakes whoever watches a conversation.

A notification is only a hint. Watchers read the log from the last id they know, also after a
while without any hint, so that a lost one delays an event and never loses it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from uuid import UUID

import psycopg

from conversations.events import NOTIFY_CHANNEL

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 2.0
# Without traffic, a connection that died silently is noticed after this many seconds.
PROBE_EVERY = 15.0

logger = logging.getLogger(__name__)


@dataclass
class Hint:
    """What may have changed in one conversation since the watcher looked last."""

    event_id: int = 0
    signals: set[str] = field(default_factory=set)


class Subscription:
    """One watcher's mailbox. Hints pile up into one per conversation, so it cannot overflow."""

    def __init__(self) -> None:
        self._hints: dict[UUID, Hint] = {}
        self._ready = asyncio.Event()

    async def wait(self, limit: float) -> dict[UUID, Hint]:
        """Hints since the last call, or nothing after `limit` seconds; read the log either way.

        After the listening connection was lost the answer may come empty and early.
        """
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ready.wait(), limit)
        self._ready.clear()
        hints, self._hints = self._hints, {}
        return hints

    def _tell(self, conversation_id: UUID, what: str) -> None:
        hint = self._hints.setdefault(conversation_id, Hint())
        if what.isdigit():
            hint.event_id = max(hint.event_id, int(what))
        else:
            hint.signals.add(what)
        self._ready.set()

    def _wake(self) -> None:
        self._ready.set()


class Feed:
    """Listens for the events of all conversations and wakes their subscriptions."""

    def __init__(self, connect: Callable[[], Awaitable[psycopg.AsyncConnection]]) -> None:
        """Connects nothing yet.

        Args:
            connect: opens a connection in autocommit mode, for this feed alone.
        """
        self._connect = connect
        self._watchers: dict[UUID | None, set[Subscription]] = defaultdict(set)
        self._task: asyncio.Task[None] | None = None
        self.listening = asyncio.Event()

    def start(self) -> None:
        """Begin to listen, in the background; a lost connection is opened again."""
        self._task = asyncio.create_task(self._run(), name="feed")

    async def stop(self) -> None:
        """Stop listening and wake everybody once more."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        self.wake_all()

    @contextmanager
    def subscribe(self, conversation_id: UUID | None) -> Iterator[Subscription]:
        """Watch one conversation, or all of them with None."""
        subscription = Subscription()
        self._watchers[conversation_id].add(subscription)
        try:
            yield subscription
        finally:
            watchers = self._watchers[conversation_id]
            watchers.discard(subscription)
            if not watchers:
                del self._watchers[conversation_id]

    async def _run(self) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                async with await self._connect() as connection:
                    await connection.execute(f"LISTEN {NOTIFY_CHANNEL}")
                    pause = FIRST_PAUSE
                    self.listening.set()
                    # What came between two connections was told to nobody.
                    self.wake_all()
                    while True:
                        async for notification in connection.notifies(timeout=PROBE_EVERY):
                            self._dispatch(notification.payload)
                        await connection.execute("SELECT 1")
            except (psycopg.Error, OSError) as error:
                self.listening.clear()
                logger.warning("feed_lost", extra={"error": type(error).__name__})
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _dispatch(self, payload: str) -> None:
        name, _, what = payload.partition(":")
        try:
            conversation_id = UUID(name)
        except ValueError:
            logger.warning("feed_odd_payload")
            return
        for key in (conversation_id, None):
            for subscription in self._watchers.get(key, ()):
                subscription._tell(conversation_id, what)

    def wake_all(self) -> None:
        """Make everybody look again, as after something that concerns all conversations."""
        for subscriptions in self._watchers.values():
            for subscription in subscriptions:
                subscription._wake()
