"""Figures of search on a labelled set: is a right article found, how high, and how fast.

The form of the set is told in tests/data/README.md; `language` may be left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from evaluation.labelled import read_rows

ALL = "all"
# No figure looks further down a ranking.
DEPTH = 10


@dataclass(frozen=True)
class Query:
    """A question, the articles of which each is a right answer, and its language if it is told."""

    text: str
    relevant: frozenset[str]
    language: str | None = None


@dataclass(frozen=True)
class Ranking:
    """What was found for a question, best first, at least the first ten where there are so many,
    and the milliseconds that it took.
    """

    articles: tuple[str, ...]
    milliseconds: float


@dataclass(frozen=True)
class RetrievalFigures:
    """What `teller evaluate retrieval` reports of a set. All but the last two are shares.

    Attributes:
        recall_at_1, recall_at_3, recall_at_5, recall_at_10: questions with a right article among
            the first 1, 3, 5, 10. (Of several right articles one is enough: a customer needs one.)
        mrr_at_10: mean of one over the place of the first right article, 0 beyond the tenth.
        ndcg_at_10: mean normalised discounted cumulative gain of the first ten (Järvelin and
            Kekäläinen 2002), each right article a gain of 1.
        ms_per_query: median milliseconds for one question alone, its encoding included.
        queries: how many.
    """

    recall_at_1: float
    recall_at_3: float
    recall_at_5: float
    recall_at_10: float
    mrr_at_10: float
    ndcg_at_10: float
    ms_per_query: float
    queries: int


def measure(queries: Sequence[Query], rankings: Sequence[Ranking]) -> RetrievalFigures:
    """The figures of one set. Raises ValueError where it is empty."""
    if not queries:
        raise ValueError("There are no queries to measure.")
    pairs = list(zip(queries, rankings, strict=True))
    firsts = np.array([_first(query, ranking) for query, ranking in pairs])
    recall = {depth: float(np.mean(firsts <= depth)) for depth in (1, 3, 5, 10)}
    return RetrievalFigures(
        recall_at_1=recall[1],
        recall_at_3=recall[3],
        recall_at_5=recall[5],
        recall_at_10=recall[10],
        mrr_at_10=float(np.mean(np.where(firsts <= DEPTH, 1 / firsts, 0.0))),
        ndcg_at_10=float(np.mean([_ndcg(query, ranking) for query, ranking in pairs])),
        ms_per_query=float(np.median([ranking.milliseconds for ranking in rankings])),
        queries=len(pairs),
    )


def by_language(
    queries: Sequence[Query], rankings: Sequence[Ranking]
) -> dict[str, RetrievalFigures]:
    """Figures for each language of the set in alphabetical order, where there are several, then
    for all questions.
    """
    pairs = list(zip(queries, rankings, strict=True))
    languages = sorted({query.language for query in queries if query.language})
    figures = {}
    for language in languages if len(languages) > 1 else ():
        chosen = [pair for pair in pairs if pair[0].language == language]
        figures[language] = measure([pair[0] for pair in chosen], [pair[1] for pair in chosen])
    return {**figures, ALL: measure(queries, rankings)}


def misses(
    queries: Sequence[Query], rankings: Sequence[Ranking], count: int = 10
) -> list[tuple[str, str, int]]:
    """(right article, the one found first instead, how often), the most frequent first."""
    found: dict[tuple[str, str], int] = {}
    for query, ranking in zip(queries, rankings, strict=True):
        first = ranking.articles[0] if ranking.articles else ""
        if first not in query.relevant:
            pair = (min(query.relevant), first)
            found[pair] = found.get(pair, 0) + 1
    ordered = sorted(found.items(), key=lambda each: (-each[1], each[0]))
    return [(*pair, times) for pair, times in ordered[:count]]


def unknown_articles(queries: Sequence[Query], articles: frozenset[str]) -> list[str]:
    """Right articles that are not among those searched, in order of name: never to be found."""
    return sorted({name for query in queries for name in query.relevant} - articles)


def read_queries(path: Path) -> list[Query]:
    """Read a JSON Lines file of questions; blank lines are passed over.

    Raises:
        TableError: the file cannot be read or holds bad lines; each is named, at most ten.
    """
    return read_rows(path, _query, what="questions")


def _query(row: Mapping[str, Any]) -> Query:
    text = row.get("text")
    if not isinstance(text, str) or not text.strip():
        raise ValueError('"text" is missing, empty or not text')
    return Query(text, _relevant(row), _language(row))


def _relevant(row: Mapping[str, Any]) -> frozenset[str]:
    value = row.get("relevant")
    values = value if isinstance(value, list) else [value]
    names = {str(item) for item in values if isinstance(item, str | int) and item is not True}
    if not names or len(names) < len({str(item) for item in values}):
        raise ValueError('"relevant" must be the id of an article, or a list of ids')
    return frozenset(names)


def _language(row: Mapping[str, Any]) -> str | None:
    value = row.get("language", row.get("lang"))
    if value is not None and not isinstance(value, str):
        raise ValueError('"language" must be a language code')
    return value.lower()[:2] if value else None


def _first(query: Query, ranking: Ranking) -> float:
    """The place of the first right article, from 1; infinite beyond the tenth."""
    places = (
        place for place, name in enumerate(ranking.articles[:DEPTH], 1) if name in query.relevant
    )
    return float(next(places, np.inf))


def _ndcg(query: Query, ranking: Ranking) -> float:
    found = [name in query.relevant for name in ranking.articles[:DEPTH]]
    best = [True] * min(len(query.relevant), DEPTH)
    return _gain(found) / _gain(best)


def _gain(right: Sequence[bool]) -> float:
    return sum(1 / float(np.log2(place + 1)) for place, each in enumerate(right, 1) if each)
