"""The index of each language: made of the articles' texts and customers' messages, or taken over
from the build before where neither has changed.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from knowledge.articles import Article
from knowledge.base import DENSE, DOCUMENTS, LEXICAL, PASSAGES, open_searcher, write_passages
from knowledge.classifier import ArticleClassifier
from knowledge.content import FALLBACK_LANGUAGE, in_language
from knowledge.facts import FactGroup
from knowledge.index import FaissIndex
from knowledge.lexical import LexicalIndex, stems_of
from knowledge.messages import message_passages, read_messages
from knowledge.passages import Passage, document_stems, passages
from knowledge.rendering import Renderer
from knowledge.reuse import Reuse
from knowledge.search import Searcher
from knowledge.vectors import KeptVectors


@dataclass(frozen=True)
class Indexing:
    """Makes the index of each language in `folder`, or takes it over from the build before."""

    folder: Path
    published: Sequence[Article]
    facts: FactGroup
    translated: Sequence[Passage]
    encoder: KeptVectors
    classifier: ArticleClassifier
    messages: Path | None
    before: Reuse

    def run(self, language: str) -> dict[str, int]:
        """Write a language's index; how many articles, passages and messages it holds."""
        articles = self._articles(language)
        own = self._own(language, articles)
        known = self.before.index(language, own)
        if known is not None and self._articles_known.issuperset(each.name for each in articles):
            # The same texts in the same order: what the classifier has learned since is no part
            # of the files, and each message stays with its article.
            shutil.copytree(known, self.folder / language, copy_function=_link)
            held = len(self.before.passages(language))
            return _counts(articles, own, held)
        tokens = stems_of(language, [passage.text for passage in own])
        lexical = LexicalIndex.of(language, tokens)
        documents = LexicalIndex.of(language, document_stems(articles, own, tokens))
        found = [*own, *self._sent(language, articles, own, lexical, documents)]
        target = self.folder / language
        target.mkdir()
        FaissIndex.of(self.encoder.encode([each.text for each in found])).save(target / DENSE)
        lexical.save(target / LEXICAL)
        documents.save(target / DOCUMENTS)
        write_passages(target / PASSAGES, found)
        return _counts(articles, own, len(found))

    def searcher(self, language: str) -> Searcher:
        """What searches a language's index, once it is written."""
        articles = self._articles(language)
        return open_searcher(self.folder / language, articles, self.encoder, self.classifier)

    @cached_property
    def _articles_known(self) -> frozenset[str]:
        return self.before.unchanged(self.published)

    @cached_property
    def _filled(self) -> Mapping[tuple[str, str], Sequence[str]]:
        return self.before.body_texts(self.before.filled(self.published, self.facts))

    @cached_property
    def _originals(self) -> Mapping[str, Article]:
        published = self.published
        return {each.id: each for each in published if each.language == FALLBACK_LANGUAGE}

    @cached_property
    def _renderer(self) -> Renderer:
        return Renderer(self.facts)

    def _articles(self, language: str) -> list[Article]:
        return in_language(self.published, language)

    def _own(self, language: str, articles: Sequence[Article]) -> list[Passage]:
        """The articles' own texts."""
        translated = [each for each in self.translated if each.language == language]
        return passages(
            articles,
            self._renderer,
            originals=self._originals,
            translated=translated,
            filled=self._filled,
        )

    def _sent(
        self,
        language: str,
        articles: Sequence[Article],
        own: Sequence[Passage],
        lexical: LexicalIndex,
        documents: LexicalIndex,
    ) -> list[Passage]:
        """Customers' messages, behind the articles' own texts, whose numbers the lexical index
        shares.
        """
        if self.messages is None:
            return []
        searcher = Searcher(
            articles,
            own,
            FaissIndex.of(self.encoder.encode([passage.text for passage in own])),
            lexical,
            self.encoder,
            self.classifier.expecting(own),
            documents=documents,
        )
        return message_passages(
            read_messages(self.messages, language),
            articles,
            searcher,
            assigned=self.before.assigned(language),
            changed={each.id for each in articles if each.name not in self._articles_known},
        )


def _link(source: str, target: str) -> None:
    """The same file once more; a copy where the file system has no links, or allows none."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _counts(articles: Sequence[Article], own: Sequence[Passage], held: int) -> dict[str, int]:
    return {"articles": len(articles), "passages": len(own), "messages": held - len(own)}
