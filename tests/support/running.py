"""Server and worker within the test's own event loop, on real PostgreSQL."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from server.app import Parts, create_app, listen
from server.jobs import Worker, worker
from server.settings import Settings
from tests.support.assistant import SECRET, FakeAssistant


def make_settings(
    database_url: str, assistant: FakeAssistant, state_dir: Path, **changes: Any
) -> Settings:
    """Settings of a test's own Teller."""
    return Settings(_env_file=None).model_copy(
        update={
            "database_url": SecretStr(database_url),
            "assistant_url": assistant.url,
            "assistant_secret": SecretStr(SECRET),
            "state_dir": state_dir,
            "demo": False,
            "message_rate": 100.0,
            "message_burst": 1000,
            # No run begins by itself in the middle of a test.
            "learn_every_hours": 0,
            **changes,
        }
    )


class RunningServer:
    """A public server that listens."""

    def __init__(self, url: str, parts: Parts) -> None:
        self.url = url
        self.parts = parts


@asynccontextmanager
async def running_server(settings: Settings) -> AsyncIterator[RunningServer]:
    """The public server on a free port."""
    app = create_app(settings)
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    server = await listen(app, listener)
    try:
        await asyncio.wait_for(app.ctx.parts.feed.listening.wait(), 10)
        yield RunningServer(url, app.ctx.parts)
    finally:
        await server.before_stop()
        server.close()
        await server.wait_closed()
        for connection in list(server.connections):
            connection.abort()
        await asyncio.sleep(0)


@asynccontextmanager
async def running_worker(settings: Settings, **options: Any) -> AsyncIterator[Worker]:
    """A worker that takes jobs."""
    assert settings.database_url is not None
    async with worker(settings, settings.database_url.get_secret_value(), **options) as running:
        task = asyncio.create_task(running.run())
        try:
            yield running
        finally:
            running.stop()
            await asyncio.wait_for(task, 15)
