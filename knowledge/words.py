"""Words: folding, stemming, and the lists of words.yml that the engine treats apart."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import Stemmer

from knowledge.yaml_reading import read_yaml

_FILE = Path(__file__).with_name("words.yml")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_STEMMERS = {
    "en": "english",
    "es": "spanish",
    "ru": "russian",
    "tr": "turkish",
    "pt": "portuguese",
    "fr": "french",
    "id": "indonesian",
    "ar": "arabic",
}


class Words:
    """Splits text of one language into stems. Not shared between threads: the stemmer keeps
    state.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self._stop = stop_words(language)
        name = _STEMMERS.get(language)
        self._stemmer = Stemmer.Stemmer(name) if name else None

    def stems(self, text: str) -> list[str]:
        """The stems of a text in order, without stop words; all words when only stop words are
        there.
        """
        words = [word.replace("’", "'").removesuffix("'s") for word in _WORD.findall(fold(text))]
        kept = [word for word in words if word not in self._stop] or words
        return self._stemmer.stemWords(kept) if self._stemmer is not None else kept


class _Marks(dict[int, int | None]):
    """Takes combining marks out of a text, as `str.translate` wants it: each character is looked
    at once.
    """

    def __missing__(self, code: int) -> int | None:
        kept = None if unicodedata.combining(chr(code)) else code
        self[code] = kept
        return kept


_MARKS = _Marks()


def fold(text: str) -> str:
    """Lower case without accents, so that a customer need not type them."""
    if text.isascii():
        return text.lower()
    plain = text.lower().replace("ı", "i").replace("đ", "d")
    return unicodedata.normalize("NFKD", plain).translate(_MARKS)


@cache
def _lists() -> dict[str, Any]:
    content: dict[str, Any] = read_yaml(_FILE.read_text(encoding="utf-8"))
    return content


@cache
def neutral() -> frozenset[str]:
    """The trade's own words, the same in every language."""
    return frozenset(_lists()["neutral"].split())


@cache
def borrowed() -> frozenset[str]:
    """English words of the trade's screens, used as they are in every language."""
    return frozenset(_lists()["borrowed"].split())


@cache
def small_words() -> dict[str, frozenset[str]]:
    """For each language the everyday words that give it away."""
    return {language: frozenset(words.split()) for language, words in _lists()["small"].items()}


@cache
def stop_words(language: str) -> frozenset[str]:
    """The words of a language that say nothing about which article is meant."""
    return frozenset(_lists()["stop"].get(language, "").split())


@cache
def wrapping_words(language: str) -> frozenset[str]:
    """The words around a typed choice that choose nothing."""
    return frozenset(_lists()["wrapping"].get(language, "").split())


@cache
def places(language: str) -> dict[str, int]:
    """The words for a choice's place among the others: 0 is the first, -1 the last."""
    rows = _lists()["places"].get(language) or ()
    numbers = (*range(len(rows) - 1), -1)
    return {word: place for place, row in zip(numbers, rows, strict=False) for word in row.split()}


@cache
def person_words(language: str) -> frozenset[str]:
    """What a person is called who is wished for."""
    return frozenset(_lists()["person"].get(language, "").split())


@cache
def following_words(language: str) -> frozenset[str]:
    """The words around a follow-up that ask nothing new."""
    return frozenset(_lists()["following"].get(language, "").split())


@cache
def asking_words(language: str) -> frozenset[str]:
    """The words of a question that names nothing."""
    return frozenset(_lists()["asking"].get(language, "").split())


@cache
def aspect_words(language: str) -> frozenset[str]:
    """What a question that names nothing may ask of what was spoken of."""
    return frozenset(_lists()["aspects"].get(language, "").split())


@cache
def companies() -> frozenset[str]:
    """Names of other companies that customers mention."""
    return frozenset(_lists()["companies"].split())
