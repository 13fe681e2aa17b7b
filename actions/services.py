"""What the actions work with, made once when the process starts."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from knowledge.base import KnowledgeBase
from knowledge.encoder import Encoder
from knowledge.labels import Labels
from knowledge.language import LanguageDetector
from knowledge.live import Live
from knowledge.responses import Responses
from knowledge.search import NO_PRIOR

ROOT = Path(__file__).resolve().parent.parent
INDEX = "TELLER_KNOWLEDGE_INDEX"
HELP_URL = "TELLER_HELP_URL"


class Knowledge(Protocol):
    """Where the current knowledge base comes from."""

    def get(self) -> KnowledgeBase: ...


@dataclass(frozen=True)
class Services:
    """The knowledge base, the language detector, the responses, where articles are read, and what
    intents are called.
    """

    knowledge: Knowledge
    languages: LanguageDetector
    responses: Responses
    help_url: str = "/help"
    labels: Labels = field(default_factory=lambda: Labels({}))

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Services:
        """The services as the environment says.

        Raises:
            KnowledgeError: the encoder or the responses cannot be read. An index that is missing is
                no error here: it is asked for with each turn, and may be published meanwhile.
        """
        encoder = Encoder(ROOT / "models" / "encoder")
        root = Path(environment.get(INDEX) or ROOT / "models" / "index")
        return cls(
            knowledge=Live(root, lambda folder, before: _open(folder, encoder, before)),
            languages=LanguageDetector(),
            responses=Responses.load(),
            help_url=(environment.get(HELP_URL) or "/help").rstrip("/"),
            labels=Labels.load(),
        )


def _open(folder: Path, encoder: Encoder, before: KnowledgeBase | None) -> KnowledgeBase:
    base = KnowledgeBase.open(folder, encoder, encoder.hash, before)
    warm(base, before)
    return base


def warm(base: KnowledgeBase, before: KnowledgeBase | None = None) -> None:
    """Run a build once through search and rendering, so that no customer pays for its first use;
    what `before`, which is in use, has is warm, and not for this thread.
    """
    used = list(before.searchers.values()) if before is not None else []
    for language, searcher in base.searchers.items():
        if searcher in used:
            continue
        for candidate in searcher.search("how do I withdraw", prior=NO_PRIOR):
            article = base.article(candidate.article, language)
            if article is not None:
                base.renderer.render(article)
    for article in base.articles:
        base.renderer.render(article)
