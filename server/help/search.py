"""Searching the help centre with the assistant's own engine, beside the event loop.

The encoder and the index are loaded with the first search, in the one thread that searches. Where
they cannot be (no index yet, one of another encoder), or not soon, the words of titles and
phrasings are compared instead: a reader always gets an answer.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter, OrderedDict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import structlog

from knowledge.articles import Article
from knowledge.base import KnowledgeBase
from knowledge.encoder import Encoder, encoder_hash
from knowledge.errors import KnowledgeError
from knowledge.language import LanguageDetector
from knowledge.live import Live
from knowledge.search import Candidate
from knowledge.words import fold
from server.help.library import Library

SHORTEST = 2
LONGEST = 200
RESULTS = 10
# Enough to fill the results when some are questions that lead on or are withheld.
CANDIDATES = 20
# Searches that may wait for the thread; one takes some five milliseconds.
WAITING = 32
REMEMBERED = 2000
# The first search loads the engine, which takes a second, or many on a busy machine.
PATIENCE = 2.5
# A result must share words with the article or lie near it. Without one known word only what lies
# very near is a result: letters without sense lie near something, too.
LEAST_LEXICAL = 0.4
LEAST_COSINE = 0.6
LEAST_COSINE_UNKNOWN = 0.8
# From so many letters on a last word that nobody knows is taken for the beginning of one.
LEAST_BEGINNING = 3
# So surely must a search be in another language for it to be offered there.
OTHER_LANGUAGE = 0.9

_WORD = re.compile(r"\w+")

log = structlog.get_logger()


@dataclass(frozen=True)
class Found:
    """Ids of articles, best first, and the language that the search is in where it surely is
    another one than the page's.
    """

    articles: tuple[str, ...] = ()
    language: str | None = None


NOTHING = Found()


class Finder:
    """Searches the current build."""

    def __init__(
        self, index: Path, encoder: Path, languages: Sequence[str], *, patience: float = PATIENCE
    ) -> None:
        """Opens nothing yet.

        Args:
            index: root of the builds.
            encoder: folder of the sentence encoder.
            languages: those that pages are in.
            patience: seconds after which a search is answered by words instead.
        """
        self._patience = patience
        self._folder = encoder
        self._encoder: Encoder | None = None
        self._live = Live(index, self._open)
        self._languages = languages
        self._detector = LanguageDetector()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="help-search")
        self._waiting = 0
        self._failed: str | None = None
        self._known: OrderedDict[tuple[str, str, str], Found] = OrderedDict()
        self._words: dict[tuple[str, str], Counter[str]] = {}

    async def find(self, library: Library, text: str, language: str) -> Found:
        """The articles for what a reader typed, whole or in part."""
        text = " ".join(text.split())[:LONGEST]
        if len(text) < SHORTEST:
            return NOTHING
        key = (library.content.build, language, text)
        known = self._known.get(key)
        if known is not None:
            self._known.move_to_end(key)
            return known
        if self._waiting >= WAITING:
            log.warning("help_search_busy", waiting=self._waiting)
            return Found(_by_words(library, text, language))
        self._waiting += 1
        loop = asyncio.get_running_loop()
        running = loop.run_in_executor(self._thread, self._find, library, text, language)
        running.add_done_callback(self._done)
        try:
            # It goes on in its thread: what it loads is there for the next search.
            found = await asyncio.wait_for(asyncio.shield(running), self._patience)
        except TimeoutError:
            log.warning("help_search_slow", waiting=self._waiting)
            found = None
        if found is None:
            return Found(_by_words(library, text, language))
        self._known[key] = found
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return found

    def _done(self, running: asyncio.Future[Found | None]) -> None:
        self._waiting -= 1
        if not running.cancelled() and (error := running.exception()) is not None:
            log.error("help_search_failed", exc_info=error)

    def close(self) -> None:
        """Start no more searches."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _find(self, library: Library, text: str, language: str) -> Found | None:
        """In the thread; None where there is nothing to search with."""
        try:
            base = self._live.get()
        except (KnowledgeError, OSError) as error:
            if str(error) != self._failed:
                self._failed = str(error)
                log.error("help_search_by_words_alone", error=str(error))
            return None
        self._failed = None
        spoken = self._detector.probabilities(text)
        other = max(spoken, key=lambda name: spoken[name], default=language)
        if other == language or other not in self._languages or spoken[other] < OTHER_LANGUAGE:
            other = language
        searcher = base.searcher(other)
        text = self._completed(library, text, other)
        known = searcher.known_words(text) > 0
        found = searcher.search(text, count=CANDIDATES)
        return Found(
            tuple(candidate.article for candidate in found if _is_evident(candidate, known)),
            other if other != language else None,
        )

    def _completed(self, library: Library, text: str, language: str) -> str:
        """The text with its last word completed where it is but the beginning of one."""
        before, _, last = text.rpartition(" ")
        words = self._vocabulary(library, language)
        beginning = fold(last)
        if len(beginning) < LEAST_BEGINNING or beginning in words:
            return text
        longer = [word for word in words if word.startswith(beginning)]
        if not longer:
            return text
        return f"{before} {max(longer, key=lambda word: (words[word], word))}".strip()

    def _vocabulary(self, library: Library, language: str) -> Counter[str]:
        key = (library.content.build, language)
        if key not in self._words:
            # Those of an older build are of no more use.
            self._words = {held: words for held, words in self._words.items() if held[0] == key[0]}
            self._words[key] = Counter(
                word
                for article in library.chosen(library.ids, language)
                for phrase in (article.title, *article.questions)
                for word in _WORD.findall(fold(phrase))
            )
        return self._words[key]

    def _open(self, folder: Path, before: KnowledgeBase | None) -> KnowledgeBase:
        if self._encoder is None or self._encoder.hash != encoder_hash(self._folder):
            self._encoder = Encoder(self._folder)
        return KnowledgeBase.open(folder, self._encoder, self._encoder.hash, before)


def _is_evident(candidate: Candidate, known: bool) -> bool:
    """Whether an article has anything to do with the search."""
    if candidate.exact or candidate.lexical >= LEAST_LEXICAL:
        return True
    return candidate.cosine >= (LEAST_COSINE if known else LEAST_COSINE_UNKNOWN)


def _by_words(library: Library, text: str, language: str) -> tuple[str, ...]:
    """Articles by how many of the words begin a word of their title or, for less, a phrasing."""
    words = _WORD.findall(fold(text))
    scores = {
        article.id: sum(
            3 * _begins(word, [article.title]) + _begins(word, article.questions) for word in words
        )
        for article in library.chosen(library.ids, language)
    }
    best = sorted((name for name in scores if scores[name]), key=lambda name: (-scores[name], name))
    return tuple(best[:RESULTS])


def _begins(word: str, phrases: Iterable[str]) -> bool:
    return any(
        other.startswith(word) for phrase in phrases for other in _WORD.findall(fold(phrase))
    )


def readable(library: Library, found: Found, language: str) -> list[Article]:
    """What was found, as a reader of the language can open it."""
    return library.answering(found.articles, language)[:RESULTS]
