"""The help centre's pages: an index and one page per article, rendered on the server."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any, Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup
from sanic import Blueprint, HTTPResponse, Request
from sanic.response import html, redirect

from knowledge.articles import Article
from knowledge.content import FALLBACK_LANGUAGE, Content
from knowledge.errors import KnowledgeError
from knowledge.responses import Responses

TEMPLATES = Path(__file__).with_name("templates")

# Articles change seldom, and an edited one should be seen soon.
CACHE_SECONDS = 60
RIGHT_TO_LEFT = frozenset({"ar"})


class Knowledge(Protocol):
    """Where the current content comes from."""

    def get(self) -> Content: ...


class HelpPages:
    """Writes the pages from the current content."""

    def __init__(self, knowledge: Knowledge, responses: Responses) -> None:
        self._knowledge = knowledge
        self._responses = responses
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            undefined=StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        style = (TEMPLATES / "help.css").read_text(encoding="utf-8")
        self._environment.globals["style"] = Markup(style)  # noqa: S704 # our own file
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        self._policy = (
            f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self'; base-uri 'none'; "
            "form-action 'none'; frame-ancestors 'self'"
        )
        # Raw HTML in an article stays text.
        self._markdown = MarkdownIt("commonmark", {"html": False}).enable("table")

    def language(self, accepted: str) -> str:
        """The first language of an Accept-Language header that there are sentences in."""
        ranges = [part.partition(";")[0].strip().lower()[:2] for part in accepted.split(",")]
        return next(
            (code for code in ranges if code in self._responses.languages), FALLBACK_LANGUAGE
        )

    def index(self, language: str, *, missing: bool = False) -> HTTPResponse:
        """Every article by topic."""
        content = self._content()
        if content is None:
            return self._page("help_index.html", None, language, 503, topics=[], note="unavailable")
        articles = [
            article
            for name in sorted({article.id for article in content.articles})
            if (article := content.article(name, language)) is not None and article.choices is None
        ]
        topics: dict[str, list[Article]] = {topic: [] for topic in content.topic_of.values()}
        for article in sorted(articles, key=lambda article: article.title.casefold()):
            topics[article.topic].append(article)
        return self._page(
            "help_index.html",
            content,
            language,
            404 if missing else 200,
            topics=[(self._topic(name, language), held) for name, held in topics.items() if held],
            note="not_found" if missing else None,
        )

    def article(self, language: str, name: str) -> HTTPResponse:
        """One article; the index with a word about it when there is none such."""
        content = self._content()
        article = content.article(name, language) if content is not None else None
        if content is None or article is None:
            return self.index(language, missing=content is not None)
        rendered = content.renderer.render(article)
        related = [content.article(other, language) for other in article.follow_ups]
        if article.choices is not None:
            chosen = [
                content.article(option.article, language) for option in article.choices.options
            ]
            related = [*chosen, *related]
        return self._page(
            "help_article.html",
            content,
            language,
            200,
            article=article,
            topic=self._topic(article.topic, language),
            short=self._html(rendered.short),
            details=self._html(rendered.details),
            related=list({other.id: other for other in related if other is not None}.values()),
            foreign=article.language != language,
        )

    def _content(self) -> Content | None:
        try:
            return self._knowledge.get()
        except KnowledgeError:
            return None

    def _page(
        self, template: str, content: Content | None, language: str, status: int, **values: Any
    ) -> HTTPResponse:
        text = self._environment.get_template(template).render(
            language=language,
            brand=content.brand if content is not None else "",
            site=content.site if content is not None else "/",
            direction="rtl" if language in RIGHT_TO_LEFT else "ltr",
            say=lambda key, **given: self._responses.say(f"help.{key}", language, **given),
            **values,
        )
        cache = f"public, max-age={CACHE_SECONDS}" if status == 200 else "no-store"
        headers = {
            "Content-Security-Policy": self._policy,
            "Cache-Control": cache,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
        }
        return html(text, status=status, headers=headers)

    def _topic(self, name: str, language: str) -> str:
        key = f"topic.{name}"
        return self._responses.say(key, language) if self._responses.has(key) else name

    def _html(self, markdown: str) -> Markup:
        return Markup(self._markdown.render(markdown))  # noqa: S704 # raw HTML is off


def help_blueprint(pages: HelpPages) -> Blueprint:
    """GET /help, /help/<language> and /help/<language>/<article id>."""
    blueprint = Blueprint("help", url_prefix="/help")

    @blueprint.get("/")
    async def start(request: Request) -> HTTPResponse:
        return redirect(f"/help/{pages.language(request.headers.get('accept-language', ''))}")

    @blueprint.get("/<language:[a-z][a-z]>")
    async def index(_: Request, language: str) -> HTTPResponse:
        return pages.index(language)

    @blueprint.get("/<language:[a-z][a-z]>/<name:[a-z0-9-]+>")
    async def article(_: Request, language: str, name: str) -> HTTPResponse:
        return pages.article(language, name)

    return blueprint
