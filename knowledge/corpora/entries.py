"""What a reader finds in a foreign corpus, and the article that becomes of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from knowledge.articles import Article
from knowledge.errors import ArticlesInvalidError
from knowledge.language import LanguageDetector
from knowledge.rendering import MORE

NAMED = 10
# A foreign corpus says nothing about its review; its own help centre cares for that.
NO_REVIEW = date.max
GENERAL = "general"
# The bubble shows whole paragraphs up to about so many characters; the rest unfolds.
SHORT_CHARACTERS = 450

_CODE = re.compile(r"(?P<language>[a-zA-Z]{2,3})(?:[-_][a-zA-Z0-9]+)*")
_JINJA = re.compile(r"\{(?=[{%#])")
_HEADING = re.compile(r"#{1,6}\s+(?P<text>.*?)\s*#*")
_FENCE = re.compile(r"\s*(```|~~~)")
_RULE = re.compile(r"\s{0,3}(?:-{3,}|={3,})\s*")
_HEADING_CHARACTERS = 80
_SENTENCE = re.compile(r"(?<=[.!?。！？…])\s+")


@dataclass(frozen=True)
class Entry:
    """One article of a foreign corpus: `text` is Markdown or plain text, `place` names where it
    stands (file, or file and line) for whoever has to mend it.
    """

    place: str
    id: str
    title: str
    text: str
    questions: tuple[str, ...] = ()
    language: str | None = None
    topic: str = ""
    updated: date | None = None


def refuse(problems: Sequence[str]) -> None:
    """Raise ArticlesInvalidError with the first ten problems, if there are any."""
    if len(problems) > NAMED:
        problems = [*problems[:NAMED], f"... and {len(problems) - NAMED} more such places."]
    if problems:
        raise ArticlesInvalidError(problems)


def language_code(value: str) -> str | None:
    """The language of "pt", "pt-BR" or "pt_BR"; None for what is no language code."""
    found = _CODE.fullmatch(value.strip())
    return found["language"].lower() if found else None


def articles_of(entries: Iterable[Entry], *, language: str | None = None) -> list[Article]:
    """The articles of these entries, in order.

    Who says no language is in `language`; without one, in that which most of such entries are
    written in.

    Raises:
        ArticlesInvalidError: an id is there twice in one language; both places are named.
    """
    entries = list(entries)
    silent = [entry for entry in entries if entry.language is None]
    usual = language or (_spoken(silent) if silent else "")
    today = datetime.now(UTC).date()
    articles = [_article(entry, usual, today) for entry in entries]
    seen: dict[tuple[str, str], str] = {}
    problems = []
    for article in articles:
        other = seen.setdefault(article.key, article.source)
        if other is not article.source:
            problems.append(
                f"{article.source}: the id {article.id!r} is already used at {other}; give each "
                "article an id of its own"
            )
    refuse(problems)
    return articles


def literal(text: str) -> str:
    """A text that comes out of the templates of knowledge/rendering.py as it went in: a foreign
    article's braces are its own.
    """
    return _JINJA.sub("{{ '{' }}", text)


def shaped(text: str, title: str) -> str:
    """Markdown with its first paragraphs as the short answer, and all else below a `MORE` line or
    its first heading. Nothing is left out but a heading that repeats the title.
    """
    if text.partition(MORE)[0].strip() and MORE in text:
        # The author has said where the short answer ends.
        return text.strip() + "\n"
    blocks = _blocks(text.replace(MORE, ""))
    first = _HEADING.fullmatch(blocks[0]) if blocks else None
    if first is not None:
        # A short answer cannot begin with a heading of its own.
        repeated = first["text"].casefold() == title.casefold()
        blocks[:1] = [] if repeated and len(blocks) > 1 else [f"**{first['text']}**"]
    short: list[str] = []
    while blocks and not (short and _HEADING.match(blocks[0])):
        if short and len("\n\n".join([*short, blocks[0]])) > SHORT_CHARACTERS:
            break
        short.append(blocks.pop(0))
        if first is not None and len(short) == 1 and short[0].startswith("**") and blocks:
            # A former heading says nothing alone.
            short.append(blocks.pop(0))
    if short and len(short[-1]) > 2 * SHORT_CHARACTERS and "\n" not in short[-1]:
        lead, rest = _lead(short.pop())
        short.append(lead)
        blocks[:0] = [rest] if rest else []
    rest = "\n\n".join(blocks)
    if not rest:
        return "\n\n".join(short) + "\n"
    return "\n\n".join(short) + f"\n\n{MORE}\n\n" + rest + "\n"


def _lead(paragraph: str) -> tuple[str, str]:
    """A long paragraph's first sentences, and the rest; whole where it has no sentences."""
    lead = ""
    pieces = _SENTENCE.split(paragraph)
    while pieces and (not lead or len(lead) + len(pieces[0]) < SHORT_CHARACTERS):
        lead = f"{lead} {pieces.pop(0)}".strip()
    return lead, " ".join(pieces)


def _blocks(text: str) -> list[str]:
    """Paragraphs, lists and headings; a block of code stays whole."""
    blocks: list[list[str]] = [[]]
    fenced = False
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if _FENCE.match(line):
            fenced = not fenced
        if not fenced and _RULE.fullmatch(line):
            # Under one short line it makes that a heading, else it divides; plain text that only
            # means to divide would turn its last paragraph into a heading.
            under = blocks[-1]
            if len(under) == 1 and len(under[0]) <= _HEADING_CHARACTERS and len(line.strip()) > 3:
                under[0] = f"## {under[0]}"
            else:
                blocks.append(["---"])
            blocks.append([])
            continue
        heading = not fenced and _HEADING.fullmatch(line.strip()) is not None
        if (not line.strip() and not fenced) or heading:
            blocks.append([])
        if line.strip() or fenced:
            blocks[-1].append(line.rstrip())
        if heading:
            blocks.append([])
    return ["\n".join(block) for block in blocks if block]


def _article(entry: Entry, language: str, today: date) -> Article:
    return Article(
        id=entry.id,
        language=entry.language or language,
        title=" ".join(entry.title.split()),
        topic=entry.topic or GENERAL,
        intents=(),
        questions=tuple(dict.fromkeys(" ".join(text.split()) for text in entry.questions)),
        owner=GENERAL,
        updated=entry.updated or today,
        review_by=NO_REVIEW,
        body=literal(shaped(entry.text, entry.title)),
        source=entry.place,
    )


def _spoken(entries: Sequence[Entry]) -> str:
    detector = LanguageDetector()
    counts = Counter(detector.detect(f"{entry.title}. {entry.text[:300]}") for entry in entries)
    return max(counts, key=lambda name: (counts[name], name))
