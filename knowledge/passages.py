"""What of an article is indexed: its title, each alternative phrasing, its short answer and its
sections.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from knowledge.articles import Article
from knowledge.rendering import Rendered, Renderer

# The encoder reads 256 word pieces; a longer section is cut into passages of about this many
# characters.
PASSAGE_CHARACTERS = 600


class Kind(StrEnum):
    """What a passage is: a title or phrasing of the article, part of its text, or a customer's
    message that the article answers (knowledge/messages.py).
    """

    QUESTION = "question"
    BODY = "body"
    MESSAGE = "message"


@dataclass(frozen=True)
class Passage:
    """One indexed text. Its place in the list of passages is its number in the index."""

    article: str
    language: str
    kind: Kind
    text: str


def passages(
    articles: Sequence[Article],
    renderer: Renderer,
    *,
    originals: Mapping[str, Article] | None = None,
    translated: Iterable[Passage] = (),
    filled: Mapping[tuple[str, str], Sequence[str]] | None = None,
) -> list[Passage]:
    """Every passage of these articles, in the order of the articles.

    A translated article is found by its English phrasings too, as one is that exists in English
    only; `originals` are the English articles by id. `translated` are phrasings in the language of
    the index of articles that may not be written in it. `filled` holds the body texts that are
    known already, by id and language of the article.
    """
    more: dict[str, list[Passage]] = {}
    for passage in translated:
        more.setdefault(passage.article, []).append(passage)
    found: list[Passage] = []
    for article in articles:
        original = (originals or {}).get(article.id)
        phrased = [*phrasings(article), *more.get(article.id, ())]
        if original is not None and original.language != article.language:
            phrased += phrasings(original)
        unique: dict[str, Passage] = {}
        for passage in phrased:
            unique.setdefault(passage.text, passage)
        found += unique.values()
        texts = (filled or {}).get(article.key)
        if texts is None:
            texts = body_texts(article.title, renderer.render(article))
        found.extend(Passage(article.id, article.language, Kind.BODY, text) for text in texts)
    return found


def phrasings(article: Article) -> list[Passage]:
    """The title and the phrasings of an article."""
    texts = dict.fromkeys((article.title, *article.questions))
    return [Passage(article.id, article.language, Kind.QUESTION, text) for text in texts]


def document_texts(articles: Sequence[Article], own: Sequence[Passage]) -> list[str]:
    """Each article's own passages as one text, in the order of the articles; its title counts once
    and customers' messages not at all.
    """
    pieces: dict[str, list[str]] = {article.id: [] for article in articles}
    titles = {article.id: f"{article.title}. " for article in articles}
    for passage in own:
        if passage.kind is Kind.MESSAGE:
            continue
        pieces[passage.article].append(passage.text.removeprefix(titles[passage.article]))
    return ["\n".join(texts) for texts in pieces.values()]


def document_stems(
    articles: Sequence[Article], own: Sequence[Passage], stems: Sequence[Sequence[str]]
) -> list[list[str]]:
    """The stems of `document_texts`, from those of the passages."""
    pieces: dict[str, list[str]] = {article.id: [] for article in articles}
    titles = {article.id: article.title for article in articles}
    known = {passage.text: found for passage, found in zip(own, stems, strict=True)}
    for passage, found in zip(own, stems, strict=True):
        if passage.kind is Kind.MESSAGE:
            continue
        title = titles[passage.article]
        repeated = len(known.get(title, ())) if passage.text.startswith(f"{title}. ") else 0
        pieces[passage.article].extend(found[repeated:])
    return list(pieces.values())


def body_texts(title: str, rendered: Rendered) -> list[str]:
    """The short answer and each section as plain text, each beginning with what it is about."""
    texts: list[str] = []
    for section in (rendered.short, *re.split(r"^##+\s+", rendered.details, flags=re.MULTILINE)):
        plain = plain_text(section)
        for piece in _pieces(plain):
            texts.append(f"{title}. {piece}")
    return texts


def plain_text(markdown: str) -> str:
    """Markdown without its marks, on one line."""
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", markdown)
    text = re.sub(r"^\s*\|?[\s:|-]+\|\s*$", " ", text, flags=re.MULTILINE)
    text = re.sub(r"^\s*(?:[-*+]|\d+\.|#+|>)\s+", " ", text, flags=re.MULTILINE)
    text = re.sub(r"[*_`|]+", " ", text)
    return re.sub(r"\s+", " ", text).strip()


def _pieces(text: str) -> list[str]:
    if not text:
        return []
    pieces: list[str] = []
    current = ""
    for sentence in re.split(r"(?<=[.!?])\s+", text):
        if current and len(current) + len(sentence) > PASSAGE_CHARACTERS:
            pieces.append(current)
            current = ""
        current = f"{current} {sentence}".strip()[: 2 * PASSAGE_CHARACTERS]
    return [*pieces, current]
