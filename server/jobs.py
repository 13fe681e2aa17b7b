"""Background jobs: turns of the assistant, and housekeeping, in the `worker` process.

Jobs are rows in PostgreSQL (procrastinate). A message and its job commit together; a worker is
woken by a notification; jobs of one conversation run one after the other. What a killed worker
had in hand is taken up again by another, and runs to one result only (see `conversations.turn`).
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, LiteralString, TypeVar
from uuid import UUID

import procrastinate
import psycopg
import psycopg_pool
import structlog
import uvloop
from procrastinate.jobs import Job
from procrastinate.retry import BaseRetryStrategy, RetryDecision
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.errors import TurnWaitsError
from conversations.sessions import delete_expired_sessions
from conversations.turn import Outcome, TurnRunner, overdue_turns
from server import learning, publishing, renewal
from server.assistant import AssistantClient
from server.compose import article_url, handoff_queue, texts
from server.database import Database, is_passing, with_options
from server.garbage import settle
from server.settings import Settings

QUEUE = "turns"
RETRY_AFTER = 1
HEARTBEAT = 1.0
# A worker that gave no sign for so long counts as gone; its jobs are taken up by another.
GONE_AFTER = 5.0
RESCUE_EVERY = 1.0
# How long the queue's statements are repeated while PostgreSQL is away.
PATIENCE = 30.0
CHORES_EVERY = 10.0
SESSIONS_EVERY = 60  # rounds of chores
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_STUCK: LiteralString = """
    SELECT job.id
    FROM procrastinate_jobs AS job
    JOIN procrastinate_events AS event ON event.job_id = job.id AND event.type = 'started'
    WHERE job.status = 'doing' AND job.queue_name = 'turns'
    GROUP BY job.id
    HAVING max(event.at) < now() - make_interval(secs => %(seconds)s)
"""

Result = TypeVar("Result")

log = structlog.get_logger()


class _Retry(BaseRetryStrategy):
    """Again while the assistant starts (the turn knows its deadline) or PostgreSQL is away."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, TurnWaitsError):
            return RetryDecision(retry_at=exception.retry_at)
        if is_passing(exception):
            return RetryDecision()
        return None


class PatientConnector(procrastinate.PsycopgConnector):
    """Repeats the queue's own statements while PostgreSQL is away.

    Without it, a job that ends in that moment could not be marked as finished, and would hold
    its conversation's lock for ever.
    """

    async def execute_query_async(self, query: LiteralString, **arguments: Any) -> None:
        await _patiently(
            lambda: super(PatientConnector, self).execute_query_async(query, **arguments)
        )

    async def execute_query_one_async(
        self, query: LiteralString, **arguments: Any
    ) -> dict[str, Any]:
        return await _patiently(
            lambda: super(PatientConnector, self).execute_query_one_async(query, **arguments)
        )

    async def execute_query_all_async(
        self, query: LiteralString, **arguments: Any
    ) -> list[dict[str, Any]]:
        return await _patiently(
            lambda: super(PatientConnector, self).execute_query_all_async(query, **arguments)
        )


def _pool(**options: Any) -> psycopg_pool.AsyncConnectionPool:
    # Asking each connection whether it lives doubles the round trips; a dead one is noticed by its
    # first statement, which `PatientConnector` repeats on another.
    return psycopg_pool.AsyncConnectionPool(**{**options, "check": None})


async def _each_statement_for_itself(connection: psycopg.AsyncConnection) -> None:
    await connection.set_autocommit(True)


async def _patiently(query: Callable[[], Awaitable[Result]]) -> Result:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return await query()
        except procrastinate.exceptions.ConnectorException as error:
            if not is_passing(error) or time.monotonic() > until:
                raise
        await asyncio.sleep(0.2)


def job_app(url: str) -> procrastinate.App:
    """The queue's app without its tasks' dependencies; opens nothing."""
    return procrastinate.App(
        connector=PatientConnector(
            # A lost commit of the queue's own book-keeping only makes a job run again.
            conninfo=with_options(url, application="teller-jobs", synchronous=False),
            pool_factory=_pool,
            configure=_each_statement_for_itself,
            min_size=1,
            max_size=4,
            timeout=5,
        )
    )


class JobScheduler:
    """Defers jobs within the transaction that stores what they are about."""

    def __init__(self, url: str) -> None:
        self._app = job_app(url)

    async def schedule(
        self, connection: AsyncConnection, conversation_id: UUID, event_id: int
    ) -> None:
        """Run this turn once the caller's transaction commits, in the conversation's order."""
        raw = await connection.get_raw_connection()
        await self._app.configure_task(
            "turn",
            queue=QUEUE,
            lock=str(conversation_id),
            connection=raw.driver_connection,
        ).defer_async(conversation=str(conversation_id), event_id=event_id)

    async def schedule_publication(self, connection: AsyncConnection, number: int) -> None:
        """Run this publication once the caller's transaction commits, after those before it."""
        await publishing.schedule(self._app, connection, number)

    async def warm_publisher(self, connection: AsyncConnection) -> None:
        """Somebody edits: have a publication start at once when it is asked for."""
        await publishing.schedule_warm(self._app, connection)

    async def schedule_learning(self, connection: AsyncConnection) -> bool:
        """Run the learning loop once the caller's transaction commits; False where a run waits."""
        return await learning.schedule(self._app, connection)


def add_tasks(app: procrastinate.App, runner: TurnRunner) -> None:
    """Register the tasks on the worker's app."""

    @app.task(name="turn", queue=QUEUE, retry=_Retry())
    async def turn(conversation: str, event_id: int) -> None:
        try:
            outcome = await runner.run(UUID(conversation), event_id)
        except TurnWaitsError:
            raise
        except Exception as error:
            if is_passing(error):
                await asyncio.sleep(RETRY_AFTER)
                raise
            # A mistake of ours; the customer must not wait for it to be mended.
            log.exception("turn_failed", conversation=conversation, event_id=event_id)
            outcome = await runner.abandon(UUID(conversation), event_id, reason="internal_error")
        _log_turn(conversation, event_id, outcome)


def _log_turn(conversation: str, event_id: int, outcome: Outcome) -> None:
    record = outcome.record
    log.info(
        "turn",
        conversation=conversation,
        event_id=event_id,
        state=outcome.state,
        reason=outcome.reason,
        **{
            name: record[name]
            for name in (
                "intent",
                "topic",
                "confidence",
                "in_scope",
                "decision",
                "probability",
                "article",
                "language",
            )
            if name in record
        },
        milliseconds={**record.get("milliseconds", {}), **outcome.milliseconds},
    )


class Worker:
    """Runs jobs until stopped; a lost database connection only pauses it."""

    def __init__(
        self,
        app: procrastinate.App,
        *,
        concurrency: int,
        stuck_after: float,
        gone_after: float = GONE_AFTER,
    ) -> None:
        """
        Args:
            concurrency: jobs at the same time.
            stuck_after: seconds that no job takes; one that seems to is given to a worker again.
            gone_after: seconds without a sign of life after which a worker's jobs are taken up.
        """
        self._app = app
        self._concurrency = concurrency
        self._stuck_after = stuck_after
        self._gone_after = gone_after
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Finish the jobs in hand and return from `run`."""
        self._stopping.set()

    async def run(self) -> None:
        """Work until `stop`."""
        while not self._stopping.is_set():
            try:
                await self._work()
            except (procrastinate.exceptions.ConnectorException, psycopg.Error, OSError) as error:
                log.warning("worker_lost_database", error=type(error).__name__)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), 0.5)

    async def _work(self) -> None:
        async with self._app.open_async():
            working = asyncio.create_task(
                self._app.run_worker_async(
                    queues=[QUEUE, publishing.QUEUE, learning.QUEUE],
                    concurrency=self._concurrency,
                    # The retries of a starting assistant come due without a notification.
                    fetch_job_polling_interval=1.0,
                    update_heartbeat_interval=HEARTBEAT,
                    stalled_worker_timeout=self._gone_after,
                    shutdown_graceful_timeout=10.0,
                    delete_jobs=procrastinate.jobs.DeleteJobCondition.SUCCESSFUL,
                    install_signal_handlers=False,
                )
            )
            rescuing = asyncio.create_task(self._rescue())
            stopping = asyncio.create_task(self._stopping.wait())
            try:
                await asyncio.wait(
                    {working, rescuing, stopping}, return_when=asyncio.FIRST_COMPLETED
                )
                for task in (rescuing, stopping, working):
                    task.cancel()
                await asyncio.gather(rescuing, stopping, working, return_exceptions=True)
            finally:
                for task in (rescuing, stopping, working):
                    task.cancel()
            for task in (working, rescuing):
                if not task.cancelled() and (error := task.exception()) is not None:
                    raise error

    async def _rescue(self) -> None:
        """Take up what workers had in hand that are gone."""
        manager = self._app.job_manager
        while True:
            await manager.prune_stalled_workers(self._gone_after)
            gone = await manager.get_stalled_jobs(seconds_since_heartbeat=self._gone_after)
            stuck = await self._app.connector.execute_query_all_async(
                _STUCK, seconds=self._stuck_after
            )
            for job_id in {job.id for job in gone if job.id} | {row["id"] for row in stuck}:
                log.warning("job_rescued", job=job_id)
                # No time given would be this machine's; the epoch is past on every clock.
                await manager.retry_job_by_id_async(job_id, retry_at=EPOCH)
            await asyncio.sleep(RESCUE_EVERY)


class _House:
    """Chores beside the jobs."""

    def __init__(self, database: Database, runner: TurnRunner, *, overdue_after: float) -> None:
        self._database = database
        self._runner = runner
        self._overdue_after = overdue_after

    async def keep(self) -> None:
        """Do the chores again and again, until cancelled."""
        for round_number in itertools.count():
            try:
                await self._end_overdue_turns()
                if round_number % SESSIONS_EVERY == 0:
                    removed = await self._database.run(delete_expired_sessions)
                    log.info("housekeeping", expired_sessions=removed)
            except Exception:
                # The next round may do better; without chores the jobs still run.
                log.exception("housekeeping_failed")
            await asyncio.sleep(CHORES_EVERY)

    async def _end_overdue_turns(self) -> None:
        overdue = await self._database.run(
            lambda connection: overdue_turns(connection, seconds=self._overdue_after)
        )
        for conversation_id, event_id in overdue:
            log.error("turn_overdue", conversation=str(conversation_id), event_id=event_id)
            outcome = await self._runner.abandon(conversation_id, event_id, reason="turn_lost")
            _log_turn(str(conversation_id), event_id, outcome)


@contextlib.asynccontextmanager
async def worker(settings: Settings, url: str) -> AsyncIterator[Worker]:
    """A worker wired with what its tasks need."""
    database = Database(url, application="teller-worker", pool_size=settings.worker_concurrency)
    assistant = AssistantClient(
        settings.rasa_url, settings.secret(), timeout=settings.assistant_timeout
    )
    runner = TurnRunner(
        database=database,
        assistant=assistant,
        queue=handoff_queue(settings),
        texts=texts(settings),
        article_url=article_url(settings),
        grace=settings.assistant_grace,
    )
    app = job_app(url)
    add_tasks(app, runner)
    children = publishing.Children(url, publishing.publisher(settings, database).fail)
    publishing.add_task(app, children, _Retry())
    renewal.add_task(app, database, settings.index)
    learning.add_task(app, settings, url)
    longest_turn = settings.assistant_timeout + PATIENCE * 2
    house = _House(database, runner, overdue_after=settings.assistant_grace + 2 * longest_turn)
    chores = asyncio.create_task(house.keep())
    try:
        yield Worker(app, concurrency=settings.worker_concurrency, stuck_after=longest_turn)
    finally:
        chores.cancel()
        await asyncio.gather(chores, return_exceptions=True)
        await children.close()
        await assistant.close()
        await database.close()


def work(settings: Settings) -> None:
    """Run one worker process until it is told to end."""
    if settings.database_url is None:
        raise SystemExit(
            "The worker needs a database: run `teller up`, or set DATABASE_URL to the one in use."
        )
    uvloop.run(_work(settings, settings.database_url.get_secret_value()))


async def _work(settings: Settings, url: str) -> None:
    async with worker(settings, url) as running:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, running.stop)
        settle()
        log.info("worker_started", concurrency=settings.worker_concurrency)
        await running.run()
        log.info("worker_stopped")
