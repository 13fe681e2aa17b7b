"""The learning loop as a command and as a job of the worker, each run in a process of its own.

A run encodes messages and compares all pairs of them, which takes a processor for seconds: a child
of low priority does it, and the worker goes on answering customers.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from typing import TYPE_CHECKING

import procrastinate
import structlog
from rich.console import Console
from sqlalchemy.ext.asyncio import AsyncConnection

from server.deferring import once
from server.settings import ROOT, Settings

if TYPE_CHECKING:
    from editorial.learning import Learned

QUEUE = "learning"
TASK = "learn"
# Below the processes that answer customers.
NICENESS = 10
LONGEST = 15 * 60.0
# Not on the hour, when everything else runs.
MINUTE = 17

log = structlog.get_logger()


def add_task(app: procrastinate.App, settings: Settings, url: str) -> None:
    """Register the task on the worker's app, and its times."""

    @app.task(name=TASK, queue=QUEUE, queueing_lock=TASK, lock=TASK)
    async def learn(timestamp: int | None = None) -> None:
        # procrastinate names the moment that a periodic job is for; a run reads what there is.
        await _run_child(url)

    if settings.learn_every_hours:
        app.periodic(cron=times(settings.learn_every_hours))(learn)


def times(hours: int) -> str:
    """The cron expression for a run every so many hours."""
    return f"{MINUTE} {'0' if hours == 24 else f'*/{hours}'} * * *"


async def schedule(app: procrastinate.App, connection: AsyncConnection) -> bool:
    """Ask for a run now, once the caller's transaction commits; False where one waits already."""
    return await once(app, connection, TASK, queue=QUEUE, lock=TASK)


async def _run_child(url: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "server",
        "learn",
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url},
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        status = await asyncio.wait_for(process.wait(), LONGEST)
    except TimeoutError:
        status = None
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if status:
        log.error("learning_failed", status=status)
    elif status is None:
        log.error("learning_stopped", seconds=LONGEST)


async def learn(settings: Settings, *, console: Console) -> int:
    """Run the loop once; 0 when done, 1 with the reason when not."""
    from sqlalchemy.exc import SQLAlchemyError

    from editorial.learning import AlreadyLearningError
    from knowledge.errors import KnowledgeError
    from server.up import with_database

    os.nice(NICENESS)
    with with_database(settings, console=console) as url:
        try:
            learned = await run(settings, url)
        except (AlreadyLearningError, KnowledgeError, SQLAlchemyError) as error:
            console.print(str(error), style="red", markup=False)
            return 1
    console.print(
        f"{learned.collected} new messages without a good answer, {learned.gaps} in all; "
        f"{learned.clusters} clusters wait for an editor"
        + (f", {learned.reopened} of them again." if learned.reopened else ".")
    )
    return 0


async def run(settings: Settings, url: str) -> Learned:
    """Run the loop once on a migrated database.

    Raises:
        KnowledgeError: there is no index or encoder to work with.
        AlreadyLearningError: another process is at it.
    """
    # Heavy parts are imported where they are needed: asking for a run needs none.
    from editorial.learning import Learning
    from knowledge.encoder import Encoder
    from server.database import Database
    from server.route import open_base

    base = await asyncio.to_thread(open_base, settings)
    encoder = await asyncio.to_thread(Encoder, settings.encoder, 2)
    database = Database(url, application="teller-learn", pool_size=2)
    try:
        learned = await Learning(database, base, encoder).run()
    finally:
        await database.close()
    log.info(
        "learned",
        collected=learned.collected,
        gaps=learned.gaps,
        clusters=learned.clusters,
        reopened=learned.reopened,
    )
    return learned
