"""Processes die at the worst moment: nothing is lost, doubled or left in silence."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import psutil
import pytest

from server.postgres import EmbeddedPostgres
from server.settings import ROOT
from tests.support.assistant import SECRET, FakeAssistant
from tests.support.running import make_settings, running_server, running_worker
from tests.support.widget import WidgetClient


async def start_worker(
    database_url: str, assistant: FakeAssistant, state_dir: Path
) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "server", "worker"),
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": database_url,
            "TELLER_ASSISTANT_URL": assistant.url,
            "TELLER_ASSISTANT_SECRET": SECRET,
            "TELLER_STATE_DIR": str(state_dir),
        },
        stdout=asyncio.subprocess.DEVNULL,
    )


async def test_a_turn_survives_the_death_of_its_worker(
    database_url: str, assistant: FakeAssistant, tmp_path: Path
) -> None:
    settings = make_settings(database_url, assistant, tmp_path)
    assistant.hold = asyncio.Event()
    first = await start_worker(database_url, assistant, tmp_path)
    async with running_server(settings) as server:
        tab = WidgetClient(server.url)
        await tab.connect()
        await tab.say("are you there?")
        await tab.until(lambda: tab.by("customer"))
        async with asyncio.timeout(30):
            while not assistant.asked:
                await asyncio.sleep(0.05)
        first.send_signal(signal.SIGKILL)
        await first.wait()
        assistant.hold.set()
        second = await start_worker(database_url, assistant, tmp_path)
        await tab.until(lambda: tab.by("assistant"), seconds=40)
        await tab.say("and now?")
        await tab.reply(2)
        await tab.close()
    second.send_signal(signal.SIGTERM)

    assert await asyncio.wait_for(second.wait(), 20) == 0
    assert [event["text"] for event in tab.by("assistant")] == [
        "You said: are you there?",
        "You said: and now?",
    ]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["restart", "crash"])
async def test_a_turn_survives_a_restart_of_postgresql(
    database_url: str,
    assistant: FakeAssistant,
    tmp_path: Path,
    postgres: EmbeddedPostgres,
    how: signal.Signals,
) -> None:
    settings = make_settings(database_url, assistant, tmp_path)
    assistant.hold = asyncio.Event()
    async with running_server(settings) as server, running_worker(settings):
        tab = WidgetClient(server.url)
        await tab.connect()
        await tab.say("before")
        await tab.until(lambda: tab.by("customer"))
        async with asyncio.timeout(10):
            while not assistant.asked:
                await asyncio.sleep(0.02)
        await stop_postgres(postgres, how)
        assistant.hold.set()
        sent = await tab.say("while it is away")
        await asyncio.sleep(0.3)
        await asyncio.to_thread(postgres.ensure_running)
        await tab.frame("ack", client_message_id=sent)
        await tab.until(lambda: len(tab.by("assistant")) == 2, seconds=40)
        await tab.close()

    assert [event["text"] for event in tab.by("assistant")] == [
        "You said: before",
        "You said: while it is away",
    ]


async def stop_postgres(postgres: EmbeddedPostgres, how: signal.Signals) -> None:
    lines = (postgres.place / "postmaster.pid").read_text().splitlines()
    process = psutil.Process(int(lines[0]))
    process.send_signal(how)
    async with asyncio.timeout(10):
        while postgres.is_running():
            await asyncio.sleep(0.02)


async def test_the_feed_comes_back_after_its_connection_was_cut(
    database_url: str, assistant: FakeAssistant, tmp_path: Path
) -> None:
    settings = make_settings(database_url, assistant, tmp_path)
    async with running_server(settings) as server, running_worker(settings):
        tab = WidgetClient(server.url)
        await tab.connect()
        async with server.parts.database.transaction() as connection:
            await connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'teller-feed' AND datname = current_database()"
            )
        await tab.say("hello")
        await tab.reply()
        await tab.close()
