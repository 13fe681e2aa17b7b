"""The agent console's live connection: what changes at the desk, as it changes."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection
from websockets.exceptions import ConnectionClosed

from conversations.database import Transactions
from conversations.feed import Feed, Hint, Subscription
from conversations.tables import records
from handoff import agents, inbox, queue
from handoff.agents import Agent

# Without a hint, the desk is read again after this many seconds: a lost hint costs no more.
REREAD = 20.0
# A burst of changes is told as one.
GATHER = 0.02
AT_DESK = ("waiting", "human")


class ConsoleSocket:
    """One console. The agent is present as long as it runs."""

    def __init__(self, websocket: Any, *, agent: Agent, database: Transactions, feed: Feed) -> None:
        self._websocket = websocket
        self._agent = agent
        self._database = database
        self._feed = feed
        self._shown: set[UUID] = set()
        self._watched: UUID | None = None
        self._last_event = 0
        self._records: set[int] = set()
        self._counts: dict[str, int] = {}

    async def run(self) -> None:
        """Until the console closes."""
        with self._feed.subscribe(None) as subscription:
            await self._note_presence()
            # Customers who wait learn that somebody is there now.
            await self._database.run(queue.tell_the_waiting)
            await self._send_desk()
            telling = asyncio.create_task(self._tell(subscription))
            listening = asyncio.create_task(self._listen())
            try:
                await asyncio.wait({telling, listening}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in (telling, listening):
                    task.cancel()
                    with contextlib.suppress(asyncio.CancelledError, ConnectionClosed):
                        await task

    async def _listen(self) -> None:
        async for frame in self._websocket:
            try:
                body = orjson.loads(frame)
                kind = body["type"]
            except (orjson.JSONDecodeError, KeyError, TypeError):
                await self._send(
                    {"type": "error", "code": "bad_frame",
                     "message": "A JSON object with a type is expected."}
                )  # fmt: skip
                continue
            if kind == "ping":
                await self._send({"type": "pong"})
            elif kind == "watch":
                await self._watch(body)

    async def _watch(self, body: dict[str, Any]) -> None:
        try:
            self._watched = UUID(str(body["conversation_id"])) if body["conversation_id"] else None
        except (KeyError, ValueError):
            await self._send(
                {"type": "error", "code": "bad_frame", "message": "conversation_id: no such id."}
            )
            return
        after = body.get("after")
        self._last_event = after if isinstance(after, int) and after > 0 else 0
        self._records = set()
        await self._send_watched()

    async def _tell(self, subscription: Subscription) -> None:
        while True:
            hints = await subscription.wait(REREAD)
            if not hints:
                await self._note_presence()
                await self._send_desk()
                continue
            await asyncio.sleep(GATHER)
            for conversation_id, hint in (await subscription.wait(0)).items():
                known = hints.setdefault(conversation_id, Hint())
                known.event_id = max(known.event_id, hint.event_id)
                known.signals |= hint.signals
            await self._send_changes(hints)

    async def _send_changes(self, hints: dict[UUID, Hint]) -> None:
        changed = [key for key, hint in hints.items() if hint.event_id or "state" in hint.signals]
        if changed:
            items = await self._database.run(
                lambda connection: inbox.load_items(connection, changed)
            )
            for item in items:
                await self._send_item(item)
            await self._send_counts()
        if self._watched in hints:
            hint = hints[self._watched]
            if hint.event_id:
                await self._send_watched()
            if "typing:customer" in hint.signals:
                await self._send(
                    {"type": "typing", "conversation_id": str(self._watched), "actor": "customer"}
                )

    async def _send_desk(self) -> None:
        async def read(connection: AsyncConnection) -> list[dict[str, Any]]:
            return await inbox.list_items(connection, "open", agent_id=self._agent.id)

        items = await self._database.run(read)
        gone = self._shown - {UUID(item["id"]) for item in items}
        for conversation_id in gone:
            self._shown.discard(conversation_id)
            await self._send({"type": "removed", "id": str(conversation_id)})
        for item in items:
            await self._send_item(item)
        await self._send_counts()
        if self._watched is not None:
            await self._send_watched()

    async def _send_item(self, item: dict[str, Any]) -> None:
        conversation_id = UUID(item["id"])
        if item["owner"] in AT_DESK:
            self._shown.add(conversation_id)
        elif conversation_id in self._shown:
            self._shown.discard(conversation_id)
            await self._send({"type": "removed", "id": item["id"]})
        if item["owner"] in AT_DESK or conversation_id == self._watched:
            await self._send({"type": "conversation", "conversation": item})

    async def _send_counts(self) -> None:
        counts = await self._database.run(
            lambda connection: queue.counts(connection, self._agent.id)
        )
        if counts != self._counts:
            self._counts = counts
            await self._send({"type": "counts", "counts": counts})

    async def _send_watched(self) -> None:
        watched = self._watched
        if watched is None:
            return

        async def read(connection: AsyncConnection) -> tuple[list[dict[str, Any]], list[Any]]:
            events, _ = await inbox.load_transcript(connection, watched, after=self._last_event)
            found = await connection.execute(
                select(records.c.event_id, records.c.record).where(
                    records.c.conversation_id == watched,
                    records.c.event_id.not_in(self._records),
                )
            )
            return events, list(found)

        events, kept = await self._database.run(read)
        name = str(watched)
        for event in events:
            self._last_event = max(self._last_event, event["id"])
            await self._send({"type": "event", "conversation_id": name, "event": event})
        for event_id, record in kept:
            self._records.add(event_id)
            await self._send(
                {"type": "record", "conversation_id": name, "event_id": event_id, "record": record}
            )

    async def _note_presence(self) -> None:
        await self._database.run(lambda connection: agents.touch(connection, self._agent.id))

    async def _send(self, body: dict[str, Any]) -> None:
        await self._websocket.send(orjson.dumps(body).decode())
