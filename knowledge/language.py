"""The language of one message, told from few words among tickers, addresses and typing errors.

Two witnesses are heard: what runs of letters point to, learned from our own messages
(knowledge/letters.py), and trigram statistics of the language at large (lingua, low-accuracy
models: 19 MB for ten languages). Both together are calibrated, so that a conversation's language
can weigh in as what it is: a probability that the customer goes on in it.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from functools import cached_property

import numpy as np
from lingua import IsoCode639_1, LanguageDetectorBuilder
from lingua import LanguageDetector as Trigrams

from knowledge.letters import Letters, Weights
from knowledge.words import borrowed, neutral

LANGUAGES = ("en", "es", "ru", "tr", "vi", "pt", "zh", "id", "fr", "ar")
DEFAULT = "en"
# Languages whose script alone tells them from the rest of LANGUAGES.
SCRIPTS = {"CYRILLIC": "ru", "ARABIC": "ar", "CJK": "zh"}

# What is read of a long message: it does not change its language on page two.
LONGEST = 300

_NO_WORDS = re.compile(r"https?://\S+|\S+@\S+|\[[a-z ]+ removed\]")
_BETWEEN = re.compile(r"[\W_]+")
_DIGIT = re.compile(r"\d")
# A word of so many letters is an address or a key.
_CODE = 24
_TICKER = re.compile(r"\b[A-Z]{2,6}\b")
# Both in natural logarithms: how much likelier the language of the conversation is than any other,
# and English where nothing was said yet.
_KEEP = 4.0
_ENGLISH = 1.0
# The most that each word may say for one language against another: one word alone does not change
# the language of a conversation ("thanks", "deposit?").
_PER_WORD = 2.5


class LanguageDetector:
    """Tells the language of a message among LANGUAGES. Loads its models on first use; safe between
    threads.
    """

    def __init__(self, letters: Letters | None = None) -> None:
        if letters is not None:
            self._letters = letters

    @cached_property
    def _letters(self) -> Letters:
        return Letters.load()

    @cached_property
    def _statistics(self) -> Statistics:
        return Statistics(self._letters.languages)

    def warm(self) -> None:
        """Load the models now instead of with the first message."""
        self.detect("warm up")

    def detect(self, text: str, previous: str | None = None) -> str:
        """The language of a message as a two-letter code.

        `previous` is the conversation's language so far: kept where the message says little.
        """
        kept = previous if previous in LANGUAGES else DEFAULT
        found = self.probabilities(text, previous)
        return max(found, key=lambda name: (found[name], name == kept)) if found else kept

    def probabilities(self, text: str, previous: str | None = None) -> dict[str, float]:
        """How likely each language is; empty where the message says nothing about it."""
        words = telling_words(text)
        if not words or (previous in LANGUAGES and all(word in borrowed() for word in words)):
            return {}
        script = _script(words)
        if script is not None:
            return {script: 1.0} if script else {}
        scores = self._scores(words)
        names = self._letters.languages
        if previous in names:
            scores[names.index(previous)] += _KEEP
        elif previous is None:
            scores[names.index(DEFAULT)] += _ENGLISH
        likely = np.exp(scores - scores.max())
        return dict(zip(names, (likely / likely.sum()).tolist(), strict=True))

    def _scores(self, words: list[str]) -> Weights:
        letters = self._letters
        said = np.maximum(self._statistics.evidence(words), -letters.floor)
        scores = letters.trust * letters.evidence(words) + letters.statistics * said
        scores += letters.offset
        return np.asarray(np.maximum(scores, scores.max() - _PER_WORD * len(words)), np.float32)


class Statistics:
    """The trigram statistics' probabilities of languages, as natural logarithms."""

    def __init__(self, languages: Sequence[str]) -> None:
        self._place = {language: number for number, language in enumerate(languages)}
        codes = [getattr(IsoCode639_1, language.upper()) for language in LANGUAGES]
        builder = LanguageDetectorBuilder.from_iso_codes_639_1(*codes).with_low_accuracy_mode()
        self._trigrams: Trigrams = builder.with_preloaded_language_models().build()

    def evidence(self, words: Sequence[str]) -> Weights:
        """Log probabilities [languages] of lower-case words."""
        found = np.full(len(self._place), math.log(1e-9), np.float32)
        for value in self._trigrams.compute_language_confidence_values(" ".join(words)):
            place = self._place.get(value.language.iso_code_639_1.name.lower())
            if place is not None:
                found[place] = math.log(max(value.value, 1e-9))
        return found


def telling_words(text: str) -> list[str]:
    """The words of a message, in lower case, that may tell its language: no address, code, number,
    ticker, nor the trade's own words, which are the same everywhere. What other languages borrow
    of English counts only where there is nothing else.
    """
    text = unicodedata.normalize("NFC", text[:LONGEST])
    # Who shouts writes no tickers.
    if not text.isupper():
        text = _TICKER.sub(" ", text)
    plain = _NO_WORDS.sub(" ", text).lower().replace("i̇", "i")
    words = [
        word
        for word in _BETWEEN.split(plain)
        if 0 < len(word) < _CODE and word not in neutral() and not _DIGIT.search(word)
    ]
    return [word for word in words if word not in borrowed()] or words


def _script(words: Sequence[str]) -> str | None:
    """The language that most letters' script alone decides; None for Latin letters, "" where we
    know no language of the script.
    """
    names = [unicodedata.name(letter, "").partition(" ")[0] for word in words for letter in word]
    most = max(sorted(set(names)), key=names.count)
    if 2 * names.count(most) <= len(names) or most == "LATIN":
        return None
    return SCRIPTS.get(most, "")
