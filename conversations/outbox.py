"""The outbox: what a pushing channel has still to deliver, in each conversation's order.

A row is written with its event (see `events.append_event`). Its states: *pending* until the
platform has taken it; *sent*; *failed* when the platform refuses it for good; *unknown* when
nobody can tell whether it arrived, because the answer or this process was lost. An unknown one is
shown to the agent and never repeated blindly: platforms have no idempotency key.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, Protocol
from uuid import UUID

from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import func

from conversations.database import Transactions
from conversations.events import Event, load_event
from conversations.tables import outbox

FIRST_RETRY = 1.0
LONGEST_RETRY = 300.0
ATTEMPTS = 12
# An attempt that has not ended after so many seconds never will: its process is gone.
ATTEMPT_TIMEOUT = 60.0

OutboxState = Literal["pending", "sent", "unknown", "failed"]


class NotTakenError(Exception):
    """The platform has certainly not taken the message; it may be sent again.

    `retry_after` is what the platform asks for, in seconds.
    """

    def __init__(self, message: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class RefusedError(Exception):
    """The platform refuses the message for good (blocked, gone, not allowed)."""


class Channel(Protocol):
    """A pushing channel's way out."""

    name: str

    async def deliver(self, event: Event) -> str | None:
        """Hand one event to the platform; returns the platform's id of it.

        Raises:
            NotTakenError: certainly not taken, such as a refused connection or 429.
            RefusedError: it will never be taken.
            Exception: anything else leaves the outcome unknown.
        """
        ...


@dataclass(frozen=True)
class _Claim:
    id: int
    conversation_id: UUID
    event_id: int
    channel: str
    attempts: int


# The oldest open message of each conversation is due or nothing of it is: order before speed.
_CLAIM = text(
    """
    WITH due AS (
        SELECT id FROM teller.outbox AS message
        WHERE state = 'pending'
          AND claimed_at IS NULL
          AND next_attempt_at <= clock_timestamp()
          AND channel = ANY(:channels)
          AND NOT EXISTS (
              SELECT 1 FROM teller.outbox AS earlier
              WHERE earlier.conversation_id = message.conversation_id
                AND earlier.event_id < message.event_id
                AND earlier.state = 'pending'
          )
        ORDER BY id
        LIMIT 1
        FOR UPDATE SKIP LOCKED
    )
    UPDATE teller.outbox
    SET claimed_at = clock_timestamp(), attempts = attempts + 1, updated_at = clock_timestamp()
    WHERE id IN (SELECT id FROM due)
    RETURNING id, conversation_id, event_id, channel, attempts
    """
)
_GIVE_UP_LOST = text(
    """
    UPDATE teller.outbox
    SET state = 'unknown', error = 'the attempt never ended', claimed_at = NULL,
        updated_at = clock_timestamp()
    WHERE state = 'pending' AND claimed_at < clock_timestamp() - make_interval(secs => :seconds)
    """
)


class Outbox:
    """Delivers what is due. Any number of processes may run one each."""

    def __init__(
        self,
        *,
        database: Transactions,
        channels: Mapping[str, Channel],
        attempts: int = ATTEMPTS,
        attempt_timeout: float = ATTEMPT_TIMEOUT,
    ) -> None:
        """
        Args:
            channels: by the name that conversations have.
            attempts: after so many a message has failed.
            attempt_timeout: seconds after which an attempt counts as lost.
        """
        self._database = database
        self._channels = channels
        self._attempts = attempts
        self._attempt_timeout = attempt_timeout

    async def deliver_due(self) -> int:
        """Deliver until nothing is due; returns how many attempts were made."""
        await self._database.run(self._give_up_lost)
        attempts = 0
        while (claim := await self._database.run(self._claim)) is not None:
            attempts += 1
            await self._attempt(claim)
        return attempts

    async def _give_up_lost(self, connection: AsyncConnection) -> None:
        await connection.execute(_GIVE_UP_LOST, {"seconds": self._attempt_timeout})

    async def _claim(self, connection: AsyncConnection) -> _Claim | None:
        result = await connection.execute(_CLAIM, {"channels": list(self._channels)})
        row = result.one_or_none()
        return _Claim(**row._mapping) if row else None

    async def _attempt(self, claim: _Claim) -> None:
        event = await self._database.read(
            lambda c: load_event(c, claim.conversation_id, claim.event_id)
        )
        assert event is not None  # a foreign key holds it
        platform_id = None
        try:
            platform_id = await self._channels[claim.channel].deliver(event)
        except NotTakenError as error:
            if claim.attempts < self._attempts:
                await self._put_back(claim, error)
                return
            state: OutboxState = "failed"
            problem = f"not taken in {claim.attempts} attempts"
        except RefusedError as error:
            state, problem = "failed", str(error) or "refused"
        except Exception as error:
            # The request may have arrived: sending it again could say everything twice.
            state, problem = "unknown", type(error).__name__
        else:
            state, problem = "sent", ""
        await self._close(claim, state, problem, platform_id)

    async def _put_back(self, claim: _Claim, error: NotTakenError) -> None:
        pause = error.retry_after
        if pause is None:
            pause = min(FIRST_RETRY * 2 ** (claim.attempts - 1), LONGEST_RETRY)
            pause *= random.uniform(0.5, 1.0)

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(
                update(outbox)
                .where(outbox.c.id == claim.id)
                .values(
                    claimed_at=None,
                    next_attempt_at=func.clock_timestamp() + timedelta(seconds=pause),
                    error=str(error)[:500] or "not taken",
                    updated_at=func.clock_timestamp(),
                )
            )

        await self._database.run(work)

    async def _close(
        self, claim: _Claim, state: OutboxState, problem: str, platform_id: str | None
    ) -> None:
        async def work(connection: AsyncConnection) -> None:
            await connection.execute(
                update(outbox)
                .where(outbox.c.id == claim.id)
                .values(
                    state=state,
                    claimed_at=None,
                    error=problem[:500] or None,
                    platform_id=platform_id,
                    updated_at=func.clock_timestamp(),
                )
            )

        await self._database.run(work)
