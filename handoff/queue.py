"""The queue: who waits, in which order, and how long that is likely to take.

Order is age with a head start for priority (`order_at`): an urgent conversation enters as if it had
waited a day already, a high one an hour. So money and accounts go first, and nothing starves.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select, true, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.events import signal
from handoff.agents import is_online
from handoff.tables import agents, queue_entries

HEAD_START = {
    "urgent": timedelta(days=1),
    "high": timedelta(hours=1),
    "normal": timedelta(0),
}

# Until a team has its own history, a conversation is taken to last this long; the weight says how
# many real ones it takes to count as much as this guess.
PRIOR_HANDLING_SECONDS = 300.0
PRIOR_WEIGHT = 5
HISTORY = timedelta(days=7)
# An open console looks at new conversations at once; this is how long a free agent needs to notice.
NOTICE_SECONDS = 30.0
# More neighbours than this are not told of each move; they learn of theirs when they are asked.
TOLD = 100

is_waiting = and_(queue_entries.c.ended_at.is_(None), queue_entries.c.taken_at.is_(None))
is_open = queue_entries.c.ended_at.is_(None)


@dataclass(frozen=True)
class Load:
    """What an estimate is made of."""

    agents_online: int
    free_places: int
    places: int
    handled: int
    mean_handling_seconds: float


class Queue:
    """The core's `HandoffQueue`, on PostgreSQL. All calls run in the caller's transaction."""

    def __init__(self, *, promise: timedelta = timedelta(hours=4)) -> None:
        """
        Args:
            promise: within which the exchange answers whoever waits, also while nobody is online.
        """
        self._promise = promise

    async def enqueue(
        self,
        connection: AsyncConnection,
        conversation_id: UUID,
        *,
        reason: str,
        priority: str,
        team: str,
        topic: str | None,
        language: str | None,
        summary: str,
    ) -> None:
        """Put a conversation that waits into the queue; one that is in it keeps its place."""
        values = {
            "reason": reason, "priority": priority, "team": team, "topic": topic,
            "language": language, "summary": summary,
        }  # fmt: skip
        await connection.execute(
            insert(queue_entries)
            .values(
                conversation_id=conversation_id,
                order_at=func.now() - HEAD_START[priority],
                **values,
            )
            .on_conflict_do_nothing()
        )

    async def position(
        self, connection: AsyncConnection, conversation_id: UUID
    ) -> dict[str, Any] | None:
        """Place in the queue from 1 and expected wait, or None when it does not wait.

        `wait_seconds` is an interval, or None while no agent is online: then `promise_seconds`,
        what the exchange has promised to everybody, is all that can be said.
        """
        mine = (
            select(queue_entries.c.order_at, queue_entries.c.id)
            .where(is_waiting, queue_entries.c.conversation_id == conversation_id)
            .subquery("mine")
        )
        statement = (
            select(func.count())
            .select_from(queue_entries.join(mine, true()))
            .where(
                is_waiting,
                tuple_(queue_entries.c.order_at, queue_entries.c.id)
                <= tuple_(mine.c.order_at, mine.c.id),
            )
        )
        place = (await connection.execute(statement)).scalar_one()
        if not place:
            return None
        load = await measure_load(connection)
        return {
            "position": place,
            "wait_seconds": expected_wait(place, load),
            "agents_online": load.agents_online,
            "promise_seconds": round(self._promise.total_seconds()),
        }


async def measure_load(connection: AsyncConnection) -> Load:
    """Agents, their free places, and how long conversations took in the last week."""
    held = (
        select(queue_entries.c.agent_id, func.count().label("held"))
        .where(is_open, queue_entries.c.agent_id.is_not(None))
        .group_by(queue_entries.c.agent_id)
        .subquery()
    )
    online = (
        await connection.execute(
            select(
                func.count(),
                func.coalesce(
                    func.sum(func.greatest(agents.c.capacity - func.coalesce(held.c.held, 0), 0)),
                    0,
                ),
                func.coalesce(func.sum(agents.c.capacity), 0),
            )
            .select_from(agents.outerjoin(held, held.c.agent_id == agents.c.id))
            .where(is_online)
        )
    ).one()
    taken = queue_entries.c.ended_at - queue_entries.c.taken_at
    handled = (
        await connection.execute(
            select(func.count(), func.avg(func.extract("epoch", taken))).where(
                queue_entries.c.ended_at > func.now() - HISTORY,
                queue_entries.c.taken_at.is_not(None),
            )
        )
    ).one()
    return Load(
        agents_online=online[0],
        free_places=int(online[1]),
        places=int(online[2]),
        handled=handled[0],
        mean_handling_seconds=float(handled[1] or 0.0),
    )


def expected_wait(place: int, load: Load) -> list[int] | None:
    """Seconds from and to, by Little's law over the places of the agents that are online.

    A free place means that somebody only has to notice. Otherwise each place frees up once per
    handling time, so the n-th in line waits about n / places of it. The interval is half to one
    and a half of that, since handling times scatter about as widely as their mean.
    """
    if not load.agents_online:
        return None
    if place <= load.free_places:
        return [0, round(NOTICE_SECONDS * 2)]
    handling = (
        load.mean_handling_seconds * load.handled + PRIOR_HANDLING_SECONDS * PRIOR_WEIGHT
    ) / (load.handled + PRIOR_WEIGHT)
    mean = NOTICE_SECONDS + (place - load.free_places) * handling / max(load.places, 1)
    return [_round(mean * 0.5), _round(mean * 1.5)]


async def mark_taken(connection: AsyncConnection, conversation_id: UUID, agent_id: UUID) -> None:
    """The agent has it now. A conversation that never waited gets an entry too, for the history."""
    changed = await connection.execute(
        update(queue_entries)
        .where(queue_entries.c.conversation_id == conversation_id, is_open)
        .values(agent_id=agent_id, taken_at=func.coalesce(queue_entries.c.taken_at, func.now()))
    )
    if not changed.rowcount:
        await connection.execute(
            insert(queue_entries).values(
                conversation_id=conversation_id,
                reason="agent_stepped_in",
                priority="normal",
                team="general",
                order_at=func.now(),
                agent_id=agent_id,
                taken_at=func.now(),
            )
        )
    await tell_the_waiting(connection)


async def mark_ended(connection: AsyncConnection, conversation_id: UUID, reason: str) -> None:
    """It left the desk: closed, or given back to the assistant."""
    await connection.execute(
        update(queue_entries)
        .where(queue_entries.c.conversation_id == conversation_id, is_open)
        .values(ended_at=func.now(), end_reason=reason)
    )
    await tell_the_waiting(connection)


async def requeue(connection: AsyncConnection, conversation_id: UUID) -> None:
    """Back to the queue, at the place that its age and priority give it."""
    await connection.execute(
        update(queue_entries)
        .where(queue_entries.c.conversation_id == conversation_id, is_open)
        .values(agent_id=None, taken_at=None)
    )
    await tell_the_waiting(connection)


async def tell_the_waiting(connection: AsyncConnection) -> None:
    """Let the customers at the front see that they moved up."""
    for conversation_id in await waiting_in_order(connection, limit=TOLD):
        await signal(connection, conversation_id, "state")


async def waiting_in_order(connection: AsyncConnection, *, limit: int) -> Sequence[UUID]:
    """Conversations that wait, the next one first."""
    statement = (
        select(queue_entries.c.conversation_id)
        .where(is_waiting)
        .order_by(queue_entries.c.order_at, queue_entries.c.id)
        .limit(limit)
    )
    return list((await connection.execute(statement)).scalars())


async def counts(connection: AsyncConnection, agent_id: UUID) -> dict[str, int]:
    """How many wait, how many this agent has, and how many are open at the desk in all."""
    statement = select(
        func.count().filter(queue_entries.c.taken_at.is_(None)),
        func.count().filter(
            and_(queue_entries.c.agent_id == agent_id, queue_entries.c.taken_at.is_not(None))
        ),
        func.count(),
    ).where(is_open)
    waiting, mine, every = (await connection.execute(statement)).one()
    return {"waiting": waiting, "mine": mine, "open": every}


def _round(seconds: float) -> int:
    """To what a person would say: tens of seconds below two minutes, then whole minutes."""
    step = 10 if seconds < 120 else 60
    return max(step, step * math.ceil(seconds / step))
