"""The language of one message, told from few words among tickers, addresses and typing errors.

Trigram statistics (lingua, low-accuracy models: about 25 MB for ten languages, 0.1 ms a message) do
not know that "usdt" belongs to every language and mistake Spanish for Portuguese in a line of four
words. So what says nothing is cut out first, the common small words of each language count beside
the statistics, and a short message keeps the conversation's language unless it clearly is in
another.
"""

from __future__ import annotations

import math
import re
import unicodedata
from functools import cached_property

from lingua import IsoCode639_1, LanguageDetectorBuilder
from lingua import LanguageDetector as Statistics

from knowledge.words import fold, neutral, small_words

LANGUAGES = ("en", "es", "ru", "tr", "vi", "pt", "zh", "id", "fr", "ar")
DEFAULT = "en"

_NOISE = re.compile(
    r"https?://\S+|\S+@\S+|\b(?=\w*\d)\w+\b|\b[A-Z]{2,6}\b|\[[a-z ]+ removed\]|\b\w{24,}\b|[\W\d_]+"
)
_SCRIPTS = (("CYRILLIC", "ru"), ("ARABIC", "ar"), ("CJK", "zh"))
# Evidence is in natural logarithms. The statistics may say at most _MOST, and less where there are
# few words; a small word says _WORD.
_MOST = 4.0
_MOST_PER_WORD = 0.8
_WORD = 1.8
# What the conversation's language is worth against the message's own evidence, and English where
# there is none.
_KEEP = 2.2
_ENGLISH = 0.5
# Words that our own articles use are worth this, from half of the message on.
_KNOWN = 3.5
_KNOWN_FROM = 0.5


class LanguageDetector:
    """Tells the language of a message among LANGUAGES. Loads its models on first use; safe between
    threads.
    """

    @cached_property
    def _statistics(self) -> Statistics:
        codes = [getattr(IsoCode639_1, language.upper()) for language in LANGUAGES]
        builder = LanguageDetectorBuilder.from_iso_codes_639_1(*codes)
        return builder.with_low_accuracy_mode().with_preloaded_language_models().build()

    def warm(self) -> None:
        """Load the models now instead of with the first message."""
        self.detect("warm up")

    def detect(self, text: str, previous: str | None = None, *, english: float = 0.0) -> str:
        """The language of a message as a two-letter code.

        `previous` is the conversation's language so far: kept where the message says little.
        `english` is the share (0..1) of its words that the English articles know.
        """
        kept = previous if previous in LANGUAGES else DEFAULT
        words = [word for word in _NOISE.sub(" ", text).split() if word.lower() not in neutral()]
        if not words:
            return kept
        script = _script(" ".join(words))
        if script is not None:
            return script
        evidence = self._evidence(words)
        if english >= _KNOWN_FROM:
            evidence[DEFAULT] += _KNOWN * english
        if previous in LANGUAGES:
            evidence[kept] += _KEEP
        else:
            evidence[DEFAULT] += _ENGLISH
        return max(LANGUAGES, key=lambda language: (evidence[language], language == kept))

    def _evidence(self, words: list[str]) -> dict[str, float]:
        most = min(_MOST, _MOST_PER_WORD * (1 + len(words)))
        found = dict.fromkeys(LANGUAGES, -most)
        for value in self._statistics.compute_language_confidence_values(" ".join(words)):
            code = value.language.iso_code_639_1.name.lower()
            found[code] = max(-most, math.log(max(value.value, 1e-9)))
        folded = [fold(word).replace("đ", "d") for word in words]
        for language, small in small_words().items():
            found[language] += _WORD * sum(word in small for word in folded)
        return found


def _script(text: str) -> str | None:
    """The language that most letters' script alone decides, None for Latin letters."""
    names = [unicodedata.name(character, "") for character in text if character.isalpha()]
    for start, language in _SCRIPTS:
        if 2 * sum(name.startswith(start) for name in names) > len(names):
            return language
    return None
