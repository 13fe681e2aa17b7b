"""The console's interface of the learning loop: clusters, and what an editor decides on them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Protocol
from uuid import UUID

from sanic import Blueprint, HTTPResponse, Request, json
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.database import Transactions
from editorial import review
from editorial.changes import Schedule
from editorial.errors import EditorialError
from editorial.library import Library
from editorial.review import BadDecisionError, Phrasing
from handoff.errors import HandoffError
from knowledge.articles import Article, parse_article
from knowledge.checks import phrasings as repeated_phrasings
from knowledge.content import Content
from knowledge.errors import ArticlesInvalidError, KnowledgeError
from server.editor_requests import Body, error_response, reading, writing


class Knowledge(Protocol):
    """Where the live content comes from."""

    def get(self) -> Content: ...


@dataclass(frozen=True)
class Lessons:
    """What the interface needs from the composition root.

    `schedule` defers the job of a publication within a transaction, `learn` asks for a run now and
    says whether that was new.
    """

    database: Transactions
    library: Library
    knowledge: Knowledge
    schedule: Schedule
    learn: Callable[[AsyncConnection], Awaitable[bool]]
    today: Callable[[], date] = field(default=lambda: datetime.now(UTC).date())


def create_blueprint(lessons: Lessons) -> Blueprint:
    """The routes under `/api/agent/learning`."""
    blueprint = Blueprint("learning", url_prefix="/api/agent/learning")
    handlers = _Handlers(lessons)
    blueprint.exception(HandoffError)(error_response)
    blueprint.exception(EditorialError)(error_response)
    add = blueprint.add_route
    add(handlers.overview, "/")
    add(handlers.run, "/run", methods=["POST"])
    one = "/<cluster_id:uuid>"
    add(handlers.cluster, one)
    for name in ("accept", "draft", "dismiss", "reopen"):
        add(getattr(handlers, name), f"{one}/{name}", methods=["POST"])
    return blueprint


class _Handlers:
    def __init__(self, lessons: Lessons) -> None:
        self._lessons = lessons
        self._database = lessons.database
        self._run = lessons.database.run

    async def overview(self, request: Request) -> HTTPResponse:
        await reading(self._database, request)
        state = request.args.get("state", "open")

        async def read(connection: AsyncConnection) -> dict[str, Any]:
            await review.reopen_failed(connection)
            return await review.list_clusters(connection, state)

        return json(await self._run(read))

    async def cluster(self, request: Request, cluster_id: UUID) -> HTTPResponse:
        await reading(self._database, request)
        return await self._show(cluster_id)

    async def run(self, request: Request) -> HTTPResponse:
        await writing(self._database, request)

        async def ask(connection: AsyncConnection) -> dict[str, Any]:
            # The clock that the runs go by: one that read later than this has read all before it.
            asked_at = (await connection.execute(select(func.now()))).scalar_one()
            queued = await self._lessons.learn(connection)
            return {"queued": queued, "asked_at": asked_at.isoformat()}

        return json(await self._run(ask), status=202)

    async def accept(self, request: Request, cluster_id: UUID) -> HTTPResponse:
        author = await writing(self._database, request)
        body = Body.of(request, BadDecisionError)
        phrasings = _phrasings(body)
        # The folder is read before the transaction: it must not wait for a disk.
        files = await asyncio.to_thread(self._lessons.library.files)

        def file_text(article: str, language: str) -> str | None:
            file = files.get((article, language))
            return file.text if file else None

        number = await self._run(
            lambda connection: review.accept_phrasings(
                connection,
                cluster_id,
                article=body.text("article"),
                phrasings=phrasings,
                author=author,
                schedule=self._lessons.schedule,
                file_text=file_text,
                check=self._repeated,
            )
        )
        return json({"publication": number}, status=202)

    async def draft(self, request: Request, cluster_id: UUID) -> HTTPResponse:
        author = await writing(self._database, request)
        body = Body.of(request, BadDecisionError)
        files = await asyncio.to_thread(self._lessons.library.files)
        revision = await self._run(
            lambda connection: review.make_draft(
                connection,
                cluster_id,
                title=body.text("title"),
                body=body.text("body", longest=20_000),
                author=author,
                live=self._live,
                taken={article for article, _ in files},
                today=self._lessons.today(),
            )
        )
        return json(
            {
                "article": revision.article,
                "language": revision.language,
                "revision": revision.number,
            },
            status=201,
        )

    async def dismiss(self, request: Request, cluster_id: UUID) -> HTTPResponse:
        author = await writing(self._database, request)
        body = Body.of(request, BadDecisionError)
        note = body.optional("note", longest=500) or ""
        await self._run(
            lambda connection: review.dismiss(
                connection, cluster_id, reason=body.text("reason"), note=note, author=author
            )
        )
        return await self._show(cluster_id)

    async def reopen(self, request: Request, cluster_id: UUID) -> HTTPResponse:
        await writing(self._database, request)
        await self._run(lambda connection: review.reopen(connection, cluster_id))
        return await self._show(cluster_id)

    async def _show(self, cluster_id: UUID) -> HTTPResponse:
        async def read(connection: AsyncConnection) -> dict[str, Any]:
            await review.reopen_failed(connection)
            return await review.load_cluster(connection, cluster_id)

        return json(await self._run(read))

    def _content(self) -> Content | None:
        try:
            return self._lessons.knowledge.get()
        except KnowledgeError:
            return None

    def _live(self, article: str) -> Article | None:
        content = self._content()
        return content.article(article) if content else None

    def _repeated(self, source: str, article: str, language: str) -> list[str]:
        """Phrasings of a text that stand in another live article already."""
        name = f"{article}.{language}.md"
        try:
            changed = parse_article(source, article, language, source=name)
        except ArticlesInvalidError as error:
            return list(error.problems)
        content = self._content()
        others = [each for each in content.articles if each.key != changed.key] if content else []
        found = repeated_phrasings([*others, changed])
        return [problem for problem in found if problem.startswith(name)]


def _phrasings(body: Body) -> list[Phrasing]:
    given = body.get("phrasings")
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        raise BadDecisionError('phrasings: a list of {"text", "language"} is expected.')
    rows = [Body(each, BadDecisionError) for each in given]
    return [Phrasing(row.text("text"), row.text("language", longest=2)) for row in rows]
