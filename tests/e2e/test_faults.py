"""What a customer sees when parts of Teller die: everything, once, in order."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from teller import Customer, Teller, customer, desk


def assert_whole(visitor: Customer, sent: list[str]) -> None:
    """Each message is there once, and ids rise."""
    ids = [event["id"] for event in visitor.events]
    assert ids == sorted(set(ids))
    assert visitor.texts() == sent


@pytest.mark.parametrize("victim", ["server", "worker", "actions", "assistant"])
async def test_a_killed_process_loses_and_doubles_nothing(
    fragile_teller: Teller, victim: str
) -> None:
    teller = fragile_teller
    async with customer(teller) as visitor:
        first, second = "what are the fees for spot trading", "how do I set up 2fa"
        await visitor.say(first)
        sent = await visitor.send(text=second)
        teller.kill(victim)
        if victim == "server":
            await visitor.reconnect()
            # The widget sends again what was not acknowledged.
            await visitor.send(text=second, client_message_id=sent)
        answered = visitor.last_event_id
        await visitor.until(
            lambda: visitor.state.get("owner") == "waiting" or len(visitor.texts("assistant")) >= 2,
            limit=90,
        )
        assert visitor.last_event_id >= answered
        assert_whole(visitor, [first, second])
        assert len(visitor.texts("assistant")) <= 2
    await asyncio.to_thread(teller.wait, "/readyz")


async def test_a_message_to_a_starting_assistant_waits_visibly(fragile_teller: Teller) -> None:
    teller = fragile_teller
    async with customer(teller) as visitor:
        teller.kill("assistant")
        await visitor.send(text="how long do bank withdrawals take")
        await visitor.until(lambda: "waiting_for_assistant" in visitor.notices(), limit=20)
        assert visitor.state["pending"]
        answer = await visitor.answer()
        assert answer["article"] or answer["choices"]
    await asyncio.to_thread(teller.wait, "/readyz")


async def test_a_failing_action_server_brings_a_person(fragile_teller: Teller) -> None:
    """The assistant is up, but what answers is not: told and queued, never silent."""
    teller = fragile_teller
    go_on = teller.pause("actions")
    try:
        async with customer(teller) as visitor:
            await visitor.send(text="what is the withdrawal limit per day")
            await visitor.until(lambda: visitor.state.get("owner") == "waiting", limit=60)
            assert "assistant_unavailable" in visitor.notices()
    finally:
        go_on()


async def test_postgresql_killed_in_mid_turn(fragile_teller: Teller) -> None:
    teller = fragile_teller
    async with customer(teller) as visitor:
        first, second = "hello there", "where do I find my deposit address"
        await visitor.say(first)
        sent = await visitor.send(text=second)
        teller.kill_postgres()
        await visitor.reconnect()
        # The widget sends again what was not acknowledged.
        await visitor.send(text=second, client_message_id=sent)
        await visitor.until(
            lambda: visitor.state.get("owner") == "waiting" or len(visitor.texts("assistant")) >= 2,
            limit=90,
        )
        assert_whole(visitor, [first, second])
        assert len(visitor.texts("assistant")) <= 2
    async with desk(teller) as mia:
        assert "counts" in await mia.get("/conversations?view=open")


@pytest.fixture
def own_teller() -> Iterator[Teller]:
    """A Teller for one test, which may end it."""
    folder = Path(tempfile.mkdtemp(prefix="teller-stop-"))
    folder.chmod(0o755)
    teller = Teller(folder)
    teller.start(ready=False)
    yield teller
    if teller.is_running():
        teller.stop()
    shutil.rmtree(folder, ignore_errors=True)


def test_sigterm_ends_everything_and_leaves_no_orphan(own_teller: Teller) -> None:
    family = psutil.Process(own_teller.pid).children(recursive=True)
    assert len(family) >= 4
    assert own_teller.stop() == 0
    _, alive = psutil.wait_procs(family, timeout=5)
    assert not alive
    assert not [
        process
        for process in psutil.process_iter(["cmdline"])
        if str(own_teller.folder) in " ".join(process.info["cmdline"] or ())
    ]
