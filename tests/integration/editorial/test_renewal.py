"""The index is built anew on the day that it is no longer true."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import procrastinate
import pytest
from procrastinate import testing
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from editorial import publications
from editorial.tables import article_publications
from knowledge.publish import Sources, publish
from knowledge.testing import WordEncoder
from server import renewal
from server.database import Database

TODAY = datetime.now(UTC).date()
ARTICLE = """---
id: fees
title: Fees
topic: withdraw_limits_fees
intents: [withdraw_fee]
questions: [how much is it]
owner: payments
updated: 2026-11-10
review_by: {review}
---
It costs {{{{ facts.fee }}}}.
"""
Build = Callable[[date], Path]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Builds an index whose only article is to be reviewed by a day."""

    def make(review: date) -> Path:
        folder = tmp_path / "articles"
        folder.mkdir(exist_ok=True)
        (folder / "fees.en.md").write_text(ARTICLE.format(review=review))
        (tmp_path / "facts.yml").write_text("fee: 2\n")
        (tmp_path / "intents.yml").write_text(
            "withdraw_fee: {topic: withdraw_limits_fees, handling: answer, label: Fees}\n"
        )
        sources = Sources(folder, tmp_path / "facts.yml", tmp_path / "intents.yml")
        publish(
            tmp_path / "index", sources, WordEncoder(), WordEncoder.hash, today=date(2026, 11, 20)
        )
        return tmp_path / "index"

    return make


class Jobs:
    """What was scheduled."""

    def __init__(self) -> None:
        self.numbers: list[int] = []

    async def schedule(self, connection: AsyncConnection, number: int) -> None:
        self.numbers.append(number)


async def test_nothing_is_asked_for_while_the_index_is_true(
    database: Database, build: Build
) -> None:
    jobs, index = Jobs(), build(TODAY)
    assert renewal.due_since(index) == TODAY + timedelta(days=1)
    assert not await renewal.run(database, index, jobs.schedule, today=TODAY)
    assert jobs.numbers == []


async def test_a_day_later_a_build_is_asked_for_once_a_day(
    database: Database, build: Build
) -> None:
    jobs, index = Jobs(), build(TODAY - timedelta(days=1))
    assert await renewal.run(database, index, jobs.schedule, today=TODAY)
    assert not await renewal.run(database, index, jobs.schedule, today=TODAY)
    [asked] = await database.run(publications.newest)
    assert jobs.numbers == [asked.id]
    assert (asked.action, asked.requester, asked.note) == ("rebuild", "Calendar", renewal.NOTE)

    # It failed, say; the next day it is tried again.
    yesterday = datetime.now(UTC) - timedelta(days=1)
    await database.run(
        lambda c: c.execute(update(article_publications).values(requested_at=yesterday))
    )
    assert await renewal.run(database, index, jobs.schedule, today=TODAY)


async def test_no_index_or_that_of_others_is_left_alone(
    database: Database, build: Build, tmp_path: Path
) -> None:
    jobs = Jobs()
    assert not await renewal.run(database, tmp_path / "none", jobs.schedule, today=TODAY)
    manifest = build(TODAY - timedelta(days=1)) / "current" / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"changes": "', '"was": "'))
    assert not await renewal.run(database, tmp_path / "index", jobs.schedule, today=TODAY)
    manifest.write_text("{")
    assert not await renewal.run(database, tmp_path / "index", jobs.schedule, today=TODAY)


async def test_the_worker_looks_every_hour(database: Database, tmp_path: Path) -> None:
    app = procrastinate.App(connector=testing.InMemoryConnector())
    renewal.add_task(app, database, tmp_path)
    [periodic] = app.periodic_registry.periodic_tasks.values()
    assert (periodic.task.name, periodic.cron) == (renewal.TASK, renewal.CRON)
    await app.tasks[renewal.TASK](timestamp=0)
