"""Publishing: one publication from the queue to the live index, or to the reasons why not.

The build stands beside the live one until it has passed every check, and takes its place in one
step; running processes pick it up within a second or two. Nothing is half published: a build that
fails leaves customers what they had, and the findings name article and line.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import fcntl
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

from conversations.database import Transactions
from editorial import publications
from editorial.errors import EditorialError, NoSuchBuildError
from editorial.findings import Finding, read_finding
from editorial.library import Library
from editorial.publications import Content, Publication
from editorial.revisions import Revision
from knowledge.builds import current, previous, switch
from knowledge.content import read_manifest
from knowledge.errors import KnowledgeError
from knowledge.overlay import Revised

# The steps of a build at which it is complete and held against what it must still answer.
CHECKING = ("checking", "publishing")
# In the folder of builds; who holds it publishes.
LOCK = ".publishing"


class Built(Protocol):
    """What a build says of itself once it is live (knowledge.publish.Published)."""

    @property
    def build(self) -> str: ...
    @property
    def manifest(self) -> Mapping[str, Any]: ...
    @property
    def warnings(self) -> Sequence[str]: ...


# Builds from the folder with these revisions over it and puts the build in place; told each step.
Build = Callable[[Sequence[Revised], Callable[[str], None]], Built]


@dataclass(frozen=True)
class Publisher:
    """Runs publications. `index` is the folder of builds, `library` that of the articles."""

    database: Transactions
    build: Build
    index: Path
    library: Library

    async def run(self, number: int) -> Publication:
        """Run one publication to its end. One that has ended is left as it is, so that a job that
        runs twice publishes once.
        """
        async with _alone(self.index):
            await self._run(number)
        return await self.database.run(lambda c: publications.load(c, number))

    async def _run(self, number: int) -> None:
        publication = await self.database.run(lambda c: publications.load(c, number))
        if publication.finished:
            return
        try:
            if publication.action == "roll_back":
                await self._roll_back(publication)
            else:
                await self._publish(publication)
        except (EditorialError, KnowledgeError) as error:
            await self.fail(number, str(error))

    async def fail(self, number: int, reason: str) -> None:
        """Give a publication up that ended without a word, such as one whose process was killed."""
        finding = Finding(reason)
        await self.database.run(lambda c: publications.finish_failed(c, number, [finding]))

    async def _publish(self, publication: Publication) -> None:
        content = {**await self.database.run(publications.live_content), **publication.changes}
        revisions = await self.database.run(lambda c: publications.revisions_of(c, content))
        text_of = self._texts(revisions)
        replaced = current(self.index)
        try:
            built = await self._build(publication.id, as_revised(revisions))
        except KnowledgeError as error:
            problems = getattr(error, "problems", (str(error),))
            findings = [read_finding(problem, text_of) for problem in problems]
            await self.database.run(
                lambda c: publications.finish_failed(c, publication.id, findings)
            )
            return
        warnings = [read_finding(text, text_of, severity="warning") for text in built.warnings]
        await self.database.run(
            lambda connection: publications.finish_live(
                connection,
                publication,
                build=built.build,
                replaced=replaced,
                content=built.manifest.get("revisions", {}),
                warnings=warnings,
            )
        )

    async def _build(self, number: int, revised: Sequence[Revised]) -> Built:
        """Run the build in a thread, and write its steps down as they come."""
        loop = asyncio.get_running_loop()
        told: list[concurrent.futures.Future[None]] = []

        def progress(step: str) -> None:
            state = "checking" if step in CHECKING else "building"
            told.append(asyncio.run_coroutine_threadsafe(self._advance(number, state, step), loop))

        await self._advance(number, "building")
        try:
            return await asyncio.to_thread(self.build, revised, progress)
        finally:
            await asyncio.gather(*map(asyncio.wrap_future, told), return_exceptions=True)

    async def _roll_back(self, publication: Publication) -> None:
        await self._advance(publication.id, "building", "rolling back")
        replaced, build = current(self.index), publication.build
        if build is None or build not in (previous(self.index), replaced):
            raise NoSuchBuildError
        content: Content = read_manifest(self.index / build).get("revisions", {})
        switch(self.index, build)
        await self.database.run(
            lambda connection: publications.finish_live(
                connection, publication, build=build, replaced=replaced, content=content
            )
        )

    async def _advance(self, number: int, state: str, step: str = "") -> None:
        await self.database.run(lambda c: publications.advance(c, number, state, step))

    def _texts(self, revisions: Sequence[Revision]) -> Callable[[str, str], str | None]:
        """The text of an article: of the revision to be published, else of its file."""
        revised = {(each.article, each.language): each.source for each in revisions}
        return lambda article, language: (
            revised.get((article, language)) or self.library.text(article, language)
        )


@contextlib.asynccontextmanager
async def _alone(index: Path) -> AsyncIterator[None]:
    """One at a time for each folder of builds: a command may publish while a worker does."""
    file = await asyncio.to_thread(_locked, index)
    with file:
        yield


def _locked(index: Path) -> IO[str]:
    index.mkdir(parents=True, exist_ok=True)
    file = (index / LOCK).open("w")
    fcntl.flock(file, fcntl.LOCK_EX)
    return file


def as_revised(revisions: Sequence[Revision]) -> list[Revised]:
    """Revisions as a build reads them."""
    return [
        Revised(each.article, each.language, each.number, None if each.withdraws else each.source)
        for each in revisions
    ]
