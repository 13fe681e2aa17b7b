"""`make bench` or `python -m bench`: start a Teller and measure it.

Everything runs on loopback, bounded in count and time. Figures are medians over the turns after a
warm-up; the machine should be idle.
"""

from __future__ import annotations

import asyncio
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "e2e"))

from teller import Customer, Teller, customer  # noqa: E402  after the path to it

WARM_UP = 20
TURNS = 200
QUESTIONS = (
    "how much do you charge to send usdt out",
    "what is the minimum deposit for btc on lightning",
    "how long does verification take",
    "where do i see my trading fees",
    "can i cancel a withdrawal that is pending",
    "hello",
    "what is the difference between apr and apy",
    "my sms code does not arrive",
)


def main() -> None:
    """Start, measure, stop."""
    folder = Path(tempfile.mkdtemp(prefix="teller-bench-"))
    folder.chmod(0o755)
    teller = Teller(folder, TELLER_MESSAGE_RATE="100", TELLER_MESSAGE_BURST="1000")
    try:
        began = time.perf_counter()
        teller.start()
        print(f"start to ready: {time.perf_counter() - began:.1f} s")
        asyncio.run(_turns(teller))
        _memory(teller)
    finally:
        if teller.is_running():
            teller.stop()
        shutil.rmtree(folder, ignore_errors=True)


async def _turns(teller: Teller) -> None:
    """Widget socket in to answer out, one turn at a time."""
    async with customer(teller) as visitor:
        spent: list[float] = []
        for number in range(WARM_UP + TURNS):
            if number % 20 == 0 and number:
                await visitor.disconnect()
                visitor = await _another(teller)
            spent.append(await _turn(visitor, QUESTIONS[number % len(QUESTIONS)]))
        await visitor.disconnect()
    counted = sorted(spent[WARM_UP:])
    _row("one turn, socket to socket, ms", counted)


async def _another(teller: Teller) -> Customer:
    import httpx

    async with httpx.AsyncClient(base_url=teller.url, trust_env=False) as client:
        session = (await client.post("/api/widget/sessions", json={})).json()["session"]
    visitor = Customer(teller, session)
    await visitor.connect()
    return visitor


async def _turn(visitor: Customer, text: str) -> float:
    seen = visitor.last_event_id
    began = time.perf_counter()
    await visitor.send(text=text)
    await visitor.answer(after=seen)
    return (time.perf_counter() - began) * 1000


def _memory(teller: Teller) -> None:
    """Resident memory; the proportional share counts what processes have in common once."""
    family = [psutil.Process(teller.pid), *psutil.Process(teller.pid).children(recursive=True)]
    postgres = [
        process
        for process in psutil.process_iter(["name", "cwd"])
        if process.info["name"] == "postgres"
        and str(process.info["cwd"] or "").startswith(str(teller.folder))
    ]
    total: dict[str, float] = {"rss": 0.0, "pss": 0.0}
    for process in family + [entry for entry in postgres if entry not in family]:
        used: Any = process.memory_full_info()
        total["rss"] += used.rss / 1e6
        total["pss"] += getattr(used, "pss", used.rss) / 1e6
        command = " ".join(process.cmdline())[:60]
        print(f"  {used.rss / 1e6:7.0f} MB resident  {used.pss / 1e6:7.0f} MB share  {command}")
    print(f"memory: {total['rss']:.0f} MB resident, {total['pss']:.0f} MB proportional share")


def _row(name: str, values: list[float]) -> None:
    print(
        f"{name}: p50 {statistics.median(values):.1f}, "
        f"p95 {values[int(len(values) * 0.95)]:.1f}, max {values[-1]:.1f} ({len(values)} turns)"
    )


if __name__ == "__main__":
    main()
