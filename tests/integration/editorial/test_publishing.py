"""Editing on real PostgreSQL: two editors, one publication at a time, live or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError

from editorial import changes, publications, revisions
from editorial.errors import EditedMeanwhileError, NoSuchBuildError, NothingToPublishError
from editorial.library import Library
from editorial.publications import Publication
from editorial.publishing import Publisher
from editorial.revisions import Author
from knowledge.base import KnowledgeBase
from knowledge.builds import builds, current, previous
from knowledge.overlay import Revised
from knowledge.publish import Sources, publish
from knowledge.testing import WordEncoder
from server.database import Database

TODAY = date(2026, 12, 1)
MIA, LENA = Author(None, "Mia"), Author(None, "Lena")
TEXT = """---
id: {id}
title: {title}
topic: withdraw_limits_fees
intents: [withdraw_fee]
questions:
  - {question}
owner: payments
updated: 2026-11-10
review_by: 2027-05-10
follow_ups: {follow_ups}
---
{body}
"""


def article(name: str = "fees", **values: str) -> str:
    fields = {
        "title": name.capitalize(),
        "question": f"how are {name}",
        "follow_ups": "[]",
        "body": "It costs {{ facts.fee }}.",
    }
    return TEXT.format(id=name, **(fields | values))


@dataclass
class Desk:
    """Editors, a folder of two articles, and a publisher that runs what is asked of it."""

    database: Database
    sources: Sources
    index: Path

    @property
    def publisher(self) -> Publisher:
        def build(revised: Any, progress: Callable[[str], None]) -> Any:
            sources = Sources(
                self.sources.articles,
                self.sources.facts,
                self.sources.intents,
                regressions=self.sources.regressions,
                revised=tuple(revised),
            )
            return publish(
                self.index, sources, WordEncoder(), WordEncoder.hash, today=TODAY,
                progress=progress,
            )  # fmt: skip

        return Publisher(self.database, build, self.index, Library(self.sources.articles))

    async def ask(self, change: Callable[..., Any], **values: Any) -> Publication:
        """Ask for a change and run its publication."""
        deferred: list[int] = []

        async def schedule(_connection: object, number: int) -> None:
            deferred.append(number)

        asked = await self.database.run(
            lambda connection: change(connection, schedule=schedule, author=MIA, **values)
        )
        assert deferred == [asked.id]
        assert asked.state == "queued"
        return await self.publisher.run(asked.id)

    async def publish(self, source: str, *, base: int, name: str = "fees") -> Publication:
        return await self.ask(
            changes.publish, article=name, language="en", source=source, base=base, today=TODAY
        )

    def answer(self, name: str = "fees") -> str | None:
        base = KnowledgeBase.open(self.index / "current", WordEncoder(), WordEncoder.hash)
        found = base.article(name)
        return base.renderer.render(found).short if found else None

    async def state(self, number: int, name: str = "fees") -> str:
        found = await self.database.run(lambda c: revisions.load(c, name, "en", number))
        return found.state


@pytest.fixture
async def desk(database: Database, tmp_path: Path) -> Desk:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name in ("fees", "limits"):
        (folder / f"{name}.en.md").write_text(article(name))
    (tmp_path / "facts.yml").write_text("fee: 2\n")
    (tmp_path / "intents.yml").write_text(
        "withdraw_fee: {topic: withdraw_limits_fees, handling: answer, label: Fees, "
        "articles: [fees, limits]}\n"
    )
    sources = Sources(
        folder,
        tmp_path / "facts.yml",
        tmp_path / "intents.yml",
        regressions=tmp_path / "regressions.jsonl",
    )
    made = Desk(database, sources, tmp_path / "index")
    assert (await made.ask(changes.rebuild)).state == "live"
    return made


async def save(desk: Desk, source: str, *, base: int, author: Author = MIA) -> revisions.Revision:
    return await desk.database.run(
        lambda connection: revisions.save(
            connection, article="fees", language="en", source=source, base=base, author=author
        )
    )


async def test_of_editors_who_save_at_once_one_is_told_of_the_other(desk: Desk) -> None:
    results = await asyncio.gather(
        *(save(desk, article(body=f"By {number}."), base=0, author=LENA) for number in range(5)),
        return_exceptions=True,
    )
    saved = [result for result in results if isinstance(result, revisions.Revision)]
    assert [revision.number for revision in saved] == [1]
    refused = [result for result in results if isinstance(result, EditedMeanwhileError)]
    assert len(refused) == 4
    newest: Any = refused[0].details["revision"]
    assert (newest["number"], newest["author"]) == (1, "Lena")
    assert (await save(desk, article(body="After."), base=1)).number == 2


async def test_no_statement_changes_the_text_of_a_revision(desk: Desk, database_url: str) -> None:
    await save(desk, article(body="What we said."), base=0)
    with psycopg.connect(database_url) as connection, pytest.raises(psycopg.Error, match="never"):
        connection.execute("UPDATE teller.article_revisions SET source = 'something else'")
    with pytest.raises(DBAPIError):
        await desk.database.run(
            lambda c: c.execute(revisions.article_revisions.update().values(author="Nobody"))
        )


async def test_a_published_text_is_answered_from_and_dated(desk: Desk) -> None:
    published = await desk.publish(article(body="From now on {{ facts.fee }}."), base=0)
    assert published.state == "live"
    assert published.build == current(desk.index)
    assert published.content == {"fees.en": 1}
    assert desk.answer() == "From now on 2."
    kept = await desk.database.run(lambda c: revisions.load(c, "fees", "en", 1))
    assert "updated: 2026-12-01" in kept.source
    assert kept.state == "published"
    with pytest.raises(NothingToPublishError):
        await desk.publish(kept.source, base=1)


async def test_a_draft_changes_nothing_for_customers(desk: Desk) -> None:
    await save(desk, article(body="Not yet."), base=0)
    assert (await desk.ask(changes.rebuild)).content == {}
    assert desk.answer() == "It costs 2."


async def test_a_text_that_fails_a_check_stays_a_draft_and_says_where(desk: Desk) -> None:
    live = current(desk.index)
    failed = await desk.publish(article(follow_ups="[limits, gone]"), base=0)
    assert failed.state == "failed"
    (finding,) = failed.findings
    assert (finding["article"], finding["language"], finding["line"]) == ("fees", "en", 11)
    assert finding["message"] == "the follow-up gone does not exist"
    assert current(desk.index) == live
    assert await desk.state(1) == "draft"
    mended = await desk.publish(article(follow_ups="[limits]"), base=1)
    assert mended.state == "live"


async def test_a_text_by_which_an_answer_is_lost_is_refused(desk: Desk) -> None:
    assert desk.sources.regressions is not None
    desk.sources.regressions.write_text('{"text": "how are fees", "article": "nothing"}\n')
    failed = await desk.publish(article(body="Something."), base=0)
    assert failed.state == "failed"
    assert "no longer finds the article" in failed.findings[0]["message"]
    assert desk.answer() == "It costs 2."


async def test_a_new_article_is_added_and_withdrawn_again(desk: Desk) -> None:
    text = article("bonus", body="Bonus.")
    assert (await desk.publish(text, base=0, name="bonus")).state == "live"
    assert desk.answer("bonus") == "Bonus."
    gone = await desk.ask(changes.withdraw, article="bonus", texts={"en": text}, bases={"en": 1})
    assert (gone.state, gone.content) == ("live", {"bonus.en": 2})
    assert desk.answer("bonus") is None
    assert await desk.state(2, "bonus") == "withdrawn"
    back = await desk.publish(text, base=2, name="bonus")
    assert (back.state, back.content) == ("live", {"bonus.en": 3})
    assert desk.answer("bonus") == "Bonus."


async def test_an_article_that_the_intents_name_may_be_withdrawn(desk: Desk) -> None:
    gone = await desk.ask(
        changes.withdraw, article="limits", texts={"en": article("limits")}, bases={}
    )
    assert gone.state == "live"
    assert desk.answer("limits") is None
    assert any("withdrawn" in finding["message"] for finding in gone.findings)
    assert all(finding["severity"] == "warning" for finding in gone.findings)


async def test_rolling_back_restores_what_was_live_and_the_edit_becomes_a_draft(
    desk: Desk,
) -> None:
    before = current(desk.index)
    await desk.publish(article(body="A mistake."), base=0)
    assert before is not None
    with pytest.raises(NoSuchBuildError):
        await desk.ask(changes.roll_back, build="another", previous=previous(desk.index))
    back = await desk.ask(changes.roll_back, build=before, previous=previous(desk.index))
    assert (back.state, back.build, back.content) == ("live", before, {})
    assert desk.answer() == "It costs 2."
    assert await desk.state(1) == "draft"
    # The next publication does not bring the mistake back.
    await desk.publish(article("limits", body="Other."), base=0, name="limits")
    assert desk.answer() == "It costs 2."
    assert desk.answer("limits") == "Other."
    assert before in builds(desk.index)


async def test_an_older_text_is_brought_back_as_a_new_draft(desk: Desk) -> None:
    await save(desk, article(body="One."), base=0)
    await save(desk, article(body="Two."), base=1)
    for number, note, base in ((1, "Back to revision 1", 2), (0, "Back to the file", 3)):
        saved = await desk.database.run(
            lambda connection, number=number, base=base: changes.revert(
                connection, article="fees", language="en", number=number, base=base,
                author=LENA, file_text=article(),
            )
        )  # fmt: skip
        assert (saved.note, saved.author, saved.state) == (note, "Lena", "draft")
    history = await desk.database.run(lambda c: revisions.history(c, "fees", "en"))
    assert [revision.number for revision in history] == [4, 3, 2, 1]
    assert (history[0].source, history[1].source) == (article(), article(body="One."))


async def test_a_revision_whose_text_came_into_the_folder_is_released(desk: Desk) -> None:
    await desk.publish(article(body="Exported."), base=0)
    kept = await desk.database.run(lambda c: revisions.load(c, "fees", "en", 1))
    (desk.sources.articles / "fees.en.md").write_text(kept.source)
    assert (await desk.ask(changes.rebuild)).content == {}
    (desk.sources.articles / "fees.en.md").write_text(article(body="From git."))
    assert (await desk.ask(changes.rebuild)).state == "live"
    assert desk.answer() == "From git."


async def test_a_job_that_runs_twice_publishes_once(desk: Desk) -> None:
    published = await desk.publish(article(body="Once."), base=0)
    count = len(builds(desk.index))
    again = await desk.publisher.run(published.id)
    assert (again.build, again.finished_at) == (published.build, published.finished_at)
    assert len(builds(desk.index)) == count


async def test_what_ends_without_a_word_is_told_as_failed(desk: Desk) -> None:
    async def schedule(_connection: object, _number: int) -> None:
        return

    asked = await desk.database.run(lambda c: changes.rebuild(c, author=MIA, schedule=schedule))
    await desk.publisher.fail(asked.id, "The build ended without a result.")
    found = await desk.database.run(lambda c: publications.load(c, asked.id))
    assert (found.state, found.findings[0]["message"]) == (
        "failed", "The build ended without a result.",
    )  # fmt: skip


def test_a_withdrawal_has_no_text_in_a_build() -> None:
    assert Revised("a", "en", 1, None).text is None
