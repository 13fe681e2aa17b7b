"""What search engines read of a page beside its text: JSON-LD by schema.org."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from markupsafe import Markup

Trail = Sequence[tuple[str, str]]


def script(*things: dict[str, Any]) -> Markup:
    """The things as the content of a script element. It is data: no content policy forbids it, and
    nothing in it can end the element.
    """
    text = json.dumps(
        {"@context": "https://schema.org", "@graph": list(things)},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 # no markup is left in it


def site(name: str, url: str, search: str, language: str) -> dict[str, Any]:
    """The help centre as a site that can be searched; `search` has a place `{query}`."""
    return {
        "@type": "WebSite",
        "name": name,
        "url": url,
        "inLanguage": language,
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": search},
            "query-input": "required name=query",
        },
    }


def breadcrumb(trail: Trail) -> dict[str, Any]:
    """The way from the home page to a page: names and addresses."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": url}
            for place, (name, url) in enumerate(trail, 1)
        ],
    }


def article(
    *, title: str, summary: str, url: str, language: str, updated: date, topic: str, publisher: str
) -> dict[str, Any]:
    """An article."""
    return {
        "@type": "Article",
        "headline": title[:110],
        "description": summary,
        "url": url,
        "mainEntityOfPage": url,
        "inLanguage": language,
        "dateModified": updated.isoformat(),
        "articleSection": topic,
        "publisher": {"@type": "Organization", "name": publisher},
        "author": {"@type": "Organization", "name": publisher},
    }


def question(title: str, answer: str, *, language: str) -> dict[str, Any]:
    """An article as a question with its short answer (HTML)."""
    return {
        "@type": "FAQPage",
        "inLanguage": language,
        "mainEntity": [
            {
                "@type": "Question",
                "name": title,
                "acceptedAnswer": {"@type": "Answer", "text": answer},
            }
        ],
    }
