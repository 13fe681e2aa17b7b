"""An accepted phrasing goes live through the checks of every publication, or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from editorial import publications, review, revisions
from editorial.learning import Learning
from editorial.library import Library
from editorial.publications import Publication
from editorial.publishing import Publisher
from editorial.review import Phrasing, UnpublishedDraftError
from editorial.revisions import Author
from knowledge.base import KnowledgeBase
from knowledge.publish import Sources, publish
from knowledge.testing import WordEncoder
from server.database import Database
from tests.support.learning import all_ask

TODAY = date(2026, 12, 1)
ARTICLE = """---
id: {name}
title: {title}
topic: withdraw_limits_fees
intents: [withdraw_fee]
questions:
  - {question}
owner: payments
updated: 2026-11-10
review_by: 2027-05-10
---
{title}.
"""
ASKED = [f"present {word} voucher" for word in ("christmas", "birthday", "wedding", "easter", "my")]
NEW = "voucher as a present"


@dataclass
class House:
    """A folder of two articles, its index, and the learning loop on them."""

    database: Database
    sources: Sources
    index: Path

    def build(self, revised: Any, progress: Callable[[str], None]) -> Any:
        sources = replace(self.sources, revised=tuple(revised))
        return publish(
            self.index, sources, WordEncoder(), WordEncoder.hash, today=TODAY, progress=progress
        )

    def base(self) -> KnowledgeBase:
        return KnowledgeBase.open(self.index / "current", WordEncoder(), WordEncoder.hash)

    async def cluster(self) -> UUID:
        await all_ask(self.database, ASKED)
        await Learning(self.database, self.base(), WordEncoder()).run()
        listed = await self.database.run(review.list_clusters)
        [item] = listed["clusters"]
        return UUID(item["id"])

    async def accept(self, cluster_id: UUID, *texts: str) -> Publication:
        library = Library(self.sources.articles)

        async def schedule(_connection: object, _number: int) -> None:
            """The test runs it by hand."""

        number = await self.database.run(
            lambda connection: review.accept_phrasings(
                connection,
                cluster_id,
                article="fees",
                phrasings=[Phrasing(text, "en") for text in texts],
                author=Author(None, "Mia"),
                schedule=schedule,
                file_text=library.text,
            )
        )
        assert self.questions() == ("how are fees",), "nothing is live before its checks"
        return await Publisher(self.database, self.build, self.index, library).run(number)

    def questions(self) -> tuple[str, ...]:
        found = self.base().article("fees")
        assert found is not None
        return found.questions


@pytest.fixture
async def house(database: Database, tmp_path: Path) -> House:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name in ("fees", "limits"):
        text = ARTICLE.format(name=name, title=name.capitalize(), question=f"how are {name}")
        (folder / f"{name}.en.md").write_text(text)
    (tmp_path / "facts.yml").write_text("fee: 2\n")
    (tmp_path / "intents.yml").write_text(
        "withdraw_fee: {topic: withdraw_limits_fees, handling: answer, label: Fees, "
        "articles: [fees, limits]}\n"
    )
    regressions = tmp_path / "regressions.jsonl"
    regressions.write_text(json.dumps({"text": "how are limits", "article": "limits"}) + "\n")
    sources = Sources(
        folder, tmp_path / "facts.yml", tmp_path / "intents.yml", regressions=regressions
    )
    house = House(database, sources, tmp_path / "index")
    house.build((), lambda step: None)
    return house


async def test_an_accepted_phrasing_is_answered_from(house: House) -> None:
    cluster_id = await house.cluster()

    publication = await house.accept(cluster_id, NEW)

    assert publication.state == "live", publication.findings
    assert house.questions() == ("how are fees", NEW)
    found = house.base().searcher("en").search(NEW)[0]
    assert (found.article, found.exact) == ("fees", True)
    shown = await house.database.run(lambda c: review.load_cluster(c, cluster_id))
    assert (shown["state"], shown["publication"]["state"]) == ("accepted", "live")


async def test_what_fails_a_check_changes_nothing_and_is_decided_again(house: House) -> None:
    cluster_id = await house.cluster()

    publication = await house.accept(cluster_id, "how are limits")

    assert publication.state == "failed"
    assert house.questions() == ("how are fees",)
    await house.database.run(review.reopen_failed)
    shown = await house.database.run(lambda c: review.load_cluster(c, cluster_id))
    assert shown["state"] == "open"
    assert "how are limits" in shown["publication"]["findings"][0]["message"]
    assert await house.database.run(publications.live_content) == {}


async def test_two_acceptances_for_one_article_do_not_undo_each_other(house: House) -> None:
    cluster_id = await house.cluster()
    library = Library(house.sources.articles)

    async def queue(connection: Any) -> None:
        fees = await revisions.save(
            connection, article="fees", language="en", source=library.text("fees", "en") or "",
            base=0, author=Author(None, "Lena"),
        )  # fmt: skip
        await publications.queue(
            connection, action="publish", requester=Author(None, "Lena"), changes=[fees]
        )

    await house.database.run(queue)

    with pytest.raises(UnpublishedDraftError, match="at this moment"):
        await house.accept(cluster_id, NEW)


async def test_after_a_failed_one_the_editor_can_accept_again(house: House) -> None:
    cluster_id = await house.cluster()
    await house.accept(cluster_id, "how are limits")
    await house.database.run(review.reopen_failed)

    publication = await house.accept(cluster_id, NEW)

    assert publication.state == "live", publication.findings
    assert house.questions() == ("how are fees", NEW)
