"""What is different about a build of a foreign corpus (knowledge/publish.py builds it)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.articles import Article
from knowledge.intents import Handling, Intents
from knowledge.words import fold


def without(intents: Intents) -> Intents:
    """The table for articles that no intent leads to.

    What the classifier takes for out of scope is only not about our exchange, so nothing is
    declined for it. Persons are called as ever.
    """
    rows = intents.plain()
    for row in rows.values():
        row["articles"] = []
        if row["handling"] == Handling.DECLINE:
            row["handling"] = Handling.ANSWER.value
    return Intents.from_plain(rows)


def alike(articles: Sequence[Article]) -> list[str]:
    """A warning for each title or phrasing that two articles of one language share: search cannot
    tell them apart by it.
    """
    seen: dict[tuple[str, str], Article] = {}
    warnings = []
    for article in articles:
        for text in (article.title, *article.questions):
            key = (article.language, " ".join(re.findall(r"\w+", fold(text))))
            other = seen.setdefault(key, article)
            if other.id != article.id:
                warnings.append(
                    f"{article.source}: {text!r} is also a title or question of {other.id!r}"
                )
    return warnings
