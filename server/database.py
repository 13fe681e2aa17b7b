"""PostgreSQL through async SQLAlchemy: one pool, whole transactions that survive a restart."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import orjson
import psycopg
from procrastinate.exceptions import ConnectorException
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from conversations.database import Transactions

Result = TypeVar("Result")

# The schemas of our tables and of the job queue, so that its SQL finds its own functions.
SEARCH_PATH = "teller,procrastinate,public"
FIRST_PAUSE = 0.05
LONGEST_PAUSE = 1.0

# Errors after which the same transaction may succeed: the server stops, starts or is full, or two
# transactions were in each other's way.
_PASSING = (
    psycopg.errors.AdminShutdown,
    psycopg.errors.CrashShutdown,
    psycopg.errors.CannotConnectNow,
    psycopg.errors.ConnectionException,
    psycopg.errors.TooManyConnections,
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
)


def sqlalchemy_url(url: str) -> str:
    """`postgresql://...` as SQLAlchemy names it with psycopg 3."""
    return "postgresql+psycopg://" + url.split("://", 1)[1]


def psycopg_url(url: str) -> str:
    """`postgresql://...` as libpq reads it."""
    return "postgresql://" + url.split("://", 1)[1]


def connect_options(*, application: str, synchronous: bool = True) -> str:
    """libpq `options` of each connection: where tables are found, and times in UTC.

    Args:
        application: shown in `pg_stat_activity`.
        synchronous: False where a lost commit is repaired by doing the work again.
    """
    options = f"-c search_path={SEARCH_PATH} -c timezone=UTC -c application_name={application}"
    return options if synchronous else f"{options} -c synchronous_commit=off"


def with_options(url: str, *, application: str, synchronous: bool = True) -> str:
    """`url` for libpq with `connect_options` added."""
    parts = urlsplit(psycopg_url(url))
    query = dict(parse_qsl(parts.query))
    added = connect_options(application=application, synchronous=synchronous)
    query["options"] = f"{query['options']} {added}" if "options" in query else added
    return urlunsplit(parts._replace(query=urlencode(query).replace("+", "%20")))


class Database(Transactions):
    """The pool of one process."""

    def __init__(
        self,
        url: str,
        *,
        application: str = "teller",
        pool_size: int = 10,
        patience: float = 20.0,
    ) -> None:
        """Opens nothing yet.

        Args:
            patience: seconds for which `run` repeats a transaction that lost its connection.
        """
        self._patience = patience
        self.engine: AsyncEngine = create_async_engine(
            sqlalchemy_url(url),
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=10,
            # Errors are logged, and parameters hold what customers wrote.
            hide_parameters=True,
            connect_args={
                "options": connect_options(application=application),
                "connect_timeout": 5,
                # Pipelines of the same few statements: prepare them at once.
                "prepare_threshold": 2,
            },
            json_serializer=lambda value: orjson.dumps(value).decode(),
            json_deserializer=orjson.loads,
        )
        # The same pool; each statement stands for itself.
        self._reading = self.engine.execution_options(isolation_level="AUTOCOMMIT")

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """One transaction, once: for reads, and for writes that the caller repeats."""
        async with self.engine.begin() as connection:
            yield connection

    async def run(
        self, work: Callable[[AsyncConnection], Awaitable[Result]], *, patience: float | None = None
    ) -> Result:
        """Run `work` in a transaction; again from its start when PostgreSQL went away.

        `work` may run more than once, even after a commit whose answer was lost: it has to find
        its own traces (a client's message id, a turn's state).
        """
        return await self._patiently(self.engine, work, patience)

    async def read(self, work: Callable[[AsyncConnection], Awaitable[Result]]) -> Result:
        """Run one-statement reads outside a transaction, which saves two round trips."""
        return await self._patiently(self._reading, work, None)

    async def _patiently(
        self,
        engine: AsyncEngine,
        work: Callable[[AsyncConnection], Awaitable[Result]],
        patience: float | None,
    ) -> Result:
        until = time.monotonic() + (self._patience if patience is None else patience)
        pause = FIRST_PAUSE
        while True:
            try:
                async with engine.begin() as connection:
                    return await work(connection)
            except (DBAPIError, OSError, TimeoutError) as error:
                if not is_passing(error) or time.monotonic() + pause > until:
                    raise
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


def is_passing(error: BaseException | None) -> bool:
    """Whether the same transaction may succeed later without anybody mending anything."""
    if isinstance(error, OSError):
        return True
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or is_passing(error.orig)
    if isinstance(error, ConnectorException):
        return is_passing(error.__cause__)
    # A failed connection attempt has no SQLSTATE.
    return isinstance(error, _PASSING) or (
        isinstance(error, psycopg.OperationalError) and error.sqlstate is None
    )
