"""The index kept true to the calendar: built anew on the day on which a fact begins or ends to be
valid, or on which an article has to be withheld because nobody has reviewed it.

Each build says the first such day (`changes` in its manifest). The worker looks every hour; what it
asks for is a publication like an editor's, with the same checks. One that fails is asked for again
the next day, and is told like any other in the console.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import procrastinate
import structlog
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.database import Transactions
from editorial import changes
from editorial.changes import Schedule
from editorial.revisions import Author
from editorial.tables import article_publications
from knowledge.builds import current
from knowledge.content import read_manifest
from knowledge.errors import KnowledgeError
from server import publishing

TASK = "renew"
# Soon after midnight, when days change, and every hour for what was not running then.
CRON = "7 * * * *"
CALENDAR = Author(None, "Calendar")
NOTE = "A date has passed: a fact's validity, or a review."

log = structlog.get_logger()


def add_task(app: procrastinate.App, database: Transactions, index: Path) -> None:
    """Register the task on the worker's app, and its times."""

    async def schedule(connection: AsyncConnection, number: int) -> None:
        await publishing.schedule(app, connection, number)

    @app.periodic(cron=CRON)
    @app.task(name=TASK, queue=publishing.QUEUE, queueing_lock=TASK)
    async def renew(timestamp: int | None = None) -> None:
        # procrastinate names the moment that the job is for; the day is today's all the same.
        await run(database, index, schedule, today=datetime.now(UTC).date())


async def run(database: Transactions, index: Path, schedule: Schedule, *, today: date) -> bool:
    """Ask for a build where the one in use is no longer that of today; whether it did."""
    due = due_since(index)
    if due is None or today < due:
        return False

    async def ask(connection: AsyncConnection) -> bool:
        if await _asked(connection, today):
            return False
        await changes.rebuild(connection, author=CALENDAR, schedule=schedule, note=NOTE)
        return True

    asked = await database.run(ask)
    if asked:
        log.info("index_renewed", since=due.isoformat())
    return asked


def due_since(index: Path) -> date | None:
    """The first day on which a build of the same files would be another; None where there is none,
    or no build of ours.
    """
    name = current(index)
    if name is None:
        return None
    try:
        day = read_manifest(index / name).get("changes")
    except KnowledgeError:
        # Of another version, or damaged: whoever runs it is told by the log and the doctor.
        return None
    return date.fromisoformat(day) if day else None


async def _asked(connection: AsyncConnection, today: date) -> bool:
    """Whether the calendar has asked on this day already."""
    last = select(func.max(article_publications.c.requested_at)).where(
        article_publications.c.requester == CALENDAR.name,
        article_publications.c.requested_by.is_(None),
    )
    at = (await connection.execute(last)).scalar_one()
    return at is not None and at.astimezone(UTC).date() >= today
