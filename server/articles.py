"""The console's interface for editors: the articles, their revisions, drafts, and publishing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Protocol

from sanic import Blueprint, HTTPResponse, Request, json
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.database import Transactions
from editorial import changes, publications, revisions
from editorial.catalogue import Entry, catalogue
from editorial.drafts import Surroundings, review
from editorial.errors import BadDraftError, EditorialError, NoSuchArticleError
from editorial.library import Library
from handoff.errors import HandoffError
from knowledge.articles import AUDIENCES, OWNERS, STATES
from knowledge.builds import current, previous
from knowledge.content import FALLBACK_LANGUAGE, Content
from knowledge.errors import KnowledgeError
from knowledge.facts import FactGroup, load_facts
from knowledge.rendering import known_assets
from knowledge.responses import Responses
from server.editor_requests import Body, error_response, reading, writing


class Knowledge(Protocol):
    """Where the live content comes from."""

    def get(self) -> Content: ...


class FactsFile:
    """The file of facts, read again when it changes."""

    def __init__(self, path: Path) -> None:
        """Reads nothing yet."""
        self._path = path
        self._known: tuple[int, FactGroup] | None = None

    def get(self) -> FactGroup:
        """The facts as the next build would read them; raises FactsError."""
        stamp = self._path.stat().st_mtime_ns if self._path.exists() else 0
        if self._known is None or self._known[0] != stamp:
            self._known = (stamp, load_facts(self._path))
        return self._known[1]


@dataclass(frozen=True)
class Editing:
    """What the editors' interface needs from the composition root. `schedule` defers the job of a
    publication within a transaction; `warm` says that one may come soon.
    """

    database: Transactions
    library: Library
    knowledge: Knowledge
    facts: FactsFile
    index: Path
    schedule: Callable[[AsyncConnection, int], Awaitable[None]]
    warm: Callable[[AsyncConnection], Awaitable[None]]
    languages: tuple[str, ...]
    responses: Responses = field(default_factory=Responses.load)
    today: Callable[[], date] = field(default=lambda: datetime.now(UTC).date())


def create_blueprint(editing: Editing) -> Blueprint:
    """The routes under `/api/agent/articles`."""
    blueprint = Blueprint("articles", url_prefix="/api/agent/articles")
    handlers = _Handlers(editing)
    blueprint.exception(HandoffError)(error_response)
    blueprint.exception(EditorialError)(error_response)
    add = blueprint.add_route
    add(handlers.list, "/")
    add(handlers.check, "/check", methods=["POST"])
    add(handlers.publications, "/publications")
    add(handlers.publication, "/publications/<number:int>")
    add(handlers.rebuild, "/rebuild", methods=["POST"])
    add(handlers.roll_back, "/roll-back", methods=["POST"])
    one = "/<article:[a-z0-9-]+>/<language:[a-z][a-z]>"
    add(handlers.article, one)
    add(handlers.revision, f"{one}/revisions/<number:int>")
    for name in ("drafts", "publish", "withdraw", "revert"):
        add(getattr(handlers, name), f"{one}/{name}", methods=["POST"])
    return blueprint


class _Handlers:
    def __init__(self, editing: Editing) -> None:
        self._editing = editing
        self._database = editing.database
        self._run = editing.database.run

    async def list(self, request: Request) -> HTTPResponse:
        await reading(self._database, request)
        entries = await self._catalogue()
        today = self._editing.today()
        rows = await asyncio.to_thread(lambda: [each.as_json(today) for each in entries.values()])
        return json({"articles": rows, **await self._status(), "options": self._options()})

    async def article(self, request: Request, article: str, language: str) -> HTTPResponse:
        await reading(self._database, request)
        entry = await self._entry(article, language)
        history = await self._run(lambda c: revisions.history(c, article, language))
        await self._run(self._editing.warm)
        return json(
            {
                "article": entry.as_json(self._editing.today()),
                "source": entry.text,
                "live_source": entry.live_text,
                "file_source": entry.file.text if entry.file else None,
                "revisions": [each.as_json() for each in history],
            }
        )

    async def revision(
        self, request: Request, article: str, language: str, number: int
    ) -> HTTPResponse:
        await reading(self._database, request)
        found = await self._run(lambda c: revisions.load(c, article, language, number))
        return json(found.as_json(source=True))

    async def check(self, request: Request) -> HTTPResponse:
        await writing(self._database, request)
        body = Body.of(request, BadDraftError)
        source = body.text("source", longest=revisions.LONGEST_SOURCE)
        article, language = body.text("id"), body.text("language")
        asset, network = body.optional("asset"), body.optional("network")
        around = await asyncio.to_thread(self._around)
        found = await asyncio.to_thread(
            lambda: review(source, article, language, around, asset=asset, network=network)
        )
        return json(found.as_json())

    async def drafts(self, request: Request, article: str, language: str) -> HTTPResponse:
        author = await writing(self._database, request)
        body = Body.of(request, BadDraftError)
        saved = await self._run(
            lambda connection: revisions.save(
                connection,
                article=article,
                language=language,
                source=body.text("source", longest=revisions.LONGEST_SOURCE),
                base=_number(body, "base"),
                note=body.optional("note", longest=revisions.LONGEST_NOTE) or "",
                author=author,
            )
        )
        return json(saved.as_json(), status=201)

    async def publish(self, request: Request, article: str, language: str) -> HTTPResponse:
        author = await writing(self._database, request)
        body = Body.of(request, BadDraftError)
        source = body.text("source", longest=revisions.LONGEST_SOURCE)
        base = _number(body, "base")
        around = await asyncio.to_thread(self._around)
        found = await asyncio.to_thread(lambda: review(source, article, language, around))
        if not found.publishable:
            raise BadDraftError(
                "The article is not ready to be published: correct what is marked.",
                findings=[finding.as_json() for finding in found.findings],
            )
        publication = await self._run(
            lambda connection: changes.publish(
                connection,
                article=article,
                language=language,
                source=source,
                base=base,
                author=author,
                note=body.optional("note", longest=revisions.LONGEST_NOTE) or "",
                schedule=self._editing.schedule,
                today=self._editing.today(),
            )
        )
        return json(publication.as_json(), status=202)

    async def withdraw(self, request: Request, article: str, language: str) -> HTTPResponse:
        """An English article goes with its translations: nobody could fall back on it."""
        author = await writing(self._database, request)
        body = Body.of(request, BadDraftError)
        entry = await self._entry(article, language)
        chosen = [entry]
        if language == FALLBACK_LANGUAGE:
            chosen = [
                each for each in (await self._catalogue()).values() if each.article == article
            ]
        texts = {each.language: each.live_text for each in chosen}
        bases = {each.language: each.base for each in chosen}
        # The editor saw one language; the others are as they are now.
        bases[language] = _number(body, "base")
        publication = await self._run(
            lambda connection: changes.withdraw(
                connection,
                article=article,
                texts={name: text for name, text in texts.items() if text is not None},
                bases=bases,
                author=author,
                note=body.optional("note", longest=revisions.LONGEST_NOTE) or "",
                schedule=self._editing.schedule,
            )
        )
        return json(publication.as_json(), status=202)

    async def revert(self, request: Request, article: str, language: str) -> HTTPResponse:
        author = await writing(self._database, request)
        body = Body.of(request, BadDraftError)
        entry = await self._entry(article, language)
        saved = await self._run(
            lambda connection: changes.revert(
                connection,
                article=article,
                language=language,
                number=_number(body, "number"),
                base=_number(body, "base"),
                author=author,
                file_text=entry.file.text if entry.file else None,
            )
        )
        return json(saved.as_json(source=True), status=201)

    async def publications(self, request: Request) -> HTTPResponse:
        await reading(self._database, request)
        return json(await self._status())

    async def publication(self, request: Request, number: int) -> HTTPResponse:
        await reading(self._database, request)
        found = await self._run(lambda c: publications.load(c, number))
        return json(found.as_json())

    async def rebuild(self, request: Request) -> HTTPResponse:
        author = await writing(self._database, request)
        publication = await self._run(
            lambda c: changes.rebuild(c, author=author, schedule=self._editing.schedule)
        )
        return json(publication.as_json(), status=202)

    async def roll_back(self, request: Request) -> HTTPResponse:
        author = await writing(self._database, request)
        build = Body.of(request, BadDraftError).text("build")
        publication = await self._run(
            lambda connection: changes.roll_back(
                connection,
                build=build,
                previous=previous(self._editing.index),
                author=author,
                schedule=self._editing.schedule,
            )
        )
        return json(publication.as_json(), status=202)

    async def _entry(self, article: str, language: str) -> Entry:
        entry = (await self._catalogue()).get((article, language))
        if entry is None:
            raise NoSuchArticleError
        return entry

    async def _catalogue(self) -> dict[tuple[str, str], Entry]:
        files = await asyncio.to_thread(self._editing.library.files)

        async def read(connection: AsyncConnection) -> tuple[Any, Any]:
            content = await publications.live_content(connection)
            live = await publications.revisions_of(connection, content)
            return await revisions.newest_of_all(connection), live

        newest, live = await self._run(read)
        return catalogue(files, newest, live)

    async def _status(self) -> dict[str, Any]:
        found = await self._run(publications.newest)
        index = self._editing.index
        return {
            "publications": [each.as_json() for each in found],
            "build": {"current": current(index), "previous": previous(index)},
        }

    def _options(self) -> dict[str, Any]:
        """What the fields of an article may be."""
        content = self._live()
        facts = self._facts(content)
        networks = facts.get("networks") or {}
        return {
            "languages": list(self._editing.languages),
            "owners": list(OWNERS),
            "states": list(STATES),
            "audiences": list(AUDIENCES),
            "topics": sorted({row.topic for row in content.intents.values()}) if content else [],
            "intents": {name: row.topic for name, row in content.intents.items()}
            if content
            else {},
            "assets": list(known_assets(facts)),
            "networks": list(networks),
        }

    def _around(self) -> Surroundings:
        content = self._live()
        if content is None:
            raise EditorialError("There is no index to check against. Build one: `teller index`.")
        withheld = content.manifest.get("withheld", ())
        return Surroundings(
            articles=content.articles,
            facts=self._facts(content),
            intents=content.intents,
            today=self._editing.today(),
            responses=self._editing.responses,
            known=frozenset(name.rpartition(".")[0] for name in withheld),
        )

    def _live(self) -> Content | None:
        try:
            return self._editing.knowledge.get()
        except KnowledgeError:
            return None

    def _facts(self, content: Content | None) -> FactGroup:
        try:
            return self._editing.facts.get()
        except KnowledgeError:
            # Somebody is editing the file; what customers read now is the next best.
            return content.renderer.facts if content else FactGroup({})


def _number(body: Body, key: str) -> int:
    value = body.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise BadDraftError(f"{key}: the number of a revision is expected (0 is the file).")
    return value
