"""Publications as background jobs: each in a process of its own, one at a time.

Building takes all of a processor for a while, and the worker answers customers: so the build runs
in a child of low priority. The jobs share one lock, which keeps publications in order.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

import procrastinate
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from editorial.library import Library
from editorial.publications import Publication
from editorial.publishing import Built, Publisher
from knowledge.overlay import Revised
from server.database import Database
from server.settings import ROOT, Settings

QUEUE = "publishing"
LOCK = "publishing"
TASK = "publish"
# Below the processes that answer customers.
NICENESS = 10
# A new sentence encoder means encoding everything again; an edit takes seconds.
LONGEST = 30 * 60.0

log = structlog.get_logger()


class Runner(Protocol):
    """Runs one publication to its end."""

    async def __call__(self, number: int) -> None: ...


async def schedule(app: procrastinate.App, connection: AsyncConnection, number: int) -> None:
    """Run this publication once the caller's transaction commits, after those before it."""
    raw = await connection.get_raw_connection()
    await app.configure_task(
        TASK, queue=QUEUE, lock=LOCK, connection=raw.driver_connection
    ).defer_async(publication=number)


def add_task(app: procrastinate.App, run: Runner, retry: procrastinate.BaseRetryStrategy) -> None:
    """Register the task on the worker's app."""

    @app.task(name=TASK, queue=QUEUE, retry=retry)
    async def publish(publication: int) -> None:
        await run(publication)


def publisher(settings: Settings, database: Database) -> Publisher:
    """A publisher of this installation's index."""
    return Publisher(
        database=database,
        build=partial(_build, settings),
        index=settings.index,
        library=Library(settings.articles),
    )


def child_process(settings: Settings, database: Database, url: str) -> Runner:
    """Runs each publication in a child process; what ends without a word has failed."""

    async def run(number: int) -> None:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "server",
            "publication",
            str(number),
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": url},
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
        if status != 0:
            log.error("publication_died", publication=number, status=status)
            reason = (
                f"The build took longer than {LONGEST / 60:.0f} minutes and was stopped."
                if status is None
                else f"The build ended without a result (status {status}); the log says more."
            )
            await publisher(settings, database).fail(number, reason)

    return run


async def run_publication(settings: Settings, url: str, number: int) -> Publication:
    """Run one publication in this process."""
    database = Database(url, application="teller-publish", pool_size=2)
    try:
        publication = await publisher(settings, database).run(number)
    finally:
        await database.close()
    log.info(
        "publication",
        publication=number,
        action=publication.action,
        state=publication.state,
        build=publication.build,
        findings=len(publication.findings),
    )
    return publication


def run_here(settings: Settings, number: int) -> None:
    """Run one publication in this process, at low priority."""
    if settings.database_url is None:
        raise SystemExit("A publication needs the database of the worker: DATABASE_URL is not set.")
    os.nice(NICENESS)
    asyncio.run(run_publication(settings, settings.database_url.get_secret_value(), number))


def _build(
    settings: Settings, revised: Sequence[Revised], progress: Callable[[str], None]
) -> Built:
    # Heavy parts are imported where they are needed: scheduling a publication needs none.
    from server.route import build_index

    return build_index(settings, progress=progress, revised=revised, reuse=True)
