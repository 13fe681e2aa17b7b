"""What the help centre says around its articles, in the reader's language."""

from __future__ import annotations

from datetime import date
from typing import Any

from knowledge.articles import Article
from knowledge.facts import FactGroup
from knowledge.jurisdiction import holds_in
from knowledge.language_wish import own_names
from knowledge.responses import Responses

# Languages written from right to left. None of the six is; an operator may add one.
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
# Facebook's and others' names of languages: with the country whose spelling is ours.
LOCALES = {
    "en": "en_US",
    "es": "es_ES",
    "pt": "pt_BR",
    "ru": "ru_RU",
    "tr": "tr_TR",
    "vi": "vi_VN",
}


class Wording:
    """The sentences of one language."""

    def __init__(self, responses: Responses, language: str) -> None:
        self._responses = responses
        self.language = language
        self.direction = "rtl" if language in RIGHT_TO_LEFT else "ltr"
        self.locale = LOCALES.get(language, language)

    def say(self, key: str, **values: Any) -> str:
        """The sentence `help.<key>`."""
        return self._responses.say(f"help.{key}", self.language, **values)

    def topic(self, name: str) -> str:
        """A topic as people read it."""
        key = f"topic.{name}"
        return self._responses.say(key, self.language) if self._responses.has(key) else _plain(name)

    def group(self, name: str) -> str:
        """A group of topics as people read it."""
        key = f"help.group.{name}"
        return self._responses.say(key, self.language) if self._responses.has(key) else _plain(name)

    def holds_in(self, article: Article, facts: FactGroup) -> str | None:
        """The countries that an article holds for; None where it holds everywhere."""
        return holds_in(article, facts, self._responses, self.language)

    def date(self, day: date) -> str:
        """A day as the language writes it."""
        months = self.say("months").split(",")
        return self.say("date", day=day.day, month=months[day.month - 1].strip(), year=day.year)

    def articles(self, count: int) -> str:
        """A number of articles, with the noun in the form that the number asks for."""
        return self.say(f"articles_{plural(self.language, count)}", count=count)

    @staticmethod
    def name(language: str) -> str:
        """What a language is called by its speakers."""
        return own_names((language,))


def plural(language: str, count: int) -> str:
    """The form of a noun after a number: `one`, `few` or `many` (Unicode CLDR's rules for whole
    numbers).
    """
    if language == "ru":
        if count % 10 == 1 and count % 100 != 11:
            return "one"
        if count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14):
            return "few"
        return "many"
    return "one" if count == 1 else "many"


def _plain(name: str) -> str:
    return name.replace("_", " ").capitalize()
