"""`teller articles ...`, and what `teller index` has to know of published revisions."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from editorial import changes, publications, revisions
from editorial.catalogue import Entry, catalogue
from editorial.errors import EditorialError
from editorial.library import Library
from editorial.publications import Publication
from editorial.publishing import as_revised
from editorial.revisions import Author
from knowledge.builds import current, previous, switch
from knowledge.content import read_manifest
from knowledge.errors import KnowledgeError
from knowledge.overlay import Revised
from server.database import Database
from server.postgres import EmbeddedPostgres
from server.publishing import run_publication
from server.settings import Settings
from server.up import with_database

OPERATOR = Author(None, "Command line")

Result = TypeVar("Result")


def has_database(settings: Settings) -> bool:
    """Whether there is a database that could hold revisions; a fresh checkout has none yet."""
    if settings.database_url is not None:
        return True
    place = EmbeddedPostgres(settings.state_dir, say=lambda _sentence: None).place
    return (place / "PG_VERSION").exists()


def published_revisions(settings: Settings, *, console: Console) -> list[Revised]:
    """The revisions that a build has to put over the folder of articles."""
    if not has_database(settings):
        return []

    async def read(connection: AsyncConnection) -> list[Revised]:
        content = await publications.live_content(connection)
        return as_revised(await publications.revisions_of(connection, content))

    return _with(settings, console, lambda database: database.run(read))


def note_build(settings: Settings, *, console: Console, action: str, replaced: str | None) -> None:
    """Write down that a command changed the current build, as the console would."""
    build = current(settings.index)
    if build is None or not has_database(settings):
        return
    content = read_manifest(settings.index / build).get("revisions", {})

    async def write(connection: AsyncConnection) -> None:
        asked = await publications.queue(connection, action=action, requester=OPERATOR, build=build)
        await publications.finish_live(
            connection, asked, build=build, replaced=replaced, content=content
        )

    _with(settings, console, lambda database: database.run(write))


def roll_back(settings: Settings, *, console: Console) -> int:
    """Put the build before in the place of the current one; 1 when none is kept."""
    build, replaced = previous(settings.index), current(settings.index)
    if build is None:
        console.print("There is no build to go back to.", style="red")
        return 1
    switch(settings.index, build)
    note_build(settings, console=console, action="roll_back", replaced=replaced)
    console.print(f"Rolled back from {replaced} to {build}; running processes pick it up.")
    return 0


def list_articles(
    settings: Settings, *, console: Console, state: str | None, language: str | None
) -> int:
    """Print every article that is not simply its file, or those of a state."""
    today = datetime.now(UTC).date()
    entries = _entries(settings, console)
    shown = 0
    for entry in entries:
        row = entry.as_json(today)
        if language and entry.language != language:
            continue
        revised = row["live_revision"] or row["changed"] or row["state"] != "live"
        if not (row["state"] == state or (state == "changed" and row["changed"])) and (
            state or not revised
        ):
            continue
        shown += 1
        origin = f"revision {row['live_revision']}" if row["live_revision"] else "file"
        draft = f", draft {row['base']} by {row['author']}" if row["changed"] else ""
        why = f" ({row['hindrance']})" if row["hindrance"] else ""
        console.print(f"{entry.article}.{entry.language}  {row['state']}{why}  {origin}{draft}")
    console.print(f"{shown} of {len(entries)} articles.", style="dim")
    return 0


def export(settings: Settings, folder: Path | None, *, console: Console) -> int:
    """Write the published revisions as files over the folder of articles (or into `folder`), and
    remove the files of what was withdrawn, so that git sees what the console changed.
    """
    root = folder or settings.articles
    count = 0
    for entry in _entries(settings, console):
        if entry.live is None:
            continue
        path = root / _place(entry, settings.articles)
        if entry.live.withdraws:
            path.unlink(missing_ok=True)
            console.print(f"withdrawn  {path}", markup=False)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(entry.live.source, encoding="utf-8")
            console.print(f"written    {path}", markup=False)
        count += 1
    console.print(f"{count} published revisions. Commit them; the next build releases them.")
    return 0


def publish(
    settings: Settings, article: str, language: str, file: Path | None, note: str, *,
    console: Console,
) -> int:  # fmt: skip
    """Publish an article's newest draft, or the text of a file; 0 when it is live."""

    try:
        text = file.read_text(encoding="utf-8") if file else None
    except (OSError, UnicodeDecodeError) as error:
        console.print(f"{file}: {error}", style="red", markup=False)
        return 1

    async def ask(connection: AsyncConnection) -> Publication:
        newest = await revisions.find_newest(connection, article, language)
        if text is None and newest is None:
            raise EditorialError(f"{article}.{language} has no draft. Name a file with --file.")
        source = text if text is not None or newest is None else newest.source

        async def schedule(_connection: AsyncConnection, _number: int) -> None:
            """It runs at once, in this process."""

        return await changes.publish(
            connection,
            article=article,
            language=language,
            source=source or "",
            base=newest.number if newest else 0,
            author=OPERATOR,
            note=note,
            schedule=schedule,
            today=datetime.now(UTC).date(),
        )

    async def run(database: Database, url: str) -> Publication:
        asked = await database.run(ask)
        return await run_publication(settings, url, asked.id)

    try:
        with with_database(settings, console=console) as url:
            done = asyncio.run(_open(url, lambda database: run(database, url)))
    except (EditorialError, KnowledgeError, SQLAlchemyError) as error:
        console.print(str(error), style="red", markup=False)
        return 1
    for finding in done.findings:
        place = ":".join(
            str(part)
            for part in (finding["article"], finding["language"], finding["line"])
            if part is not None
        )
        style = "red" if finding["severity"] == "error" else "yellow"
        console.print(f"{place}: {finding['message']}", style=style, markup=False)
    if done.state != "live":
        console.print("Not published; customers have what they had.", style="red")
        return 1
    console.print(f"{article}.{language} is live: {done.build}", markup=False)
    return 0


def _entries(settings: Settings, console: Console) -> list[Entry]:
    files = Library(settings.articles).files()
    if not has_database(settings):
        return list(catalogue(files, [], []).values())

    async def read(connection: AsyncConnection) -> list[Entry]:
        live = await publications.revisions_of(
            connection, await publications.live_content(connection)
        )
        newest = await revisions.newest_of_all(connection)
        return list(catalogue(files, newest, live).values())

    return _with(settings, console, lambda database: database.run(read))


def _place(entry: Entry, articles: Path) -> Path:
    """Where an article's file lies below the folder: where it is, else in its topic's folder."""
    if entry.file is not None:
        return entry.file.path.relative_to(articles)
    parsed = entry.parsed(entry.live.source) if entry.live else None
    topic = parsed.topic if parsed else "new"
    return Path(topic) / f"{entry.article}.{entry.language}.md"


def _with(
    settings: Settings, console: Console, work: Callable[[Database], Awaitable[Result]]
) -> Result:
    with with_database(settings, console=console) as url:
        return asyncio.run(_open(url, work))


async def _open(url: str, work: Callable[[Database], Awaitable[Result]]) -> Result:
    database = Database(url, application="teller-articles", pool_size=2)
    try:
        return await work(database)
    finally:
        await database.close()
