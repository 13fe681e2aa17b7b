"""The content of a build: articles, intents and facts, without the means to search them.

The server's help pages need no more; what searches is in knowledge/base.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from knowledge.articles import Article
from knowledge.builds import MANIFEST
from knowledge.errors import IndexUnavailableError
from knowledge.facts import FactGroup
from knowledge.intents import Intents
from knowledge.phrases import Phrases
from knowledge.rendering import Renderer
from knowledge.trees import Tree, Trees

CONTENT = "content.json"
FALLBACK_LANGUAGE = "en"

# The layout of a build. A process refuses a build of another layout instead of misreading it.
FORMAT = 4


@dataclass(frozen=True)
class Content:
    """What one published build says. Immutable: a new build is a new object beside it."""

    build: str
    manifest: Mapping[str, Any]
    articles: tuple[Article, ...]
    intents: Intents
    renderer: Renderer
    trees: Trees = field(default_factory=Trees, kw_only=True)

    @classmethod
    def load(cls, folder: Path, before: Content | None = None) -> Self:
        """Read the content of the build in `folder`. `before` is another build in use, from which
        filled articles are taken over where the facts are the same.

        Raises:
            IndexUnavailableError: it is absent, damaged, or of another layout.
        """
        return cls(**read(folder, before))

    @cached_property
    def _by_key(self) -> dict[tuple[str, str], Article]:
        return {article.key: article for article in self.articles}

    @cached_property
    def phrases(self) -> Phrases:
        """Fills what guided checks say."""
        return Phrases(self.renderer.facts)

    @cached_property
    def topic_of(self) -> dict[str, str]:
        """The topic of each intent."""
        return {name: row.topic for name, row in self.intents.items()}

    @property
    def brand(self) -> str:
        """The exchange's name, from the facts."""
        return str(self._exchange("name", "the exchange"))

    @property
    def site(self) -> str:
        """The exchange's own site, from the facts; the root where they name none."""
        return str(self._exchange("site", "/"))

    def _exchange(self, key: str, default: str) -> Any:
        exchange = self.renderer.facts.get("exchange")
        return exchange.get(key, default) if isinstance(exchange, Mapping) else default

    def article(self, name: str, language: str = FALLBACK_LANGUAGE) -> Article | None:
        """An article in a language, else in English, else in any that it is there in, else None."""
        return (
            self._by_key.get((name, language))
            or self._by_key.get((name, FALLBACK_LANGUAGE))
            or self._by_key.get((name, next(iter(self.languages_of(name)), "")))
        )

    def languages_of(self, name: str) -> tuple[str, ...]:
        """The languages an article is there in."""
        return tuple(sorted(article.language for article in self.articles if article.id == name))


def in_language(articles: Iterable[Article], language: str) -> list[Article]:
    """What is answered from in a language: each article in it where it exists, else in English.

    An article of a foreign corpus may be there in neither; then it is taken in the first of its
    languages, so that it can be found at all.
    """

    def place(article: Article) -> tuple[bool, bool, str]:
        return (
            article.language != language,
            article.language != FALLBACK_LANGUAGE,
            article.language,
        )

    chosen: dict[str, Article] = {}
    for article in articles:
        held = chosen.get(article.id)
        if held is None or place(article) < place(held):
            chosen[article.id] = article
    return list(chosen.values())


def read(folder: Path, before: Content | None = None) -> dict[str, Any]:
    """The fields of Content from the build in `folder`; raises IndexUnavailableError."""
    manifest = read_manifest(folder)
    try:
        content = json.loads((folder / CONTENT).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise IndexUnavailableError(
            f"The index {folder} is damaged; build it again with `teller index`."
        ) from error
    articles = tuple(Article.from_plain(values) for values in content["articles"])
    # As text: articles show facts in their order, and 2 is not shown as 2.0 is.
    facts = json.dumps(content["facts"])
    if before is not None and json.dumps(before.renderer.facts.plain()) == facts:
        renderer = before.renderer.keeping(articles)
    else:
        renderer = Renderer(FactGroup(content["facts"]))
    return {
        "build": manifest["build"],
        "manifest": manifest,
        "articles": articles,
        "intents": Intents.from_plain(content["intents"], str(folder / CONTENT)),
        "renderer": renderer,
        "trees": Trees([Tree.from_plain(values) for values in content.get("trees", ())]),
    }


def read_manifest(folder: Path) -> dict[str, Any]:
    """What a build says about itself; raises IndexUnavailableError when this code cannot read
    it.
    """
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except OSError as error:
        raise IndexUnavailableError(
            f"There is no index at {folder}; build it with `teller index`."
        ) from error
    except ValueError as error:
        raise IndexUnavailableError(
            f"The index {folder} is damaged; build it again with `teller index`."
        ) from error
    if manifest.get("format") != FORMAT:
        raise IndexUnavailableError(
            f"The index {folder} has another layout than this version reads; run `teller index`."
        )
    return manifest
