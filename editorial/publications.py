"""Publications: every wish to change what customers are told, and what became of it.

A publication is queued with the change that it asks for, runs as a background job (one at a time),
and ends live or failed with its findings. What is published is what the newest one that went live
says; a roll-back is a publication too, so that the list is the whole history.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from editorial.errors import NoSuchPublicationError
from editorial.findings import Finding
from editorial.revisions import COLUMNS as REVISION_COLUMNS
from editorial.revisions import Author, Revision
from editorial.revisions import from_row as revision_from_row
from editorial.tables import article_publications, article_revisions

UNFINISHED = ("queued", "building", "checking")
LISTED = 20

Content = Mapping[str, int]


@dataclass(frozen=True)
class Publication:
    """One wish. `changes` are the numbers of the revisions to publish by `id.language`; `content`
    is what is published once it went live; `replaced` is the build that was current before.
    """

    id: int
    action: str
    state: str
    step: str
    changes: Content
    content: Content | None
    build: str | None
    replaced: str | None
    findings: Sequence[Mapping[str, Any]]
    note: str
    requester: str
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def finished(self) -> bool:
        """Whether nothing more will become of it."""
        return self.state not in UNFINISHED

    def as_json(self) -> dict[str, Any]:
        """What the console shows of it."""
        return {
            "id": self.id,
            "action": self.action,
            "state": self.state,
            "step": self.step,
            "changes": dict(self.changes),
            "build": self.build,
            "findings": list(self.findings),
            "note": self.note,
            "requester": self.requester,
            "requested_at": self.requested_at.isoformat(),
            "started_at": self.started_at and self.started_at.isoformat(),
            "finished_at": self.finished_at and self.finished_at.isoformat(),
        }


COLUMNS = [article_publications.c[name] for name in Publication.__dataclass_fields__]


def from_row(row: Row[Any]) -> Publication:
    """A `Publication` of a row selected with `COLUMNS`."""
    return Publication(**row._mapping)


async def queue(
    connection: AsyncConnection,
    *,
    action: str,
    requester: Author,
    changes: Sequence[Revision] = (),
    build: str | None = None,
    note: str = "",
) -> Publication:
    """Write a wish down; whoever calls also defers the job, in the same transaction.

    Args:
        action: `publish`, `withdraw`, `rebuild` (the files have changed) or `roll_back`.
        changes: the revisions that are to count.
        build: with `roll_back`, the build to go back to.
    """
    statement = (
        insert(article_publications)
        .values(
            action=action,
            changes={revision.name: revision.number for revision in changes},
            build=build,
            note=note.strip(),
            requested_by=requester.id,
            requester=requester.name,
        )
        .returning(*COLUMNS)
    )
    return from_row((await connection.execute(statement)).one())


async def load(connection: AsyncConnection, number: int) -> Publication:
    """One publication.

    Raises:
        NoSuchPublicationError: there is none of this number.
    """
    statement = select(*COLUMNS).where(article_publications.c.id == number)
    row = (await connection.execute(statement)).one_or_none()
    if row is None:
        raise NoSuchPublicationError
    return from_row(row)


async def newest(connection: AsyncConnection, *, limit: int = LISTED) -> list[Publication]:
    """The last publications, newest first."""
    statement = select(*COLUMNS).order_by(article_publications.c.id.desc()).limit(limit)
    return [from_row(row) for row in await connection.execute(statement)]


async def live_content(connection: AsyncConnection) -> dict[str, int]:
    """What is published over the folder of articles: revision numbers by `id.language`."""
    statement = (
        select(article_publications.c.content)
        .where(article_publications.c.state == "live")
        .order_by(article_publications.c.finished_at.desc(), article_publications.c.id.desc())
        .limit(1)
    )
    return dict((await connection.execute(statement)).scalar_one_or_none() or {})


async def revisions_of(connection: AsyncConnection, content: Content) -> list[Revision]:
    """The revisions that a content names."""
    if not content:
        return []
    keys = [(*name.rsplit(".", 1), number) for name, number in content.items()]
    place = tuple_(
        article_revisions.c.article, article_revisions.c.language, article_revisions.c.number
    )
    statement = select(*REVISION_COLUMNS).where(place.in_(keys))
    return [revision_from_row(row) for row in await connection.execute(statement)]


async def advance(connection: AsyncConnection, number: int, state: str, step: str = "") -> None:
    """Say how far an unfinished publication has come; the first time is its start."""
    await connection.execute(
        update(article_publications)
        .where(article_publications.c.id == number, article_publications.c.state.in_(UNFINISHED))
        .values(
            state=state,
            step=step,
            started_at=func.coalesce(article_publications.c.started_at, func.clock_timestamp()),
        )
    )


async def finish_live(
    connection: AsyncConnection,
    publication: Publication,
    *,
    build: str,
    replaced: str | None,
    content: Content,
    warnings: Sequence[Finding] = (),
) -> None:
    """Its build is the current one: `content` is what is published from now on."""
    before = await live_content(connection)
    await connection.execute(
        update(article_publications)
        .where(article_publications.c.id == publication.id)
        .values(
            state="live",
            step="",
            content=dict(content),
            build=build,
            replaced=replaced,
            findings=[warning.as_json() for warning in warnings],
            finished_at=func.clock_timestamp(),
        )
    )
    asked = {**content, **publication.changes}
    for revision in await revisions_of(connection, asked):
        await _mark(connection, revision, "withdrawn" if revision.withdraws else "published")
    if publication.action == "roll_back":
        # What was rolled back from is a draft again, to be mended and published once more.
        undone = {name: number for name, number in before.items() if content.get(name) != number}
        for revision in await revisions_of(connection, undone):
            await _mark(connection, revision, "draft")


async def finish_failed(
    connection: AsyncConnection, number: int, findings: Sequence[Finding]
) -> None:
    """Nothing has changed for customers; the findings say why."""
    await connection.execute(
        update(article_publications)
        .where(article_publications.c.id == number, article_publications.c.state.in_(UNFINISHED))
        .values(
            state="failed",
            step="",
            findings=[finding.as_json() for finding in findings],
            finished_at=func.clock_timestamp(),
        )
    )


async def _mark(connection: AsyncConnection, revision: Revision, state: str) -> None:
    await connection.execute(
        update(article_revisions)
        .where(
            article_revisions.c.article == revision.article,
            article_revisions.c.language == revision.language,
            article_revisions.c.number == revision.number,
            article_revisions.c.state != state,
        )
        .values(state=state)
    )
