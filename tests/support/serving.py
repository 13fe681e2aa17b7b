"""Any Sanic application on a free port within the test's own event loop."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from sanic import Sanic


@asynccontextmanager
async def serving(app: Sanic[Any, Any]) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application, which is stopped afterwards."""
    # Sanic rewrites its handlers when it starts, which one process can do only once.
    app.config.TOUCHUP = False
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    server: Any = await app.create_server(
        sock=listener, return_asyncio_server=True, access_log=False
    )
    await server.startup()
    await server.before_start()
    await server.start_serving()
    try:
        async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
            yield client
    finally:
        server.close()
        for connection in list(server.connections):
            connection.abort()
        await server.wait_closed()
