"""The articles as readers find them on one day: by topic and language, without what is withheld."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from knowledge.articles import Article
from knowledge.content import FALLBACK_LANGUAGE, Content
from knowledge.rendering import known_assets
from knowledge.words import fold

# How many articles a page names as related; those of its own topic fill up what the author named.
RELATED = 5

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Library:
    """One build on one day. A topic's `slug` is its name with hyphens, as addresses have it."""

    content: Content
    today: date

    @cached_property
    def _by_key(self) -> dict[tuple[str, str], Article]:
        return {
            article.key: article
            for article in self.content.articles
            if article.withheld(self.today) is None
        }

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Every article that answers something, by id; a question that only leads on is none."""
        return tuple(
            sorted({name for (name, _), article in self._by_key.items() if article.choices is None})
        )

    @cached_property
    def topics(self) -> dict[str, tuple[str, ...]]:
        """The ids of each topic that has any, topics in the order of the table of intents."""
        held: dict[str, list[str]] = {topic: [] for topic in self.content.topic_of.values()}
        for name in self.ids:
            article = self._any(name)
            held.setdefault(article.topic, []).append(name)
        return {topic: tuple(names) for topic, names in held.items() if names}

    def topic_of_slug(self, slug: str) -> str | None:
        """The topic that an address names; None where it has no article."""
        name = slug.replace("-", "_")
        return name if name in self.topics and slug == topic_slug(name) else None

    def article(self, name: str, language: str) -> Article | None:
        """An article in a language, else in English, else None."""
        return self._by_key.get((name, language)) or self._by_key.get((name, FALLBACK_LANGUAGE))

    def languages(self, name: str, known: Iterable[str]) -> tuple[str, ...]:
        """Those of the languages `known` that the article can be read in."""
        return tuple(language for language in known if (name, language) in self._by_key)

    def shelf(self, topic: str, language: str) -> list[Article]:
        """A topic's articles, those in the reader's language first, each by title."""
        return self._in_order(self.topics.get(topic, ()), language)

    def chosen(self, names: Iterable[str], language: str) -> list[Article]:
        """The articles of these ids that can be read, in the same order, each once."""
        found = (self.article(name, language) for name in dict.fromkeys(names))
        return [article for article in found if article is not None]

    def answering(self, names: Iterable[str], language: str) -> list[Article]:
        """The same, where a question that only leads on is replaced by what it leads to."""
        led: list[str] = []
        for article in self.chosen(names, language):
            options = article.choices.options if article.choices is not None else ()
            led += [option.article for option in options] or [article.id]
        return [article for article in self.chosen(led, language) if article.choices is None]

    def related(self, article: Article, language: str) -> list[Article]:
        """What to read next: what the author named, filled up with the nearest of the topic."""
        named = self.answering(article.follow_ups, language)
        same = self.shelf(article.topic, language)
        # Of the topic, those that answer the same wish come first.
        same.sort(key=lambda other: not set(other.intents) & set(article.intents))
        kept = {other.id: other for other in [*named, *same] if other.id != article.id}
        return list(kept.values())[: max(RELATED, len(named))]

    @cached_property
    def assets(self) -> tuple[str, ...]:
        """The tickers that articles can be made specific with."""
        return known_assets(self.content.renderer.facts)

    def networks(self, asset: str) -> dict[str, str]:
        """The networks that a coin travels on: their names by code."""
        facts = self.content.renderer.facts
        rows, names = facts.get("assets"), facts.get("networks")
        row = rows.get(asset) if isinstance(rows, Mapping) else None
        codes = row.get("networks", ()) if isinstance(row, Mapping) else ()
        return {
            code: str(names[code].get("name", code))
            for code in codes
            if isinstance(names, Mapping) and code in names
        }

    def asset_in(self, text: str) -> str | None:
        """The coin that a search names by ticker or name; None where it names none, or several."""
        found = {self._called[word] for word in _WORD.findall(fold(text)) if word in self._called}
        return found.pop() if len(found) == 1 else None

    @cached_property
    def _called(self) -> dict[str, str]:
        called = {fold(ticker): ticker for ticker in self.assets}
        rows = self.content.renderer.facts.get("assets")
        for ticker, row in rows.items() if isinstance(rows, Mapping) else ():
            called.setdefault(fold(str(row.get("name", ticker))), ticker)
        return called

    def _in_order(self, names: Iterable[str], language: str) -> list[Article]:
        return sorted(
            self.chosen(names, language),
            key=lambda article: (article.language != language, article.title.casefold()),
        )

    def _any(self, name: str) -> Article:
        found = self._by_key.get((name, FALLBACK_LANGUAGE))
        return found or next(
            article for (other, _), article in self._by_key.items() if other == name
        )


def topic_slug(topic: str) -> str:
    """A topic's name in addresses."""
    return topic.replace("_", "-")
