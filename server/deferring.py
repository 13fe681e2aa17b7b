"""Jobs of which one at a time is enough: asked for within a transaction, run once it commits."""

from __future__ import annotations

import procrastinate
from sqlalchemy.ext.asyncio import AsyncConnection


async def once(
    app: procrastinate.App,
    connection: AsyncConnection,
    task: str,
    *,
    queue: str,
    lock: str | None = None,
) -> bool:
    """Ask for a run of a task; False where one waits already.

    Args:
        task: its name, which is its queueing lock too.
        lock: jobs with the same one run after each other.
    """
    try:
        # The refusal of a second one must not undo what else the transaction does.
        async with connection.begin_nested():
            raw = await connection.get_raw_connection()
            await app.configure_task(
                task, queue=queue, queueing_lock=task, lock=lock, connection=raw.driver_connection
            ).defer_async()
    except procrastinate.exceptions.AlreadyEnqueued:
        return False
    return True
