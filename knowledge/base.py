"""The knowledge base as it is answered from: one build in memory, with what searches and decides.

A build is a folder that needs nothing beside it but the encoder: articles, facts, intents,
passages, both indexes and the gate's calibration. So an edited article changes nothing until it is
published, and a build can be rolled back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.articles import Article
from knowledge.calibration import Calibration
from knowledge.classifier import ArticleClassifier
from knowledge.content import FALLBACK_LANGUAGE, Content, in_language, read
from knowledge.errors import EncoderMismatchError
from knowledge.gate import Gate
from knowledge.index import FaissIndex
from knowledge.lexical import LexicalIndex
from knowledge.need import Need
from knowledge.passages import Kind, Passage
from knowledge.search import Encoder, Searcher

PASSAGES = "passages.jsonl"
DENSE = "dense.faiss"
LEXICAL = "lexical"
DOCUMENTS = "documents"
CALIBRATION = "calibration.json"
NEED = "need.json"
CLASSIFIER = "classifier.npz"


@dataclass(frozen=True)
class KnowledgeBase(Content):
    """One published build with its searchers by language, and the gate."""

    searchers: Mapping[str, Searcher]
    gate: Gate

    @classmethod
    def open(
        cls,
        folder: Path,
        encoder: Encoder,
        encoder_hash: str,
        before: KnowledgeBase | None = None,
    ) -> KnowledgeBase:
        """Read the build in `folder`. `before` is another build in use, which shares what searches
        a language where both have the same of it.

        Raises:
            IndexUnavailableError: it is absent, damaged, or of another layout.
            EncoderMismatchError: it was built with another encoder.
        """
        content = read(folder, before)
        built_with = content["manifest"]["encoder"]
        if built_with != encoder_hash:
            raise EncoderMismatchError(
                f"The index {folder.name} was built with another encoder ({built_with[:12]}) than "
                f"the one installed ({encoder_hash[:12]}). Build it again with `teller index`."
            )
        articles: tuple[Article, ...] = content["articles"]
        classifier = ArticleClassifier.load(folder / CLASSIFIER)
        shared = _shared(folder, content, before) if before is not None else {}
        searchers = {
            language: shared.get(language)
            or open_searcher(
                folder / language, in_language(articles, language), encoder, classifier
            )
            for language in content["manifest"]["languages"]
        }
        by_id = {article.id: article for article in in_language(articles, FALLBACK_LANGUAGE)}
        calibration = Calibration.load(folder / CALIBRATION)
        languages = frozenset(content["manifest"]["understood"])
        need = Need.load(folder / NEED)
        gate = Gate(content["intents"], by_id, calibration, languages, need)
        return cls(**content, searchers=searchers, gate=gate)

    def searcher(self, language: str) -> Searcher:
        """The searcher of a language, or of English where the language has no articles."""
        return self.searchers.get(language) or self.searchers[FALLBACK_LANGUAGE]


def _shared(
    folder: Path, content: Mapping[str, Any], before: KnowledgeBase
) -> Mapping[str, Searcher]:
    """The searchers of a build in use that would be read from `folder` once more: of the same
    articles, with the same files (knowledge/indexing.py links them) and the same classifier.
    """
    manifest = content["manifest"]
    if any(manifest.get(key) != before.manifest.get(key) for key in ("stamp", "asked", "encoder")):
        return {}
    found = {}
    for language, searcher in before.searchers.items():
        here, there = (
            each / language / PASSAGES for each in (folder, folder.parent / before.build)
        )
        try:
            linked = here.samefile(there)
        except OSError:
            # Gone: only the current build and the one before it are kept.
            continue
        if linked and searcher.articles == tuple(in_language(content["articles"], language)):
            found[language] = searcher
    return found


def write_passages(path: Path, passages: Sequence[Passage]) -> None:
    """One passage per line, in the order of their numbers."""
    rows = (
        json.dumps(
            {"article": p.article, "language": p.language, "kind": p.kind, "text": p.text},
            ensure_ascii=False,
        )
        for p in passages
    )
    path.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")


def read_passages(path: Path) -> list[Passage]:
    """The passages that `write_passages` wrote."""
    # Not splitlines: a passage may hold a character that it takes for the end of a line.
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line)
    return [
        Passage(row["article"], row["language"], Kind(row["kind"]), row["text"]) for row in rows
    ]


def open_searcher(
    folder: Path, articles: Sequence[Article], encoder: Encoder, classifier: ArticleClassifier
) -> Searcher:
    """What searches the index of one language in `folder`; `classifier` is that of the build."""
    passages = read_passages(folder / PASSAGES)
    return Searcher(
        articles,
        passages,
        FaissIndex.load(folder / DENSE),
        LexicalIndex.load(folder / LEXICAL),
        encoder,
        classifier.expecting(passages),
        documents=LexicalIndex.load(folder / DOCUMENTS),
    )
