"""Proposals: what an editor could do about a cluster. Nothing is live, and nothing is invented.

Phrasings are customers' own questions, for an article that is there; candidates are the articles
that search finds for them. A draft is an agent's own answer under the most central question.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

import numpy as np

from editorial.clusters import Vectors, centre_of, spread
from editorial.privacy import has_marks
from knowledge.search import Candidate
from knowledge.words import fold

PHRASINGS = 8
CANDIDATES = 3
# Members that are searched for; the central ones speak for all.
SEARCHED = 12
# Phrasings are as long as customers' questions; a whole story is none.
SHORTEST, LONGEST = 8, 140
LONGEST_TITLE = 90
# The share of a cluster's messages, from its centre, that phrasings are chosen from.
CENTRAL = 0.75
# From this mean share of the search on, an article is the likely home of the phrasings.
LIKELY = 0.4
REVIEWED_AFTER = timedelta(days=180)

_LIST = re.compile(r"^questions:[ \t]*(?P<inline>.*)$", re.MULTILINE)
_ITEM = re.compile(r"(?:(?P<indent>[ \t]*)- .*|[ \t]+\S.*|[ \t]*)\n")


@dataclass(frozen=True)
class Member:
    """One message of a cluster, the most central first, with its normalised vector [dimension]."""

    text: str
    language: str
    kind: str
    vector: Vectors
    topic: str | None = None
    intent: str | None = None
    answer: str | None = None


class Search(Protocol):
    """Finds articles for a message (knowledge.search.Searcher)."""

    def search(
        self, text: str, *, count: int = 5, vector: Vectors | None = None
    ) -> list[Candidate]:
        """The best articles, best first."""
        ...


def phrasings(members: Sequence[Member], *, count: int = PHRASINGS) -> list[dict[str, str]]:
    """Questions that show how customers ask: unlike each other, without personal details, each
    language by its share and with one at least.
    """
    fit = [member for member in members if is_phrasing(member.text)]
    sizes = Counter(member.language for member in fit)
    chosen: list[dict[str, str]] = []
    for language, size in sizes.most_common():
        own = [member for member in fit if member.language == language]
        wanted = max(1, round(count * size / len(fit)))
        # What lies at the edge may belong elsewhere, and the most unlike lie there.
        own = own[: max(wanted, round(CENTRAL * size))]
        places = spread(np.stack([member.vector for member in own]), wanted)
        chosen += [{"text": own[place].text, "language": language} for place in places]
    return chosen


def candidates(
    members: Sequence[Member], searchers: Mapping[str, Search], fallback: Search
) -> list[dict[str, Any]]:
    """The articles nearest to a cluster, best first.

    `score` is an article's mean share of the search over the members, `first` the share of members
    that find it first.
    """
    searched = members[:SEARCHED]
    scores: defaultdict[str, float] = defaultdict(float)
    firsts: Counter[str] = Counter()
    titles: dict[str, str] = {}
    for member in searched:
        searcher = searchers.get(member.language, fallback)
        found = searcher.search(member.text, count=5, vector=member.vector)
        for candidate in found:
            scores[candidate.article] += candidate.retrieval
            titles.setdefault(candidate.article, candidate.title)
        if found:
            firsts[found[0].article] += 1
    best = sorted(scores, key=lambda name: (-scores[name], name))[:CANDIDATES]
    return [
        {
            "article": name,
            "title": titles[name],
            "score": round(scores[name] / len(searched), 3),
            "first": round(firsts[name] / len(searched), 3),
        }
        for name in best
    ]


def draft(members: Sequence[Member], answers: Vectors) -> dict[str, Any] | None:
    """An article made of agents' words; None where no agent has answered.

    The text is the answer that is most like all others of its language, and free of removed details
    where one is. `answers` are the vectors of the members' answers, in their order.
    """
    answered = [member for member in members if member.answer]
    if not answered:
        return None
    # Of two languages with as many answers, the one that more customers asked in.
    answers_in = Counter(member.language for member in answered)
    asked_in = Counter(member.language for member in members)
    language = max(answers_in, key=lambda each: (answers_in[each], asked_in[each], each))
    own = [place for place, member in enumerate(answered) if member.language == language]
    clean = [place for place in own if not has_marks(answered[place].answer or "")] or own
    likeness = answers[clean] @ centre_of(answers[own])
    chosen = answered[clean[int(np.argmax(likeness))]]
    questions = [member.text for member in members if member.language == language]
    fit = [text for text in questions if is_phrasing(text) and len(text) <= LONGEST_TITLE]
    title = (fit or questions)[0][:LONGEST_TITLE].strip()
    return {
        "language": language,
        "title": title[:1].upper() + title[1:],
        "body": plain_markdown(chosen.answer or ""),
        "answers": len(own),
    }


def suggested(found: Sequence[Mapping[str, Any]], drafted: Mapping[str, Any] | None) -> str:
    """What seems right: `phrasings` for an article that is there, or a `draft`; `write` where an
    article is missing and nobody has answered yet.
    """
    if found and found[0]["score"] >= LIKELY:
        return "phrasings"
    return "draft" if drafted is not None else "write"


def is_phrasing(text: str) -> bool:
    """Whether a message can stand in an article as a question that many ask."""
    return SHORTEST <= len(text) <= LONGEST and "\n" not in text and not has_marks(text)


def plain_markdown(text: str) -> str:
    """An agent's words as the body of an article: nothing in it is a template or a heading."""
    text = re.sub(r"\{(?=[{%#])", "{ ", text)
    return re.sub(r"^#+\s*", "", text, flags=re.MULTILINE).strip() + "\n"


def with_phrasings(source: str, added: Sequence[str]) -> str:
    """The text of an article file with questions added to its front matter; what is there already
    is not repeated, and nothing else changes.

    Raises:
        ValueError: the front matter has no list of questions.
    """
    found = _LIST.search(source)
    if found is None or found["inline"].strip():
        raise ValueError("its front matter has no list of `questions`, one per line")
    end, indent = found.end() + 1, "  "
    while (item := _ITEM.match(source, end)) is not None:
        if item["indent"] is not None:
            indent = item["indent"]
        elif not item[0].strip():
            break
        end = item.end()
    known = {fold(line.strip(" -\"'\n")) for line in source[found.end() : end].splitlines()}
    new = []
    for text in added:
        if fold(text) not in known:
            known.add(fold(text))
            new.append(f"{indent}- {quoted(text)}\n")
    return source[:end] + "".join(new) + source[end:]


def article_source(
    *,
    name: str,
    title: str,
    topic: str,
    intents: Sequence[str],
    questions: Sequence[str],
    owner: str,
    body: str,
    today: date,
) -> str:
    """The text of a new article's file."""
    lines = [
        "---",
        f"id: {name}",
        f"title: {quoted(title)}",
        f"topic: {topic}",
        f"intents: [{', '.join(intents)}]",
        "questions:",
        *(f"  - {quoted(question)}" for question in questions),
        f"owner: {owner}",
        f"updated: {today.isoformat()}",
        f"review_by: {(today + REVIEWED_AFTER).isoformat()}",
        "---",
        plain_markdown(body),
    ]
    return "\n".join(lines)


def article_name(title: str, taken: Collection[str], *, otherwise: str) -> str:
    """An id for a new article: the words of its title, or `otherwise` where they are not Latin."""
    words = re.findall(r"[a-z0-9]+", fold(title))
    name = "-".join(words)[:60].strip("-")
    if sum(map(len, words)) < len(re.findall(r"\w", title)) / 2 or not name:
        name = otherwise
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    return free


def quoted(text: str) -> str:
    """A text as a YAML value on one line, with quotation marks only where it needs them."""
    plain = re.fullmatch(r"[^\W\d_][\w ,.'’()/-]*[\w.)]", text)
    words = {"yes", "no", "true", "false", "null", "on", "off"}
    if plain and text.lower() not in words and " - " not in text:
        return text
    return json.dumps(text, ensure_ascii=False)
