"""Writes the help centre's pages. Each is a function of build, day, language and what was counted,
so a finished one is kept and sent again.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from knowledge.articles import Article
from knowledge.content import FALLBACK_LANGUAGE, Content
from knowledge.errors import KnowledgeError, RenderingError
from knowledge.facts import FactGroup
from knowledge.rendering import Rendered
from knowledge.responses import Responses
from server.help import structured
from server.help.arrangement import Arrangement
from server.help.counts import REASONS, Standing
from server.help.library import Library, topic_slug
from server.help.markdown import Markdown
from server.help.search import LONGEST, Found, readable
from server.help.sitemap import sitemap
from server.help.wording import Wording
from server.pages import File

TEMPLATES = Path(__file__).with_name("templates")
# How many articles the lists of the home page name.
LISTED = 6
# Finished pages in memory: some 10 KB each.
KEPT = 1000
EXCERPT = 150


class Knowledge(Protocol):
    """Where the current content comes from."""

    def get(self) -> Content: ...


class HelpPages:
    """The pages of the current content."""

    def __init__(
        self,
        knowledge: Knowledge,
        responses: Responses,
        *,
        site_url: str = "",
        arrangement: Arrangement | None = None,
        script: str | None = None,
        standing: Callable[[], Standing] = Standing,
        today: Callable[[], date] = lambda: datetime.now(UTC).date(),
    ) -> None:
        """
        Args:
            site_url: address that readers see, without a slash at the end.
            script: path of the pages' own script; without it they have none.
            standing: what readers made of the articles.
        """
        self.languages = responses.languages
        self._knowledge = knowledge
        self._base = f"{site_url}/help"
        self._arrangement = arrangement or Arrangement()
        self._standing = standing
        self._today = today
        self._markdown = Markdown()
        self._wordings = {each: Wording(responses, each) for each in self.languages}
        self._library: Library | None = None
        self._kept: OrderedDict[Hashable, File] = OrderedDict()
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            undefined=StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        style = (TEMPLATES / "help.css").read_text(encoding="utf-8")
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        self.policy = (
            f"default-src 'none'; script-src 'self'; style-src 'sha256-{digest}'; "
            "img-src 'self' data:; connect-src 'self'; frame-src 'self'; form-action 'self'; "
            "base-uri 'none'; frame-ancestors 'self'"
        )
        self._environment.globals.update(
            style=Markup(style),  # noqa: S704 # our own file
            script=script,
            languages=self.languages,
            language_name=Wording.name,
            topic_slug=topic_slug,
            reasons=REASONS,
            longest=LONGEST,
        )

    def library(self) -> Library | None:
        """The current build as it may be read today; None where there is none."""
        try:
            content = self._knowledge.get()
        except KnowledgeError:
            return None
        known, today = self._library, self._today()
        if known is None or known.content is not content or known.today != today:
            known = self._library = Library(content, today)
            self._kept.clear()
        return known

    def language(self, accepted: str) -> str:
        """The language of an Accept-Language header that a reader likes best of ours."""
        wished = []
        for place, part in enumerate(accepted.split(",")):
            name, _, quality = part.partition(";")
            share = quality.strip().removeprefix("q=")
            try:
                weight = float(share) if share else 1.0
            except ValueError:
                weight = 0.0
            if weight > 0:
                wished.append((-weight, place, name.strip().lower()[:2]))
        return next(
            (name for _, _, name in sorted(wished) if name in self.languages), FALLBACK_LANGUAGE
        )

    def home(self, library: Library, language: str) -> File:
        """Search, topics, and what others read."""
        standing = self._standing()
        return self._keep(
            ("home", language, standing.number), lambda: self._home(library, language, standing)
        )

    def topic(self, library: Library, language: str, topic: str) -> File:
        """The articles of a topic."""
        return self._keep(("topic", language, topic), lambda: self._topic(library, language, topic))

    def article(
        self,
        library: Library,
        language: str,
        article: Article,
        *,
        asset: str | None = None,
        network: str | None = None,
        voted: str | None = None,
    ) -> File:
        """An article, made specific for a coin and a network where it can be.

        `voted` is `yes`, `no` or `why` after a vote: the page then thanks and may ask for a reason.
        """
        asset = asset if "asset" in article.uses and asset in library.assets else None
        networks = library.networks(asset) if asset and "network" in article.uses else {}
        network = network if network in networks else None
        voted = voted if voted in ("yes", "no", "why") else None
        return self._keep(
            ("article", language, article.key, asset, network, voted),
            lambda: self._article(library, language, article, asset, network, networks, voted),
        )

    def results(self, library: Library, language: str, query: str, found: Found) -> File:
        """What a search found."""
        results = self.listed(library, language, query, found)
        return self._page(
            "search.html",
            library,
            language,
            path="search",
            query=query,
            results=results,
            other=found.language,
            featured=[] if results else self._featured(library, language),
            indexed=False,
        )

    def listed(
        self, library: Library, language: str, query: str, found: Found
    ) -> list[dict[str, Any]]:
        """Results as JSON values: title, address, topic, beginning and language of each.

        An article that can be made specific with the coin that the query names, is.
        """
        named = library.asset_in(query)
        rows = []
        for article in readable(library, found, language):
            asset = named if "asset" in article.uses else None
            rows.append(
                {
                    "id": article.id,
                    "title": article.title,
                    "url": f"/help/{language}/{article.id}"
                    + (f"?asset={quote(asset)}" if asset else ""),
                    "topic": self._wordings[language].topic(article.topic),
                    "excerpt": self._excerpt(library, article, asset),
                    "language": article.language,
                    "asset": asset,
                }
            )
        return rows

    def message(self, library: Library | None, language: str, key: str) -> File:
        """A page that says why there is no other: `not_found`, `unavailable` or `busy`."""
        featured = self._featured(library, language) if library is not None else []
        return self._page(
            "message.html",
            library,
            language,
            path="",
            key=key,
            featured=featured,
            indexed=False,
        )

    def sitemap(self, library: Library) -> File:
        """Every page for search engines."""
        return self._keep(
            ("sitemap",),
            lambda: _file(
                sitemap(library, self._base, self.languages), "application/xml; charset=utf-8"
            ),
        )

    def _home(self, library: Library, language: str, standing: Standing) -> File:
        wording = self._wordings[language]
        read = library.chosen(standing.most_read(language), language)
        helpful = library.chosen(standing.most_helpful(), language)
        groups = [
            (group, [(topic, len(library.topics[topic])) for topic in group.topics])
            for group in self._arrangement.grouped(library.topics)
        ]
        title = wording.say("title")
        return self._page(
            "home.html",
            library,
            language,
            path="",
            groups=groups,
            featured=self._featured(library, language),
            read=[article for article in read if article.choices is None][:LISTED],
            helpful=[article for article in helpful if article.choices is None][:LISTED],
            data=structured.script(
                structured.site(
                    f"{library.content.brand} {title}",
                    f"{self._base}/{language}",
                    f"{self._base}/{language}/search?q={{query}}",
                    language,
                )
            ),
        )

    def _topic(self, library: Library, language: str, topic: str) -> File:
        shelf = library.shelf(topic, language)
        path = f"topic/{topic_slug(topic)}"
        groups = self._arrangement.grouped(library.topics)
        group = next(each for each in groups if topic in each.topics)
        return self._page(
            "topic.html",
            library,
            language,
            path=path,
            topic=topic,
            group=group,
            shelf=[(article, self._excerpt(library, article)) for article in shelf],
            data=structured.script(
                structured.breadcrumb(self._trail(language, topic, end=f"{language}/{path}"))
            ),
        )

    def _article(
        self,
        library: Library,
        language: str,
        article: Article,
        asset: str | None,
        network: str | None,
        networks: dict[str, str],
        voted: str | None,
    ) -> File:
        wording = self._wordings[language]
        rendered = _render(library, article, asset, network)
        short = self._markdown.section(rendered.short)
        details = self._markdown.section(rendered.details)
        summary = self._markdown.summary(rendered.short)
        facts = library.content.renderer.facts
        options = article.choices.options if article.choices is not None else ()
        url = f"{self._base}/{article.language}/{article.id}"
        things = [
            structured.breadcrumb([*self._trail(language, article.topic), (article.title, url)]),
            structured.article(
                title=article.title,
                summary=summary,
                url=url,
                language=article.language,
                updated=article.updated,
                topic=wording.topic(article.topic),
                publisher=library.content.brand,
            ),
        ]
        if article.choices is None:
            things.append(
                structured.question(
                    article.title,
                    str(short.html) + self._holds(article, facts),
                    language=article.language,
                )
            )
        return self._page(
            "article.html",
            library,
            language,
            path=article.id,
            article=article,
            short=short.html,
            details=details.html,
            headings=details.headings,
            description=summary,
            options=[
                (option.label, chosen)
                for option in options
                if (chosen := library.article(option.article, language)) is not None
            ],
            related=[] if options else library.related(article, language),
            foreign=article.language != language,
            holds=wording.holds_in(article, facts),
            available=library.languages(article.id, self.languages),
            canonical=url,
            assets=library.assets if "asset" in article.uses else (),
            asset=asset,
            networks=networks,
            network=network,
            voted=voted,
            data=structured.script(*things),
            # A question back is for the assistant's customers; nobody searches the web for it.
            indexed=article.choices is None,
        )

    def _holds(self, article: Article, facts: FactGroup) -> str:
        """The countries that an article holds for as HTML, for who reads its answer elsewhere."""
        wording = self._wordings.get(article.language, self._wordings[FALLBACK_LANGUAGE])
        holds = wording.holds_in(article, facts)
        return f"<p>{escape(holds)}</p>\n" if holds else ""

    def _featured(self, library: Library, language: str) -> list[Article]:
        return library.chosen(self._arrangement.featured, language)[:LISTED]

    def _excerpt(self, library: Library, article: Article, asset: str | None = None) -> str:
        return self._markdown.summary(_render(library, article, asset, None).short, EXCERPT)

    def _trail(self, language: str, topic: str, *, end: str | None = None) -> list[tuple[str, str]]:
        wording = self._wordings[language]
        address = end or f"{language}/topic/{topic_slug(topic)}"
        return [
            (wording.say("title"), f"{self._base}/{language}"),
            (wording.topic(topic), f"{self._base}/{address}"),
        ]

    def _keep(self, key: Hashable, write: Callable[[], File]) -> File:
        file = self._kept.get(key)
        if file is None:
            file = self._kept[key] = write()
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(key)
        return file

    def _page(
        self,
        template: str,
        library: Library | None,
        language: str,
        *,
        path: str,
        available: Sequence[str] | None = None,
        canonical: str | None = None,
        indexed: bool = True,
        **values: Any,
    ) -> File:
        """A template filled in.

        Args:
            path: of this page below its language.
            available: the languages that it can be read in; all, if not given.
            canonical: its address for search engines; its own, if not given.
            indexed: whether search engines should show it.
        """
        wording = self._wordings[language]
        content = library.content if library is not None else None
        facts = content.renderer.facts.get("exchange") if content is not None else None
        text = self._environment.get_template(template).render(
            **{"description": None, "data": None, "query": "", **values},
            language=language,
            wording=wording,
            say=wording.say,
            brand=content.brand if content is not None else "",
            site=content.site if content is not None else "/",
            mail=facts.get("support_mail") if facts else None,
            base=self._base,
            path=path,
            available=self.languages if available is None else available,
            canonical=canonical or f"{self._base}/{language}" + (f"/{path}" if path else ""),
            indexed=indexed,
        )
        return _file(text, "text/html; charset=utf-8")


def _render(library: Library, article: Article, asset: str | None, network: str | None) -> Rendered:
    """An article's text; without coin and network where it cannot be filled with them."""
    renderer = library.content.renderer
    try:
        return renderer.render(article, asset=asset, network=network)
    except RenderingError:
        if asset is None and network is None:
            raise
        return renderer.render(article)


def _file(text: str, media_type: str) -> File:
    content = text.encode()
    etag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
    return File(content, gzip.compress(content, 6, mtime=0), media_type, etag)
