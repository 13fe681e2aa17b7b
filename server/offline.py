"""An assistant for commands that ask it something: the one that runs, or one started for them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator
from tempfile import TemporaryFile

import httpx

from server import ports
from server.processes import assistant_program, read_running
from server.settings import ROOT, Settings

START_LIMIT = 180.0
POLL = 0.3


class AssistantStartError(Exception):
    """The assistant did not start; the text holds the end of what it printed."""


@contextlib.asynccontextmanager
async def assistant(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the assistant's private channel, authenticated and ready.

    Raises:
        AssistantStartError: it ended or was not ready within three minutes.
    """
    running = read_running(settings.state_dir)
    headers = {"Authorization": f"Bearer {settings.secret()}"}
    if running is not None:
        async with httpx.AsyncClient(base_url=running.assistant_url, headers=headers) as client:
            if await is_ready(client):
                yield client
                return
    port = ports.choose("127.0.0.1", settings.assistant_port, setting="port", search=True)
    own = settings.model_copy(update={"assistant_port": port, "assistant_url": None})
    program = assistant_program(own, tracker_url=None)
    with TemporaryFile("w+") as output:
        process = await asyncio.create_subprocess_exec(
            *program.command,
            cwd=ROOT,
            env={**os.environ, **program.environment},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            async with httpx.AsyncClient(
                base_url=own.rasa_url, headers=headers, timeout=settings.assistant_timeout
            ) as client:
                if not await _wait(client, process):
                    output.seek(0)
                    raise AssistantStartError(
                        "The assistant did not start. The end of what it printed:\n"
                        + output.read()[-2000:]
                    )
                yield client
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


async def is_ready(client: httpx.AsyncClient) -> bool:
    """Whether the assistant behind `client` can understand messages now."""
    try:
        answer = await client.get("/webhooks/teller/ready?only=model", timeout=2)
    except httpx.HTTPError:
        return False
    return answer.status_code == httpx.codes.OK


async def _wait(client: httpx.AsyncClient, process: asyncio.subprocess.Process) -> bool:
    deadline = asyncio.get_running_loop().time() + START_LIMIT
    while asyncio.get_running_loop().time() < deadline and process.returncode is None:
        if await is_ready(client):
            return True
        await asyncio.sleep(POLL)
    return False
