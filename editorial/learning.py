"""One run of the learning loop: collect what got no good answer, group it, prepare proposals.

A run changes nothing that customers see. It may run at any time and again: what it has read is read
once more without harm, and clusters keep their ids (editorial/clusters.py).
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

import numpy as np
from sqlalchemy import Row, bindparam, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.database import Transactions
from conversations.tables import conversations
from editorial import proposals
from editorial.clusters import LEAST_MEMBERS, Cluster, Known, Point, Vectors, group
from editorial.gaps import changed_since, gaps_of, load_histories, save_gaps
from editorial.learning_tables import learning_clusters, learning_gaps, learning_runs
from editorial.proposals import Member
from knowledge.base import KnowledgeBase
from knowledge.content import FALLBACK_LANGUAGE
from knowledge.words import Words

# How far back messages count. What was asked a season ago may have been answered since.
WINDOW = timedelta(days=90)
# The newest messages of the window: all pairs of them are compared (some 2 s for 5,000).
MOST_GAPS = 5000
# Transactions that began before a run ended may be committed after it.
OVERLAP = timedelta(minutes=10)
# What was decided is remembered this long after the last message of its kind.
REMEMBERED = timedelta(days=365)
# Two words of articles' titles make a declined message one about the exchange.
OWN_WORDS = 2
# Any fixed number: PostgreSQL's advisory locks are named by one. Two runs would undo each other.
_LOCK = 7_305_802


class Encoder(Protocol):
    """Turns texts into normalised vectors; `hash` tells its vectors from another's."""

    @property
    def hash(self) -> str: ...

    def encode(self, texts: list[str]) -> Vectors: ...


@dataclass(frozen=True)
class Learned:
    """What a run found: new gaps, gaps in the window, open clusters, and how many of them an editor
    had decided on before.
    """

    collected: int
    gaps: int
    clusters: int
    reopened: int


class AlreadyLearningError(Exception):
    """Another run is under way. Wait for it to end."""


@dataclass(frozen=True)
class Learning:
    """Runs the loop on a database with the knowledge base in use."""

    database: Transactions
    base: KnowledgeBase
    encoder: Encoder

    async def run(self) -> Learned:
        """Collect, group, prepare.

        Raises:
            AlreadyLearningError: another process is at it.
        """
        collected, read_until = await self._collect()
        await self._encode()
        return await self.database.run(lambda c: self._group(c, collected, read_until))

    async def _collect(self) -> tuple[int, datetime]:
        since, now = await self.database.run(_last_read)
        ours = OwnWords(self.base)
        collected, after = 0, None

        async def batch(connection: AsyncConnection) -> tuple[int, UUID | None]:
            chosen = await changed_since(connection, since, after=after)
            histories = await load_histories(connection, chosen)
            found = [gap for history in histories for gap in gaps_of(history, ours=ours)]
            return await save_gaps(connection, found), chosen[-1] if chosen else None

        while True:
            new, after = await self.database.run(batch)
            if after is None:
                return collected, now
            collected += new

    async def _encode(self) -> None:
        """Give a vector to every gap of the window that has none of this encoder."""
        rows = await self.database.run(lambda c: _without_vector(c, self.encoder.hash))
        if not rows:
            return
        vectors = await asyncio.to_thread(self.encoder.encode, [row.text for row in rows])
        values = [
            {"gap": row.id, "packed": _pack(vector), "made_by": self.encoder.hash}
            for row, vector in zip(rows, vectors, strict=True)
        ]
        statement = (
            update(learning_gaps)
            .where(learning_gaps.c.id == bindparam("gap"))
            .values(vector=bindparam("packed"), encoder=bindparam("made_by"))
        )

        async def save(connection: AsyncConnection) -> None:
            await connection.execute(statement, values)

        await self.database.run(save)

    async def _group(
        self, connection: AsyncConnection, collected: int, read_until: datetime
    ) -> Learned:
        locked = await connection.execute(
            text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": _LOCK}
        )
        if not locked.scalar_one():
            raise AlreadyLearningError("Another run of `teller learn` is under way; wait for it.")
        gaps = list(await connection.execute(_window(self.encoder.hash)))
        known = {row.id: row for row in await connection.execute(select(learning_clusters))}
        found, prepared = await asyncio.to_thread(self._prepare, gaps, list(known.values()))
        reopened = 0
        for cluster, proposal in zip(found, prepared, strict=True):
            rows = [gaps[place] for place in cluster.places]
            reopened += await _save_cluster(
                connection, cluster, rows, proposal, known.get(cluster.id), self.encoder.hash
            )
        await _assign(connection, gaps, found)
        await _forget(connection, {cluster.id for cluster in found})
        shown = await connection.execute(
            select(func.count()).where(learning_clusters.c.state == "open")
        )
        learned = Learned(collected, len(gaps), shown.scalar_one(), reopened)
        await connection.execute(
            insert(learning_runs).values(
                read_until=read_until,
                collected=collected,
                gaps=len(gaps),
                clusters=learned.clusters,
            )
        )
        return learned

    def _prepare(
        self, gaps: Sequence[Row[Any]], known: Sequence[Row[Any]]
    ) -> tuple[list[Cluster], list[dict[str, Any]]]:
        vectors = np.stack([_unpack(row.vector) for row in gaps]) if gaps else np.zeros((0, 1))
        vectors = vectors.astype(np.float32)
        points = [
            Point(place, row.contact_id, row.language, row.cluster_id)
            for place, row in enumerate(gaps)
        ]
        before = [
            Known(
                row.id,
                # Vectors of another encoder lie elsewhere; its members tell the cluster then.
                _unpack(row.centre) if row.encoder == self.encoder.hash else np.zeros(0, "f4"),
                decided=row.decision is not None and row.state != "open",
            )
            for row in known
        ]
        found = group(points, vectors, before)
        return found, [self._propose(cluster, gaps, vectors) for cluster in found]

    def _propose(
        self, cluster: Cluster, gaps: Sequence[Row[Any]], vectors: Vectors
    ) -> dict[str, Any]:
        members = [
            Member(
                text=gaps[place].text,
                language=gaps[place].language,
                kind=gaps[place].kind,
                vector=vectors[place],
                topic=gaps[place].topic,
                intent=gaps[place].intent,
                answer=gaps[place].answer,
            )
            for place in cluster.places
        ]
        answers = [member.answer for member in members if member.answer]
        fallback = self.base.searcher(FALLBACK_LANGUAGE)
        near = proposals.candidates(members, self.base.searchers, fallback)
        for candidate in near:
            article = self.base.article(candidate["article"])
            # Editors read English, whatever the customers asked in.
            candidate["title"] = article.title if article else candidate["title"]
            candidate["languages"] = list(self.base.languages_of(candidate["article"]))
        drafted = proposals.draft(members, self.encoder.encode(answers)) if answers else None
        return {
            "phrasings": proposals.phrasings(members),
            "candidates": near,
            "draft": drafted,
            "suggested": proposals.suggested(near, drafted),
            "intent": _commonest([member.intent for member in members]),
            "kinds": dict(Counter(member.kind for member in members)),
            "languages": dict(Counter(member.language for member in members)),
        }


class OwnWords:
    """Tells whether a message is about what the exchange does: it uses the words of articles'
    titles.
    """

    def __init__(self, base: KnowledgeBase) -> None:
        self._base = base
        self._known: dict[str, tuple[Words, frozenset[str]]] = {}

    def __call__(self, text: str, language: str) -> bool:
        words, stems = self._of(language)
        return len(stems & set(words.stems(text))) >= OWN_WORDS

    def _of(self, language: str) -> tuple[Words, frozenset[str]]:
        if language not in self._known:
            words = Words(language)
            titles = [
                article.title for article in self._base.articles if article.language == language
            ]
            stems = frozenset(stem for title in titles for stem in words.stems(title))
            self._known[language] = (words, stems)
        return self._known[language]


async def _last_read(connection: AsyncConnection) -> tuple[datetime | None, datetime]:
    row = (await connection.execute(select(func.max(learning_runs.c.read_until), func.now()))).one()
    return (row[0] - OVERLAP if row[0] else row[1] - WINDOW), row[1]


async def _without_vector(connection: AsyncConnection, encoder: str) -> list[Row[Any]]:
    statement = select(learning_gaps.c.id, learning_gaps.c.text).where(
        learning_gaps.c.encoder.is_distinct_from(encoder),
        learning_gaps.c.asked_at > func.now() - WINDOW,
    )
    return list(await connection.execute(statement))


def _window(encoder: str) -> Any:
    """The gaps that count, the newest first, each with the person who asked."""
    return (
        select(learning_gaps, conversations.c.contact_id)
        .join(conversations, conversations.c.id == learning_gaps.c.conversation_id)
        .where(learning_gaps.c.encoder == encoder, learning_gaps.c.asked_at > func.now() - WINDOW)
        .order_by(learning_gaps.c.asked_at.desc(), learning_gaps.c.id.desc())
        .limit(MOST_GAPS)
    )


async def _save_cluster(
    connection: AsyncConnection,
    cluster: Cluster,
    rows: Sequence[Row[Any]],
    proposal: dict[str, Any],
    before: Row[Any] | None,
    encoder: str,
) -> bool:
    """Write a cluster down; True where it opens again after a decision."""
    reopens = before is not None and before.state != "open" and grown(before, rows)
    language = _commonest([row.language for row in rows]) or FALLBACK_LANGUAGE
    values: dict[str, Any] = {
        # The rows are in the order of the cluster: the most central one first.
        "title": next(row.text for row in rows if row.language == language),
        "language": language,
        "topic": _commonest([row.topic for row in rows]),
        "members": cluster.people,
        "centre": _pack(cluster.centre),
        "encoder": encoder,
        "proposal": proposal,
        "first_at": min(row.asked_at for row in rows),
        "last_at": max(row.asked_at for row in rows),
        "updated_at": func.now(),
    }
    if before is not None:
        values["first_at"] = min(before.first_at, values["first_at"])
        # The name by which an editor knows it stays while somebody still asks like that.
        if before.title in {row.text for row in rows}:
            values["title"] = before.title
    if reopens:
        values["state"] = "open"
    new = insert(learning_clusters).values(id=cluster.id, **values)
    await connection.execute(new.on_conflict_do_update(index_elements=["id"], set_=values))
    return reopens


def grown(before: Row[Any], rows: Sequence[Row[Any]]) -> bool:
    """Whether so many people have asked since a decision that an editor should look again: after a
    dismissal as many as there were, after an accepted proposal the fewest that make a cluster.
    """
    new = len({row.contact_id for row in rows if row.asked_at > before.decided_at})
    enough = before.decided_members if before.decision == "dismissed" else LEAST_MEMBERS
    return new >= max(enough, LEAST_MEMBERS)


async def _assign(
    connection: AsyncConnection, gaps: Sequence[Row[Any]], found: Sequence[Cluster]
) -> None:
    held = {place: cluster.id for cluster in found for place in cluster.places}
    moved = [
        {"gap": row.id, "cluster": held.get(place)}
        for place, row in enumerate(gaps)
        if row.cluster_id != held.get(place)
    ]
    if moved:
        await connection.execute(
            update(learning_gaps)
            .where(learning_gaps.c.id == bindparam("gap"))
            .values(cluster_id=bindparam("cluster")),
            moved,
        )


async def _forget(connection: AsyncConnection, found: set[UUID]) -> None:
    """Remove clusters that nobody asks about any more, and messages out of the window."""
    await connection.execute(
        delete(learning_clusters).where(
            learning_clusters.c.id.not_in(found),
            (learning_clusters.c.decision.is_(None))
            | (learning_clusters.c.last_at < func.now() - REMEMBERED),
        )
    )
    await connection.execute(
        delete(learning_gaps).where(learning_gaps.c.asked_at < func.now() - WINDOW)
    )


def _commonest(values: Sequence[str | None]) -> str | None:
    counted = Counter(value for value in values if value)
    return counted.most_common(1)[0][0] if counted else None


def _pack(vector: Vectors) -> bytes:
    return np.asarray(vector, "<f2").tobytes()


def _unpack(packed: bytes) -> Vectors:
    return np.frombuffer(packed, "<f2").astype(np.float32)
