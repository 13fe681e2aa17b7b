"""The learning loop on real PostgreSQL: from conversations to clusters, and to an editor's word."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from conversations.tables import conversations
from editorial import publications, review, revisions
from editorial.learning import Learned, Learning
from editorial.learning_tables import learning_clusters, learning_gaps
from editorial.review import (
    BadDecisionError,
    DecidedMeanwhileError,
    NoSuchClusterError,
    Phrasing,
    UnpublishedDraftError,
)
from editorial.revisions import Author
from knowledge.testing import WordEncoder, make_article, make_base
from server.database import Database
from tests.support.learning import all_ask, ask_in_vain, not_solved

MIA = Author(None, "Mia")
TODAY = datetime(2026, 11, 22, tzinfo=UTC).date()
CARDS = [
    "do you sell a gift card for bitcoin",
    "gift card for bitcoin please",
    "where is the bitcoin gift card",
    "buy a gift card with bitcoin inside",
    "is there any bitcoin gift card",
]
STATEMENTS = [
    "signed balance letter for the embassy",
    "balance letter for my embassy",
    "the embassy wants a balance letter",
    "letter of balance, embassy asks for it",
    "embassy balance letter signed please",
    "official embassy letter with balance",
]
ANSWER = "We do not sell gift cards yet. You can send bitcoin to a friend's address instead."
FILE = """---
id: presents
title: Presents
topic: complaint_feedback
intents: [suggestion]
questions:
  - how do i give bitcoin away
owner: general
updated: 2026-11-10
review_by: 2027-05-10
---
Send it to a friend.
"""


def base() -> Any:
    intents = {
        "suggestion": {"topic": "complaint_feedback", "handling": "answer", "label": "Suggestion"}
    }
    articles = [
        make_article(
            "presents", topic="complaint_feedback", intents=("suggestion",),
            questions=("how do i give bitcoin away as a gift",),
        ),
        make_article("statements", questions=("export my trades",)),
    ]  # fmt: skip
    return make_base(articles, intents)


async def learn(database: Database) -> Learned:
    return await Learning(database, base(), WordEncoder()).run()


async def clusters(database: Database, state: str = "open") -> list[dict[str, Any]]:
    listed = await database.run(lambda c: review.list_clusters(c, state))
    found: list[dict[str, Any]] = listed["clusters"]
    return found


async def the_cluster(database: Database, state: str = "open") -> UUID:
    [one] = await clusters(database, state)
    return UUID(one["id"])


async def show(database: Database, cluster_id: UUID) -> dict[str, Any]:
    return await database.run(lambda c: review.load_cluster(c, cluster_id))


async def dismiss(database: Database, cluster_id: UUID) -> None:
    await database.run(
        lambda c: review.dismiss(c, cluster_id, reason="out_of_scope", note="", author=MIA)
    )


class Publishing:
    """Takes what is asked to be published, and can let it fail."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    async def __call__(self, _connection: object, number: int) -> None:
        self.asked.append(number)


async def accept(
    database: Database, cluster_id: UUID, *texts: str, language: str = "en", **options: Any
) -> Publishing:
    publishing = Publishing()
    await database.run(
        lambda c: review.accept_phrasings(
            c,
            cluster_id,
            article="presents",
            phrasings=[Phrasing(text, language) for text in texts],
            author=MIA,
            schedule=publishing,
            file_text=lambda name, lang: FILE if (name, lang) == ("presents", "en") else None,
            **options,
        )
    )
    return publishing


async def draft(database: Database, cluster_id: UUID) -> revisions.Revision:
    return await database.run(
        lambda c: review.make_draft(
            c, cluster_id, title="Gift cards", body=ANSWER, author=MIA, live=base().article,
            taken={"gift-cards"}, today=TODAY,
        )
    )  # fmt: skip


async def test_what_five_people_asked_is_one_cluster_with_samples_and_candidates(
    database: Database,
) -> None:
    asked = await all_ask(database, CARDS)
    await all_ask(database, STATEMENTS[:4])

    learned = await learn(database)

    assert (learned.collected, learned.gaps, learned.clusters) == (9, 9, 1)
    found = await show(database, await the_cluster(database))
    assert found["members"] == 5
    assert {message["conversation"] for message in found["messages"]} == set(map(str, asked))
    assert found["candidates"][0]["article"] == "presents"
    assert {each["text"] for each in found["phrasings"]} <= set(CARDS)
    assert found["weeks"][-1] == 5


async def test_a_second_run_finds_nothing_new_and_keeps_the_cluster(database: Database) -> None:
    await all_ask(database, CARDS)
    await learn(database)
    cluster_id = await the_cluster(database)
    await all_ask(database, ["a gift card with bitcoin for mum", *STATEMENTS])

    learned = await learn(database)

    assert (learned.collected, learned.clusters) == (7, 2)
    sizes = {each["id"]: each["members"] for each in await clusters(database)}
    assert sizes[str(cluster_id)] == 6
    assert (await learn(database)).collected == 0


async def test_the_list_names_the_busiest_week_first_and_its_trend(database: Database) -> None:
    await all_ask(database, STATEMENTS, days_ago=10)
    await all_ask(database, CARDS)
    await learn(database)

    listed = await clusters(database)

    assert [(each["members"], each["recent"], each["before"]) for each in listed] == [
        (5, 5, 0),
        (6, 0, 6),
    ]


async def test_an_answer_that_comes_later_and_a_vote_are_learned_too(database: Database) -> None:
    for text in CARDS[:4]:
        await ask_in_vain(database, text, answer=f"Hi Ada! {ANSWER}", name="Ada King")
    voted = await ask_in_vain(
        database, CARDS[4], decision="answer", reason="confident", article="presents"
    )
    await learn(database)
    assert await clusters(database) == []

    await not_solved(database, voted, "presents")
    await learn(database)

    found = await show(database, await the_cluster(database))
    assert found["draft"]["body"] == f"{ANSWER}\n"
    assert found["kinds"] == {"unclear": 4, "down_vote": 1}
    assert "Ada" not in str(found)


async def test_dismissed_stays_dismissed_until_as_many_again_have_asked(database: Database) -> None:
    await all_ask(database, CARDS)
    await learn(database)
    cluster_id = await the_cluster(database)
    await dismiss(database, cluster_id)

    await all_ask(database, ["gift card bitcoin"] * 4)
    assert (await learn(database)).reopened == 0
    assert await clusters(database) == []

    await ask_in_vain(database, "bitcoin gift card")
    assert (await learn(database)).reopened == 1
    [again] = await clusters(database)
    assert (again["id"], again["members"]) == (str(cluster_id), 10)
    assert again["decision"]["reason"] == "out_of_scope"
    assert again["decision"]["members"] == 5


async def test_of_two_editors_one_decides(database: Database) -> None:
    await all_ask(database, CARDS)
    await learn(database)
    cluster_id = await the_cluster(database)
    await dismiss(database, cluster_id)

    with pytest.raises(DecidedMeanwhileError):
        await dismiss(database, cluster_id)
    with pytest.raises(NoSuchClusterError):
        await dismiss(database, UUID(int=1))


async def test_accepted_phrasings_are_a_revision_that_waits_for_its_publication(
    database: Database,
) -> None:
    await all_ask(database, CARDS)
    await learn(database)
    cluster_id = await the_cluster(database)

    publishing = await accept(database, cluster_id, "do you have  bitcoin gift cards")

    [number] = publishing.asked
    publication = await database.run(lambda c: publications.load(c, number))
    assert (publication.state, publication.changes) == ("queued", {"presents.en": 1})
    revision = await database.run(lambda c: revisions.load(c, "presents", "en", 1))
    assert revision.state == "draft"
    assert "  - how do i give bitcoin away\n  - do you have bitcoin gift cards\n" in revision.source
    found = await show(database, cluster_id)
    assert (found["state"], found["publication"]["state"]) == ("accepted", "queued")
    assert found["decision"]["by"] == "Mia"


async def test_a_failed_publication_opens_the_cluster_again_and_says_why(
    database: Database,
) -> None:
    from editorial.findings import Finding

    await all_ask(database, CARDS)
    await learn(database)
    cluster_id = await the_cluster(database)
    [number] = (await accept(database, cluster_id, "do you have gift cards")).asked
    finding = Finding("a question no longer finds its article")
    await database.run(lambda c: publications.finish_failed(c, number, [finding]))

    await database.run(review.reopen_failed)

    found = await show(database, cluster_id)
    assert (found["state"], found["publication"]["state"]) == ("open", "failed")
    assert found["publication"]["findings"][0]["message"] == finding.message


async def test_an_accepted_cluster_comes_back_when_it_did_not_help(database: Database) -> None:
    await all_ask(database, CARDS)
    await learn(database)
    await accept(database, await the_cluster(database), "do you have gift cards")

    await all_ask(database, CARDS)

    assert (await learn(database)).reopened == 1


async def test_phrasings_are_checked_before_anything_is_saved(database: Database) -> None:
    await all_ask(database, CARDS)
    await learn(database)
    cluster_id = await the_cluster(database)

    with pytest.raises(BadDecisionError, match="1 to"):
        await accept(database, cluster_id)
    with pytest.raises(BadDecisionError, match="characters"):
        await accept(database, cluster_id, "gift?")
    with pytest.raises(BadDecisionError, match="not there in tr"):
        await accept(database, cluster_id, "hediye kartı var mı", language="tr")
    with pytest.raises(BadDecisionError, match="also one of fees"):
        await accept(
            database, cluster_id, "what does it cost",
            check=lambda source, article, language: ["it is also one of fees"],
        )  # fmt: skip

    assert await database.run(lambda c: revisions.find_newest(c, "presents", "en")) is None
    assert (await show(database, cluster_id))["state"] == "open"


async def test_another_editors_unfinished_draft_is_not_published_along(database: Database) -> None:
    await all_ask(database, CARDS)
    await learn(database)
    await database.run(
        lambda c: revisions.save(
            c, article="presents", language="en", source=FILE, base=0, author=Author(None, "Lena")
        )
    )

    with pytest.raises(UnpublishedDraftError, match="Lena"):
        await accept(database, await the_cluster(database), "do you have gift cards")


async def test_a_draft_is_a_revision_that_nobody_has_asked_to_publish(database: Database) -> None:
    for text in CARDS:
        await ask_in_vain(database, text, answer=ANSWER)
    await learn(database)
    cluster_id = await the_cluster(database)

    revision = await draft(database, cluster_id)

    assert (revision.article, revision.state) == ("gift-cards-2", "draft")
    assert revision.source.endswith(f"---\n{ANSWER}\n")
    assert "owner: general\n" in revision.source
    assert await database.run(publications.newest) == []
    assert (await show(database, cluster_id))["decision"]["what"] == "drafted"


async def test_a_decision_can_be_taken_back(database: Database) -> None:
    await all_ask(database, CARDS)
    await learn(database)
    cluster_id = await the_cluster(database)
    await dismiss(database, cluster_id)

    await database.run(lambda c: review.reopen(c, cluster_id))

    assert await the_cluster(database) == cluster_id


async def test_erasing_conversations_erases_what_was_learned_from_them(database: Database) -> None:
    asked = await all_ask(database, CARDS)
    await learn(database)

    async def erase(connection: Any) -> int:
        await connection.execute(conversations.delete().where(conversations.c.id.in_(asked)))
        return int((await connection.execute(select(func.count(learning_gaps.c.id)))).scalar_one())

    assert await database.run(erase) == 0
    await learn(database)
    left = await database.run(lambda c: c.execute(select(learning_clusters)))
    assert list(left) == []


async def test_what_was_asked_a_season_ago_is_forgotten(database: Database) -> None:
    await all_ask(database, CARDS)
    await learn(database)

    async def age(connection: Any) -> None:
        await connection.execute(
            update(learning_gaps).values(asked_at=func.now() - func.make_interval(0, 0, 0, 91))
        )

    await database.run(age)
    learned = await learn(database)

    assert (learned.gaps, learned.clusters) == (0, 0)


async def test_a_new_encoder_leaves_decisions_as_they_are(database: Database) -> None:
    await all_ask(database, CARDS)
    await learn(database)
    cluster_id = await the_cluster(database)
    await dismiss(database, cluster_id)

    class Other(WordEncoder):
        hash = "another"

    await Learning(database, base(), Other()).run()

    assert await the_cluster(database, "dismissed") == cluster_id
    assert await clusters(database) == []
