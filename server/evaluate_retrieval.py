"""`teller evaluate retrieval`: how well articles are found, ours or those of others."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from evaluation.errors import EvaluationError
from evaluation.report import RETRIEVAL_LABELS, retrieval_cell, retrieval_report
from evaluation.retrieval import (
    ALL,
    DEPTH,
    Query,
    Ranking,
    RetrievalFigures,
    by_language,
    measure,
    misses,
    read_queries,
    unknown_articles,
)
from evaluation.tables import STANDARD_OUTPUT, check_targets, report_files, write_files
from knowledge.base import KnowledgeBase
from knowledge.corpora import read_corpus
from knowledge.errors import KnowledgeError
from knowledge.language import LanguageDetector
from knowledge.lexical import LexicalIndex
from knowledge.passages import plain_text
from knowledge.search import NO_PRIOR, Prior, Searcher
from knowledge.understanding import Understanding
from server.offline import AssistantStartError, assistant
from server.route import BATCH, ChannelParser, RouteError, build_index, open_base
from server.settings import Settings

_REPORT = ("report.md", "report.json")
# Names that nobody has any more are listed up to here.
_NAMED = 5
WARM_UP = 5

Search = Callable[[Query], tuple[str, ...]]


async def run(
    settings: Settings,
    queries: Path,
    *,
    articles: Path | None,
    language: str | None,
    with_assistant: bool,
    json_file: Path | None,
    report: Path | None,
    console: Console,
    progress: Console,
) -> int:
    """Search for the questions and print the figures; 1 when it cannot be done."""
    try:
        targets = {"json": json_file, **report_files(report, _REPORT)}
        inputs = [queries, *([articles] if articles else [])]
        check_targets([path for path in targets.values() if path], inputs=inputs)
        asked = read_queries(queries)
        with tempfile.TemporaryDirectory(prefix="teller-retrieval-") as folder:
            base = _base(settings, articles, language, Path(folder), progress)
            asked = _spoken(asked, base)
            lost = unknown_articles(asked, frozenset(each.id for each in base.articles))
            if lost:
                named = ", ".join(lost[:_NAMED]) + (" ..." if len(lost) > _NAMED else "")
                progress.print(
                    f"{len(lost)} right articles are not among those searched and count as not "
                    f"found: {named}",
                    style="yellow",
                    markup=False,
                )
            priors = await _priors(settings, asked, base, progress) if with_assistant else {}
            progress.print(f"Searching for {len(asked)} questions ...")
            rankings = rank(asked, _search(base, priors))
            peers = {
                name: measure(asked, rank(asked, peer))
                for name, peer in (("BM25 alone", _words(base)), ("dense alone", _vectors(base)))
            }
        figures = by_language(asked, rankings)
        plain = {
            **asdict(figures[ALL]),
            "articles": len({each.id for each in base.articles}),
            "languages": {name: asdict(each) for name, each in figures.items() if name != ALL},
            "peers": {name: asdict(each) for name, each in peers.items()},
        }
        missed = misses(asked, rankings, 20)
        contents = {
            "json": json.dumps(plain, indent=2) + "\n",
            "report.json": json.dumps(plain, indent=2) + "\n",
            "report.md": retrieval_report(figures, peers, missed),
        }
        write_files([(path, contents[name]) for name, path in targets.items() if path])
    except (EvaluationError, KnowledgeError, AssistantStartError, RouteError) as error:
        progress.print(str(error), style="red", markup=False)
        return 1
    # What another program reads from standard output is not mixed with a table for people.
    shown = progress if STANDARD_OUTPUT in targets.values() else console
    shown.print(_table(figures, peers))
    return 0


def rank(queries: Sequence[Query], search: Search) -> list[Ranking]:
    """Search for each question alone, after a few to warm up."""
    for query in queries[:WARM_UP]:
        search(query)
    rankings = []
    for query in queries:
        started = time.perf_counter()
        found = search(query)
        rankings.append(Ranking(found, 1000 * (time.perf_counter() - started)))
    return rankings


def _base(
    settings: Settings,
    articles: Path | None,
    language: str | None,
    folder: Path,
    progress: Console,
) -> KnowledgeBase:
    if articles is None:
        return open_base(settings)
    corpus = read_corpus(articles, language=language)
    progress.print(f"Building an index of {len(corpus)} articles ...")
    build_index(
        settings,
        corpus=corpus,
        root=folder,
        progress=lambda step: progress.print(f"  {step}"),
    )
    return open_base(settings, root=folder)


def _spoken(queries: Sequence[Query], base: KnowledgeBase) -> list[Query]:
    """The questions, each with the language that it is searched in."""
    held = {article.language for article in base.articles}
    only = held.pop() if len(held) == 1 else None
    detector = LanguageDetector()
    return [
        Query(query.text, query.relevant, query.language or only or detector.detect(query.text))
        for query in queries
    ]


async def _priors(
    settings: Settings, queries: Sequence[Query], base: KnowledgeBase, progress: Console
) -> dict[str, Prior]:
    """What the assistant's intents say about each question, as in live traffic."""
    progress.print("Starting the assistant, if none runs ...")
    priors = {}
    async with assistant(settings) as client:
        parser = ChannelParser(client)
        for start in range(0, len(queries), BATCH):
            batch = queries[start : start + BATCH]
            for query, parse in zip(batch, await parser([q.text for q in batch]), strict=True):
                known = Understanding.from_parse(
                    parse, language=query.language or "en", text=query.text
                )
                priors[query.text] = Prior.of(known.ranking, base.topic_of)
    return priors


def _search(base: KnowledgeBase, priors: Mapping[str, Prior]) -> Search:
    def search(query: Query) -> tuple[str, ...]:
        searcher = base.searcher(query.language or "")
        prior = priors.get(query.text, NO_PRIOR)
        found = searcher.search(query.text, prior=prior, count=DEPTH)
        return tuple(candidate.article for candidate in found)

    return search


def _words(base: KnowledgeBase) -> Search:
    """BM25 alone: each article with its title, phrasings and text is one document."""
    indexes: dict[str, tuple[LexicalIndex, tuple[str, ...]]] = {}

    def index(language: str) -> tuple[LexicalIndex, tuple[str, ...]]:
        articles = base.searcher(language).articles
        texts = []
        for article in articles:
            rendered = base.renderer.render(article)
            body = plain_text(f"{rendered.short}\n\n{rendered.details}")
            texts.append("\n".join((article.title, *article.questions, body)))
        return LexicalIndex.build(language, texts), tuple(each.id for each in articles)

    def search(query: Query) -> tuple[str, ...]:
        language = query.language or ""
        if language not in indexes:
            indexes[language] = index(language)
        lexical, names = indexes[language]
        scores = lexical.scores(query.text)
        order = np.lexsort((np.arange(len(names)), -scores))[:DEPTH]
        return tuple(names[place] for place in order)

    return search


def _vectors(base: KnowledgeBase) -> Search:
    """Dense retrieval alone: the article of the passage with the highest cosine."""

    def search(query: Query) -> tuple[str, ...]:
        searcher: Searcher = base.searcher(query.language or "")
        return tuple(searcher.nearest(query.text, count=DEPTH))

    return search


def _table(figures: Mapping[str, RetrievalFigures], peers: Mapping[str, RetrievalFigures]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    columns = {**figures, **peers}
    for name in columns:
        table.add_column(name, justify="right")
    rows = [asdict(each) for each in columns.values()]
    for name, label in RETRIEVAL_LABELS.items():
        table.add_row(label, *(retrieval_cell(name, row[name]) for row in rows))
    return table
