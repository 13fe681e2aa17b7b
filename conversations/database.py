"""The port through which the core runs its transactions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

Result = TypeVar("Result")


class Transactions(Protocol):
    """A database that runs whole transactions."""

    def transaction(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """One transaction, tried once."""
        ...

    async def run(
        self, work: Callable[[AsyncConnection], Awaitable[Result]], *, patience: float | None = None
    ) -> Result:
        """Run `work` in a transaction, again from its start when the database went away."""
        ...

    async def read(self, work: Callable[[AsyncConnection], Awaitable[Result]]) -> Result:
        """Run one-statement reads outside a transaction, which saves two round trips."""
        ...
