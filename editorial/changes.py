"""What an editor asks for: publish, withdraw, go back to an older text, roll the index back.

Each call writes its wish down and defers the job in the caller's transaction: whoever is told that
it is queued can rely on it.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from editorial import publications, revisions
from editorial.errors import (
    NoSuchArticleError,
    NoSuchBuildError,
    NothingToPublishError,
)
from editorial.publications import Publication
from editorial.revisions import Author, Revision

# Defers the background job of a publication within the transaction.
Schedule = Callable[[AsyncConnection, int], Awaitable[None]]

_UPDATED = re.compile(r"^updated:.*$", re.MULTILINE)


async def publish(
    connection: AsyncConnection,
    *,
    article: str,
    language: str,
    source: str,
    base: int,
    author: Author,
    schedule: Schedule,
    today: date,
    note: str = "",
) -> Publication:
    """Ask for a text to be live, keeping it as a revision where it is not one yet. What was changed
    is dated today: customers read the date.

    Raises:
        EditedMeanwhileError: somebody saved the article since `base`.
        NothingToPublishError: this revision is live already.
    """
    newest = await revisions.find_newest(connection, article, language)
    live = (await publications.live_content(connection)).get(f"{article}.{language}")
    same = newest is not None and newest.number == base and newest.source == source
    if newest is not None and same and not newest.withdraws and live == newest.number:
        raise NothingToPublishError
    dated = dated_on(source, today)
    if newest is None or not same or newest.withdraws or dated != source:
        newest = await revisions.save(
            connection,
            article=article,
            language=language,
            source=dated,
            base=base,
            author=author,
            note=note,
        )
    return await _request(connection, "publish", [newest], author, schedule, note)


async def withdraw(
    connection: AsyncConnection,
    *,
    article: str,
    texts: dict[str, str],
    bases: dict[str, int],
    author: Author,
    schedule: Schedule,
    note: str = "",
) -> Publication:
    """Ask for an article to be taken away in the languages of `texts` (what it says now, kept so
    that it can be brought back). `bases` are the newest revisions by language.

    Raises:
        EditedMeanwhileError: somebody saved the article since.
        NoSuchArticleError: there is nothing to withdraw.
    """
    if not texts:
        raise NoSuchArticleError
    kept = [
        await revisions.save(
            connection,
            article=article,
            language=language,
            source=source,
            base=bases.get(language, 0),
            author=author,
            note=note,
            withdraws=True,
        )
        for language, source in sorted(texts.items())
    ]
    return await _request(connection, "withdraw", kept, author, schedule, note)


async def revert(
    connection: AsyncConnection,
    *,
    article: str,
    language: str,
    number: int,
    base: int,
    author: Author,
    file_text: str | None = None,
) -> Revision:
    """Make an older text the newest draft; number 0 is that of the file.

    Raises:
        NoSuchRevisionError: there is none of this number.
        EditedMeanwhileError: somebody saved the article since `base`.
    """
    if number == 0:
        if file_text is None:
            raise NoSuchArticleError("This article has no file to go back to.")
        source, note = file_text, "Back to the file"
    else:
        older = await revisions.load(connection, article, language, number)
        source, note = older.source, f"Back to revision {number}"
    return await revisions.save(
        connection,
        article=article,
        language=language,
        source=source,
        base=base,
        author=author,
        note=note,
    )


async def roll_back(
    connection: AsyncConnection,
    *,
    build: str,
    previous: str | None,
    author: Author,
    schedule: Schedule,
    note: str = "",
) -> Publication:
    """Ask for the build before the current one.

    Raises:
        NoSuchBuildError: `build`, which the editor saw, is not the one that is kept.
    """
    if previous is None or build != previous:
        raise NoSuchBuildError
    return await _request(connection, "roll_back", [], author, schedule, note, build)


async def rebuild(
    connection: AsyncConnection, *, author: Author, schedule: Schedule, note: str = ""
) -> Publication:
    """Ask for a build of what is published now, such as after a change of the facts."""
    return await _request(connection, "rebuild", [], author, schedule, note)


def dated_on(source: str, today: date) -> str:
    """A text whose front matter says that it was updated on a day."""
    ends = [match.start() for match in re.finditer(r"^---[ \t]*$", source, re.MULTILINE)]
    front = source[: ends[1]] if len(ends) > 1 else ""
    return _UPDATED.sub(f"updated: {today.isoformat()}", front, count=1) + source[len(front) :]


async def _request(
    connection: AsyncConnection,
    action: str,
    changes: Sequence[Revision],
    author: Author,
    schedule: Schedule,
    note: str,
    build: str | None = None,
) -> Publication:
    publication = await publications.queue(
        connection, action=action, requester=author, changes=changes, build=build, note=note
    )
    await schedule(connection, publication.id)
    return publication
