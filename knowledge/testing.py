"""A small knowledge base in memory, for the tests of whatever answers from one."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from knowledge.articles import Article
from knowledge.base import KnowledgeBase
from knowledge.calibration import Calibration
from knowledge.facts import FactGroup
from knowledge.gate import Gate
from knowledge.index import ArrayIndex, Vectors
from knowledge.intents import Intents
from knowledge.lexical import LexicalIndex
from knowledge.passages import Kind, Passage, passages
from knowledge.rendering import Renderer
from knowledge.search import Searcher
from knowledge.words import Words

DIMENSION = 64


class WordEncoder:
    """A deterministic stand-in for the sentence encoder: texts are near when they share words."""

    hash = "words"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors [n, 64], normalised; the same text always has the same one."""
        vectors = np.zeros((len(texts), DIMENSION), np.float32)
        words = Words("en")
        for row, text in zip(vectors, texts, strict=True):
            for stem in words.stems(text):
                seed = zlib.crc32(stem.encode())
                row += np.random.default_rng(seed).standard_normal(DIMENSION, np.float32)
            row /= max(float(np.linalg.norm(row)), 1e-6)
        return vectors


def make_article(name: str, **values: Any) -> Article:
    """An article with plain defaults for what a test does not care about."""
    fields: dict[str, Any] = {
        "id": name,
        "language": "en",
        "title": name.replace("-", " ").capitalize(),
        "topic": "withdraw_limits_fees",
        "intents": (),
        "questions": (),
        "owner": "general",
        "updated": date(2026, 11, 10),
        "review_by": date(2027, 5, 10),
        "body": f"The short answer of {name}.\n\n## Steps\n1. Do it.\n",
    }
    return Article(**(fields | values))


def make_base(
    articles: Sequence[Article],
    intents: Mapping[str, Any],
    *,
    facts: Mapping[str, Any] | None = None,
    calibration: Calibration | None = None,
    messages: Mapping[str, str] | None = None,
    build: str = "build-1",
) -> KnowledgeBase:
    """A knowledge base of these English articles with WordEncoder and exact search.

    `messages` are customers' messages, each with the id of the article that answers it.
    """
    encoder = WordEncoder()
    table = Intents.from_plain(intents)
    renderer = Renderer(FactGroup(facts or {}))
    held = passages(articles, renderer)
    lexical = LexicalIndex.build("en", [passage.text for passage in held])
    sent = [Passage(name, "en", Kind.MESSAGE, text) for text, name in (messages or {}).items()]
    held = [*held, *sent]
    dense = ArrayIndex(DIMENSION)
    dense.add(np.arange(len(held)), encoder.encode([passage.text for passage in held]))
    searcher = Searcher(articles, held, dense, lexical, encoder)
    by_id = {article.id: article for article in articles}
    return KnowledgeBase(
        build=build,
        manifest={},
        articles=tuple(articles),
        intents=table,
        renderer=renderer,
        searchers={"en": searcher},
        gate=Gate(table, by_id, calibration or agreeing()),
    )


def agreeing(answer: float = 0.6) -> Calibration:
    """A calibration by hand: an article is right when the intent and the words agree on it."""
    return Calibration({"agreement": 1.0, "cosine": 3.0}, -2.0, answer, 0.97)
