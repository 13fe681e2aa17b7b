"""The knowledge base as it is answered from: one built index, loaded, with everything that goes
with it.

A build is a folder that needs nothing beside it but the encoder: articles, facts, intents,
passages, both indexes and the gate's calibration. So an edited article changes nothing until it is
published, and a build can be rolled back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from knowledge.articles import Article
from knowledge.builds import MANIFEST
from knowledge.calibration import Calibration
from knowledge.errors import EncoderMismatchError, IndexUnavailableError
from knowledge.facts import FactGroup
from knowledge.gate import Gate
from knowledge.index import FaissIndex
from knowledge.intents import Intents
from knowledge.lexical import LexicalIndex
from knowledge.passages import Kind, Passage
from knowledge.rendering import Renderer
from knowledge.search import Encoder, Searcher

CONTENT = "content.json"
PASSAGES = "passages.jsonl"
DENSE = "dense.faiss"
LEXICAL = "lexical"
CALIBRATION = "calibration.json"

# The layout of a build. A process refuses a build of another layout instead of misreading it.
FORMAT = 1
FALLBACK_LANGUAGE = "en"


@dataclass(frozen=True)
class KnowledgeBase:
    """One published build in memory. Immutable: a new build is a new object beside it."""

    build: str
    manifest: Mapping[str, Any]
    articles: tuple[Article, ...]
    intents: Intents
    renderer: Renderer
    searchers: Mapping[str, Searcher]
    gate: Gate

    @classmethod
    def load(cls, folder: Path, encoder: Encoder, encoder_hash: str) -> KnowledgeBase:
        """Read the build in `folder`.

        Raises IndexUnavailableError when it is absent or damaged, EncoderMismatchError when it was
        built with another encoder.
        """
        manifest = read_manifest(folder)
        if manifest["encoder"] != encoder_hash:
            raise EncoderMismatchError(
                f"The index {folder.name} was built with another encoder "
                f"({manifest['encoder'][:12]}) than the one "
                f"installed ({encoder_hash[:12]}). Build it again with `teller index`."
            )
        try:
            content = json.loads((folder / CONTENT).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise IndexUnavailableError(
                f"The index {folder} is damaged; build it again with `teller index`."
            ) from error
        articles = tuple(Article.from_plain(values) for values in content["articles"])
        intents = Intents.from_plain(content["intents"], str(folder / CONTENT))
        searchers = {
            language: _searcher(
                folder / language, [a for a in articles if a.language == language], encoder
            )
            for language in manifest["languages"]
        }
        fallback = {
            article.id: article for article in articles if article.language == FALLBACK_LANGUAGE
        }
        return cls(
            build=manifest["build"],
            manifest=manifest,
            articles=articles,
            intents=intents,
            renderer=Renderer(FactGroup(content["facts"])),
            searchers=searchers,
            gate=Gate(intents, fallback, Calibration.load(folder / CALIBRATION)),
        )

    @cached_property
    def _by_key(self) -> dict[tuple[str, str], Article]:
        return {article.key: article for article in self.articles}

    @cached_property
    def topic_of(self) -> dict[str, str]:
        """The topic of each intent."""
        return {name: row.topic for name, row in self.intents.items()}

    def article(self, name: str, language: str = FALLBACK_LANGUAGE) -> Article | None:
        """An article in a language, else in English, else None."""
        return self._by_key.get((name, language)) or self._by_key.get((name, FALLBACK_LANGUAGE))

    def languages_of(self, name: str) -> tuple[str, ...]:
        """The languages an article is there in."""
        return tuple(sorted(article.language for article in self.articles if article.id == name))

    def searcher(self, language: str) -> Searcher:
        """The searcher of a language, or of English where the language has no articles."""
        return self.searchers.get(language) or self.searchers[FALLBACK_LANGUAGE]


def read_manifest(folder: Path) -> dict[str, Any]:
    """What a build says about itself; raises IndexUnavailableError when there is none that this
    code can read.
    """
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except OSError as error:
        raise IndexUnavailableError(
            f"There is no index at {folder}; build it with `teller index`."
        ) from error
    except ValueError as error:
        raise IndexUnavailableError(
            f"The index {folder} is damaged; build it again with `teller index`."
        ) from error
    if manifest.get("format") != FORMAT:
        raise IndexUnavailableError(
            f"The index {folder} has another layout than this version reads; run `teller index`."
        )
    return manifest


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
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return [
        Passage(row["article"], row["language"], Kind(row["kind"]), row["text"]) for row in rows
    ]


def _searcher(folder: Path, articles: Sequence[Article], encoder: Encoder) -> Searcher:
    return Searcher(
        articles,
        read_passages(folder / PASSAGES),
        FaissIndex.load(folder / DENSE),
        LexicalIndex.load(folder / LEXICAL),
        encoder,
    )
