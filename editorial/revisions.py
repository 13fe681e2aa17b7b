"""Revisions: every text that an article had, who wrote it and why, and which one came after which.

A revision is added and never changed. Saving names the revision that the author began with; when a
newer one is there by then, nothing is saved, so that two editors cannot overwrite each other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from editorial.errors import BadDraftError, EditedMeanwhileError, NoSuchRevisionError
from editorial.tables import article_revisions

LONGEST_SOURCE = 60_000
LONGEST_NOTE = 500
LONGEST_ID = 80

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2}")


@dataclass(frozen=True)
class Author:
    """Who edits: the agent's id (None for the command line) and the name to show."""

    id: UUID | None
    name: str


@dataclass(frozen=True)
class Revision:
    """One text of an article in one language. `withdraws` takes the article away once published;
    `state` says whether it ever went live.
    """

    article: str
    language: str
    number: int
    base: int
    state: str
    withdraws: bool
    source: str
    note: str
    author: str
    created_at: datetime

    @property
    def name(self) -> str:
        """`id.language`, as builds and publications name articles."""
        return f"{self.article}.{self.language}"

    def as_json(self, *, source: bool = False) -> dict[str, Any]:
        """What the console shows of it, with or without its text."""
        values = {
            "number": self.number,
            "base": self.base,
            "state": self.state,
            "withdraws": self.withdraws,
            "note": self.note,
            "author": self.author,
            "at": self.created_at.isoformat(),
        }
        return values | {"source": self.source} if source else values


COLUMNS = [article_revisions.c[name] for name in Revision.__dataclass_fields__]


def from_row(row: Row[Any]) -> Revision:
    """A `Revision` of a row selected with `COLUMNS`."""
    return Revision(**row._mapping)


async def save(
    connection: AsyncConnection,
    *,
    article: str,
    language: str,
    source: str,
    base: int,
    author: Author,
    note: str = "",
    withdraws: bool = False,
) -> Revision:
    """Keep a text as the article's next revision, a draft.

    Args:
        base: the number of the revision that the author began with, 0 for the file or nothing.

    Raises:
        BadDraftError: id, language, text or note cannot be kept; the message says why.
        EditedMeanwhileError: `base` is not the newest revision; its details name the newest.
    """
    _check(article, language, source, note)
    newest = await find_newest(connection, article, language)
    if (newest.number if newest else 0) != base:
        raise _edited(newest)
    statement = (
        insert(article_revisions)
        .values(
            article=article,
            language=language,
            number=base + 1,
            base=base,
            source=source,
            note=note.strip(),
            withdraws=withdraws,
            author_id=author.id,
            author=author.name,
        )
        # Of two who save at once the second finds the number taken.
        .on_conflict_do_nothing(index_elements=["article", "language", "number"])
        .returning(*COLUMNS)
    )
    row = (await connection.execute(statement)).one_or_none()
    if row is None:
        raise _edited(await find_newest(connection, article, language))
    return from_row(row)


async def find_newest(connection: AsyncConnection, article: str, language: str) -> Revision | None:
    """The newest revision of an article in a language; None while it has only a file."""
    statement = (
        select(*COLUMNS)
        .where(article_revisions.c.article == article, article_revisions.c.language == language)
        .order_by(article_revisions.c.number.desc())
        .limit(1)
    )
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else from_row(row)


async def load(connection: AsyncConnection, article: str, language: str, number: int) -> Revision:
    """One revision with its text.

    Raises:
        NoSuchRevisionError: there is none of this number.
    """
    statement = select(*COLUMNS).where(
        article_revisions.c.article == article,
        article_revisions.c.language == language,
        article_revisions.c.number == number,
    )
    row = (await connection.execute(statement)).one_or_none()
    if row is None:
        raise NoSuchRevisionError
    return from_row(row)


async def history(connection: AsyncConnection, article: str, language: str) -> list[Revision]:
    """Every revision of an article in a language, newest first."""
    statement = (
        select(*COLUMNS)
        .where(article_revisions.c.article == article, article_revisions.c.language == language)
        .order_by(article_revisions.c.number.desc())
    )
    return [from_row(row) for row in await connection.execute(statement)]


async def newest_of_all(connection: AsyncConnection) -> list[Revision]:
    """The newest revision of every article that has one."""
    statement = (
        select(*COLUMNS)
        .ext(distinct_on(article_revisions.c.article, article_revisions.c.language))
        .order_by(
            article_revisions.c.article,
            article_revisions.c.language,
            article_revisions.c.number.desc(),
        )
    )
    return [from_row(row) for row in await connection.execute(statement)]


def _check(article: str, language: str, source: str, note: str) -> None:
    if not _ID.fullmatch(article) or len(article) > LONGEST_ID:
        raise BadDraftError(
            f"id: lower-case words joined by hyphens are expected, at most {LONGEST_ID} characters."
        )
    if not _LANGUAGE.fullmatch(language):
        raise BadDraftError("language: two letters are expected, for instance en.")
    if not source.strip():
        raise BadDraftError("source: the article is empty.")
    if len(source) > LONGEST_SOURCE:
        raise BadDraftError(f"source: {len(source)} characters; at most {LONGEST_SOURCE} fit.")
    if len(note) > LONGEST_NOTE:
        raise BadDraftError(f"note: {len(note)} characters; at most {LONGEST_NOTE} fit.")
    if "\x00" in source or "\x00" in note:
        raise BadDraftError("source: holds a NUL character.")


def _edited(newest: Revision | None) -> EditedMeanwhileError:
    if newest is None:
        return EditedMeanwhileError("This article has no revision yet; begin with its file.")
    return EditedMeanwhileError(
        f"{newest.author} saved revision {newest.number} since you opened this article. Compare "
        "it with yours, and save again.",
        revision=newest.as_json(),
    )
