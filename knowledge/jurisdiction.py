"""Where an article holds, as customers are told."""

from __future__ import annotations

from knowledge.articles import Article
from knowledge.facts import FactGroup
from knowledge.figures import listed
from knowledge.responses import FALLBACK, Responses


def holds_in(article: Article, facts: FactGroup, responses: Responses, language: str) -> str | None:
    """The sentence that names the countries and regions an article holds for, in a language (in
    English where we do not write it); None where it holds everywhere.
    """
    if not article.jurisdiction:
        return None
    spoken = language if language in responses.languages else FALLBACK
    names = [_called(place, facts, spoken) for place in article.jurisdiction]
    return responses.say("article.holds_in", spoken, places=listed(names, spoken))


def _called(place: str, facts: FactGroup, language: str) -> str:
    """A place by its wording in terms.yml, else as the front matter has it: a translated article
    may name it in its own language already.
    """
    terms = facts.get("terms") or {}
    return str((terms.get(place) or {}).get(language, place))
