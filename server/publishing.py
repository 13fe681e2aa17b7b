"""Publications as background jobs: each in a process of its own, one at a time.

Building takes all of a processor for a while, and the worker answers customers: so the build runs
in a child of low priority. The jobs share one lock, which keeps publications in order.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import os
import select
import sys
from collections.abc import Awaitable, Callable, Sequence
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
from server.deferring import once
from server.settings import ROOT, Settings

QUEUE = "publishing"
LOCK = "publishing"
TASK = "publish"
COMMAND = (sys.executable, "-m", "server", "publication")
# What a build imports, the slowest first.
BUILDING = ("server.route", "sklearn.linear_model", "scipy.optimize")
# Below the processes that answer customers.
NICENESS = 10
# A new sentence encoder means encoding everything again; an edit takes seconds.
LONGEST = 30 * 60.0
# So long a child waits for work, and this is its status when none came (EX_TEMPFAIL).
WAITS = 10 * 60.0
IDLE = 75
WARM = "warm_publisher"

log = structlog.get_logger()


class Runner(Protocol):
    """Runs one publication to its end."""

    async def __call__(self, number: int) -> None: ...

    async def warm(self) -> None:
        """Be ready to run one soon."""
        ...


async def schedule(app: procrastinate.App, connection: AsyncConnection, number: int) -> None:
    """Run this publication once the caller's transaction commits, after those before it."""
    raw = await connection.get_raw_connection()
    await app.configure_task(
        TASK, queue=QUEUE, lock=LOCK, connection=raw.driver_connection
    ).defer_async(publication=number)


async def schedule_warm(app: procrastinate.App, connection: AsyncConnection) -> None:
    """Have a child wait for work, once the caller's transaction commits."""
    await once(app, connection, WARM, queue=QUEUE)


def add_task(app: procrastinate.App, run: Runner, retry: procrastinate.BaseRetryStrategy) -> None:
    """Register the tasks on the worker's app."""

    @app.task(name=TASK, queue=QUEUE, retry=retry)
    async def publish(publication: int) -> None:
        await run(publication)

    @app.task(name=WARM, queue=QUEUE, queueing_lock=WARM)
    async def warm() -> None:
        await run.warm()


def publisher(settings: Settings, database: Database) -> Publisher:
    """A publisher of this installation's index."""
    return Publisher(
        database=database,
        build=partial(_build, settings),
        index=settings.index,
        library=Library(settings.articles),
    )


class Children:
    """Runs each publication in a child process; what ends without a word has failed.

    A child takes seconds to import what builds, twice as long where customers are answered beside
    it. So one waits with all that done while somebody edits: `warm` starts it, each publication
    takes it and starts the next, and unused it ends by itself.
    """

    def __init__(
        self,
        url: str,
        fail: Callable[[int, str], Awaitable[None]],
        command: Sequence[str] = COMMAND,
    ) -> None:
        """
        Args:
            url: the database's.
            fail: writes down why a publication that died has failed.
            command: reads a number from standard input and runs that publication.
        """
        self._url = url
        self._fail = fail
        self._command = command
        self._waiting: asyncio.subprocess.Process | None = None
        self._starting = asyncio.Lock()

    async def __call__(self, number: int) -> None:
        """Run one publication to its end."""
        status = await self._run(number)
        if status == IDLE:
            # It had just given up waiting.
            status = await self._run(number)
        if status != 0:
            log.error("publication_died", publication=number, status=status)
            reason = (
                f"The build took longer than {LONGEST / 60:.0f} minutes and was stopped."
                if status is None
                else f"The build ended without a result (status {status}); the log says more."
            )
            await self._fail(number, reason)
        # Who published once often does so again.
        await self.warm()

    async def _run(self, number: int) -> int | None:
        """The status of the child that ran it; None where it had to be stopped."""
        await self.warm()
        process, self._waiting = self._waiting, None
        assert process is not None
        try:
            return await asyncio.wait_for(_told(process, number), LONGEST)
        except TimeoutError:
            return None
        finally:
            await _ended(process)

    async def warm(self) -> None:
        """Have a child waiting."""
        # Two who find none must not start two.
        async with self._starting:
            if self._waiting is None or self._waiting.returncode is not None:
                self._waiting = await asyncio.create_subprocess_exec(
                    *self._command,
                    stdin=asyncio.subprocess.PIPE,
                    cwd=ROOT,
                    env={**os.environ, "DATABASE_URL": self._url},
                )

    async def close(self) -> None:
        """Leave no child waiting."""
        process, self._waiting = self._waiting, None
        if process is not None:
            await _ended(process)


async def _told(process: asyncio.subprocess.Process, number: int) -> int:
    """Name the publication to a waiting child, and wait for its end; returns its status."""
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        process.stdin.write(f"{number}\n".encode())
        await process.stdin.drain()
    process.stdin.close()
    return await process.wait()


async def _ended(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


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


def run_here(settings: Settings, number: int | None) -> None:
    """Run one publication in this process, at low priority. Without a number it is read from
    standard input, with all that a build needs imported meanwhile.
    """
    if settings.database_url is None:
        raise SystemExit("A publication needs the database of the worker: DATABASE_URL is not set.")
    os.nice(NICENESS)
    if number is None:
        for module in BUILDING:
            importlib.import_module(module)
        number = _wait_for_number()
    asyncio.run(run_publication(settings, settings.database_url.get_secret_value(), number))


def _wait_for_number() -> int:
    ready, _, _ = select.select([sys.stdin], [], [], WAITS)
    # The worker that is gone has closed it.
    line = sys.stdin.readline() if ready else ""
    if not line.strip().isdigit():
        raise SystemExit(IDLE)
    return int(line)


def _build(
    settings: Settings, revised: Sequence[Revised], progress: Callable[[str], None]
) -> Built:
    # Heavy parts are imported where they are needed: scheduling a publication needs none.
    from server.route import build_index

    return build_index(settings, progress=progress, revised=revised, reuse=True)
