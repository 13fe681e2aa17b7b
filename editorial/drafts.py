"""Looking at a text before it is kept: what is wrong with it, and what a customer would read.

The checks are those of the build, against the articles that are live: an editor sees while typing
what would stop the publication.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from editorial.findings import Finding, locate, read_finding
from knowledge import checks
from knowledge.articles import Article, Hindrance, parse_article
from knowledge.content import FALLBACK_LANGUAGE
from knowledge.errors import ArticlesInvalidError, RenderingError
from knowledge.facts import FactGroup
from knowledge.intents import Intents
from knowledge.jurisdiction import holds_in
from knowledge.rendering import Rendered, Renderer
from knowledge.responses import Responses

# The field in which an editor mends what keeps an article from customers.
_FIELDS: Mapping[Hindrance, str] = {"draft": "state", "agents": "audience", "review": "review_by"}
_FRONT = re.compile(r"\A---[ \t]*\n.*?^---[ \t]*$\n?", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Surroundings:
    """What a draft is held against: the other articles, the facts and the intents of the day, and
    the sentences that are said with an answer.

    `known` are ids that may be named besides those of `articles`, such as the withheld ones.
    """

    articles: Sequence[Article]
    facts: FactGroup
    intents: Intents
    today: date
    responses: Responses
    known: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Review:
    """The findings, and the text as a customer would read it; None where it cannot be filled.
    `holds` is the sentence that names the countries it holds for, None where it holds everywhere.
    """

    findings: tuple[Finding, ...]
    preview: Rendered | None
    title: str | None = None
    holds: str | None = None

    @property
    def publishable(self) -> bool:
        """Whether nothing in the text itself would stop a publication."""
        return not any(finding.severity == "error" for finding in self.findings)

    def as_json(self) -> dict[str, Any]:
        """What the console shows."""
        return {
            "findings": [finding.as_json() for finding in self.findings],
            "publishable": self.publishable,
            "title": self.title,
            "preview": None
            if self.preview is None
            else {
                "short": self.preview.short,
                "details": self.preview.details,
                "holds": self.holds,
            },
        }


def review(
    source: str,
    article: str,
    language: str,
    around: Surroundings,
    *,
    asset: str | None = None,
    network: str | None = None,
) -> Review:
    """Look at a whole text (front matter and Markdown) of an article in a language."""
    name = f"{article}.{language}.md"
    try:
        draft = parse_article(source, article, language, source=name)
    except ArticlesInvalidError as error:
        findings = [read_finding(problem) for problem in error.problems]
        return Review(
            tuple(findings), _of_the_body(source, article, language, around, asset, network)
        )
    draft = replace(draft, source=name)
    others = [each for each in around.articles if each.key != draft.key]
    problems = [
        *(p for p in _links(draft, others, around) if p.startswith(name)),
        *(p for p in checks.phrasings([*others, draft]) if p.startswith(name)),
        *(p for p in checks.intents_named([draft], around.intents) if p.startswith(name)),
        *checks.renders([draft], around.facts),
        *checks.numbers([draft]),
    ]
    findings = [read_finding(problem, lambda *_: source) for problem in problems]
    findings.extend(_warnings(draft, source, others, around))
    preview, failed = _fill(draft, around.facts, asset, network)
    if failed is not None and all(failed not in finding.message for finding in findings):
        findings.append(Finding(failed, article, language, locate(failed, source)))
    holds = holds_in(draft, around.facts, around.responses, language)
    return Review(tuple(findings), preview, draft.title, holds)


def _links(draft: Article, others: Sequence[Article], around: Surroundings) -> list[str]:
    stand_ins = [
        replace(draft, id=name, follow_ups=(), choices=None, source="")
        for name in around.known
        if name != draft.id
    ]
    return list(checks.links([*others, *stand_ins, draft]))


def _warnings(
    draft: Article, source: str, others: Sequence[Article], around: Surroundings
) -> list[Finding]:
    found = []
    hindrance = draft.hindrance(around.today)
    if hindrance is not None:
        why = draft.withheld(around.today)
        found.append((_FIELDS[hindrance], f"{why}: published, it is withheld from customers"))
    english = {each.id for each in others if each.language == FALLBACK_LANGUAGE} | around.known
    if draft.language != FALLBACK_LANGUAGE and draft.id not in english:
        found.append(("id", "there is no English article of this id; publish that one first"))
    return [
        Finding(message, draft.id, draft.language, locate(f"`{key}:`", source), severity="warning")
        for key, message in found
    ]


def _fill(
    draft: Article, facts: FactGroup, asset: str | None, network: str | None
) -> tuple[Rendered | None, str | None]:
    try:
        return Renderer(facts).render(draft, asset=asset, network=network), None
    except RenderingError as error:
        return None, str(error).rpartition("filled: ")[2]


def _of_the_body(
    source: str,
    article: str,
    language: str,
    around: Surroundings,
    asset: str | None,
    network: str | None,
) -> Rendered | None:
    """The preview of a text whose front matter is not right yet: its body is enough."""
    front = _FRONT.match(source)
    body = source[front.end() :] if front else source
    stand_in = Article(
        article, language, article, "", (), (), "", around.today, around.today, body.strip() + "\n"
    )
    return _fill(stand_in, around.facts, asset, network)[0]
