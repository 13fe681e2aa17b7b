"""The shape of what the assistant says, as the channel passes it on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from actions.services import Services
from knowledge.articles import Article
from knowledge.content import FALLBACK_LANGUAGE

Reply = dict[str, Any]


def reply(
    text: str,
    *,
    details: str | None = None,
    choices: Sequence[Mapping[str, Any]] = (),
    article: Mapping[str, Any] | None = None,
    feedback: Mapping[str, Any] | None = None,
    language: str = FALLBACK_LANGUAGE,
) -> Reply:
    """One message: `details` expand, `choices` can be tapped, `feedback` asks about the answer."""
    return {
        "text": text,
        "details": details,
        "choices": [dict(choice) for choice in choices],
        "article": dict(article) if article is not None else None,
        "feedback": dict(feedback) if feedback is not None else None,
        "language": language,
    }


def choice(label: str, meaning: Mapping[str, Any]) -> dict[str, Any]:
    """Something to tap; what it means never leaves the server."""
    return {"label": label, "choice": dict(meaning)}


def person(services: Services, language: str) -> dict[str, Any]:
    """The choice of a person."""
    return choice(services.responses.say("clarify.person", language), {"human": True})


def said_in(services: Services, language: str) -> str:
    """The language that our own sentences are said in."""
    return language if language in services.responses.languages else FALLBACK_LANGUAGE


def link(article: Article, services: Services, language: str) -> dict[str, Any]:
    """The article that an answer comes from, with its address and date."""
    page = language if language in services.responses.languages else article.language
    return {
        "id": article.id,
        "title": article.title,
        "url": f"{services.help_url}/{page}/{article.id}",
        "language": article.language,
        # What surrounds an article that is not translated yet is in the customer's language.
        "page": page,
        "updated": article.updated.isoformat(),
    }


def feedback(article: str, services: Services, language: str) -> dict[str, Any]:
    """Did this solve it?"""
    say = services.responses.say
    return {
        "question": say("solved.question", language),
        "choices": [
            choice(say(f"solved.{said}", language), {"solved": said, "about": article})
            for said in ("yes", "no")
        ],
    }
