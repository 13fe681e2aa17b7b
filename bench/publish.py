"""`python -m bench.publish`: how long an edit takes until customers are answered from it.

A Teller of its own, with a copy of the index in use; CUSTOMERS ask all the while, and every turn of
theirs must be answered. Three kinds of edit: the text, a phrasing, the title. The time runs from
the editor's click to the first answer with the new text. Everything runs on loopback, bounded in
count and time; the machine should be idle.
"""

from __future__ import annotations

import asyncio
import itertools
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "e2e"))

from teller import Desk, Teller, customer, desk  # noqa: E402  after the path to it

from bench.__main__ import QUESTIONS  # noqa: E402

CUSTOMERS = 4
# What a customer does between a reply and the next message.
PAUSE = 0.5
TURNS_OF_A_VISIT = 6
# What an editor takes at least between opening an article and publishing it.
TYPING = 6.0
ROUNDS = 3
LONGEST = 120.0
ARTICLE, QUESTION = "withdrawal-fees", "how much do you charge to send usdt out"


class Load:
    """Customers who ask until told to stop; counts what was answered, and what was not."""

    def __init__(self, teller: Teller) -> None:
        self._teller = teller
        self._going = True
        self.spent: list[float] = []
        self.failed: list[str] = []

    async def run(self) -> None:
        await asyncio.gather(*(self._customer(number) for number in range(CUSTOMERS)))

    def stop(self) -> None:
        self._going = False

    async def _customer(self, number: int) -> None:
        questions = itertools.islice(itertools.cycle(QUESTIONS), number, None)
        while self._going:
            await self._visit(questions)

    async def _visit(self, questions: Iterator[str]) -> None:
        async with customer(self._teller) as visitor:
            for text in itertools.islice(questions, TURNS_OF_A_VISIT):
                began = time.perf_counter()
                try:
                    await visitor.say(text)
                except AssertionError:
                    self.failed.append(f"{text}: no answer")
                    return
                self.spent.append(time.perf_counter() - began)
                unanswered = {"assistant_unavailable", "assistant_failed"} & set(visitor.notices())
                if unanswered:
                    self.failed.append(f"{text}: {', '.join(unanswered)}")
                    return
                if not self._going:
                    return
                await asyncio.sleep(PAUSE)


EDITS: dict[str, Callable[[str, str], str]] = {
    # After the front matter, which ends with the second line of dashes.
    "text": lambda source, mark: source.replace("\n---\n", f"\n---\nWe are in {mark}.\n\n", 1),
    "phrasing": lambda source, mark: source.replace(
        "questions:\n", f"questions:\n  - what do you take for coins to {mark}\n", 1
    ),
    "title": lambda source, mark: source.replace("title: ", f"title: {mark} and ", 1),
}


async def publish(teller: Teller, editor: Desk, kind: str, mark: str) -> float:
    """Seconds from the click until a new customer's answer shows the edit. Every edit also changes
    the text, by which it is told; the one that is timed alone is `text`.
    """
    path = f"/articles/{ARTICLE}/en"
    before = await editor.get(path)
    await asyncio.sleep(TYPING)
    source = EDITS[kind](before["source"], mark)
    if kind != "text":
        source = EDITS["text"](source, mark)
    began = time.perf_counter()
    asked = await editor.post(
        f"{path}/publish", source=source, base=before["article"]["base"], note=mark
    )
    assert asked.status_code == 202, asked.text
    while time.perf_counter() - began < LONGEST:
        async with customer(teller) as visitor:
            answer = await visitor.say(QUESTION)
        if mark in answer["text"]:
            return time.perf_counter() - began
        await asyncio.sleep(0.1)
    raise SystemExit(f"{kind}: not live after {LONGEST:.0f} s: {await last_findings(editor)}")


async def last_findings(editor: Desk) -> object:
    """What became of the newest publication."""
    return (await editor.get("/articles/publications"))["publications"][:1]


async def rebuilt(editor: Desk) -> None:
    """Whatever the index was built of, from here on an edit is a small one."""
    asked = await editor.post("/articles/rebuild")
    assert asked.status_code == 202, asked.text
    while True:
        newest = (await editor.get("/articles/publications"))["publications"][0]
        if newest["state"] in ("live", "failed"):
            assert newest["state"] == "live", newest
            return
        await asyncio.sleep(0.5)


async def measure(teller: Teller) -> None:
    marks = (f"Place{number}" for number in itertools.count(1))
    async with desk(teller) as editor:
        await rebuilt(editor)
        load = Load(teller)
        asking = asyncio.create_task(load.run())
        try:
            for kind in EDITS:
                spent = [await publish(teller, editor, kind, next(marks)) for _ in range(ROUNDS)]
                shown = ", ".join(f"{each:.1f}" for each in spent)
                print(f"{kind} edited until answered from, s: {shown} (of {ROUNDS})", flush=True)
        finally:
            load.stop()
            with suppress(AssertionError):
                await asking
    spent_ms = sorted(1000 * each for each in load.spent)
    print(
        f"{CUSTOMERS} customers meanwhile: {len(spent_ms)} turns answered, {len(load.failed)} not; "
        f"p50 {statistics.median(spent_ms):.0f} ms, p95 {spent_ms[int(len(spent_ms) * 0.95)]:.0f}, "
        f"max {spent_ms[-1]:.0f}"
    )
    for line in load.failed:
        print(f"  {line}")


def main() -> None:
    """Start, measure, stop."""
    folder = Path(tempfile.mkdtemp(prefix="teller-publish-"))
    folder.chmod(0o755)
    shutil.copytree(ROOT / "models" / "index", folder / "index", symlinks=True)
    teller = Teller(
        folder,
        TELLER_INDEX=str(folder / "index"),
        TELLER_MESSAGE_RATE="100",
        TELLER_MESSAGE_BURST="1000",
    )
    try:
        teller.start()
        asyncio.run(measure(teller))
    finally:
        if teller.is_running():
            teller.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
