"""Cues: words of data/tone/cues.yml, and what the form of a message shows.

A cue is a kind of word ("law", "no_reply", "living") with its words in every language. The tone
classifier is given which kinds a message holds; what they are worth it learns.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from bot.language.durations import find_durations

FORMS = (
    "exclamations",
    "shouting",
    "question",
    "asking_twice",
    "one_word",
    "short",
    "long",
    "hours",
    "day",
    "days",
)
DAY_HOURS = 24.0

_WORD = re.compile(r"\w+")
_APOSTROPHE = re.compile(r"['’`´]")
_GAP = ".."
_WIDEST_GAP = 3
# No stem of cues.yml is shorter.
_SHORTEST_STEM = 3


def fold(text: str) -> str:
    """Lower case, without accents and apostrophes: as customers type in a hurry."""
    lowered = _APOSTROPHE.sub("", text.lower()).replace("ı", "i").replace("đ", "d")
    decomposed = unicodedata.normalize("NFKD", lowered)
    return "".join(each for each in decomposed if not unicodedata.combining(each))


@dataclass(frozen=True)
class _Phrase:
    """The words behind the first one of an entry, and the cue that they stand for."""

    rest: tuple[str, ...]
    cue: int


class Cues:
    """Finds cues; built once, about 30 microseconds for a message of ten words."""

    def __init__(self, entries: Mapping[str, Sequence[str]]) -> None:
        """
        Args:
            entries: for each cue its words, as cues.yml writes them.

        Raises:
            ValueError: an entry begins or ends with a gap, or begins with a stem of 1 or 2 letters.
        """
        self.entries = {name: list(phrases) for name, phrases in entries.items()}
        self.names = tuple(entries)
        self._words: dict[str, list[_Phrase]] = {}
        self._stems: dict[str, list[_Phrase]] = {}
        for at, (name, phrases) in enumerate(entries.items()):
            for phrase in phrases:
                self._add(name, phrase, at)
        self._longest = max(map(len, self._stems), default=0)

    def _add(self, name: str, phrase: str, cue: int) -> None:
        first, *rest = (
            part if part == _GAP else fold(part.removesuffix("*")) + "*" * part.endswith("*")
            for part in phrase.split()
        )
        short = first.endswith("*") and len(first) <= _SHORTEST_STEM
        if short or _GAP in (first, *rest[-1:]):
            raise ValueError(f"cues.yml: {name}: {phrase!r} cannot be looked for")
        index = self._stems if first.endswith("*") else self._words
        index.setdefault(first.removesuffix("*"), []).append(_Phrase(tuple(rest), cue))

    def find(self, folded: str) -> set[int]:
        """Positions in `names` of the cues that a folded text holds."""
        words = _WORD.findall(folded)
        found: set[int] = set()
        for at, word in enumerate(words):
            for phrase in self._beginning(word):
                if phrase.cue not in found and _follows(words, at + 1, phrase.rest):
                    found.add(phrase.cue)
        return found

    def _beginning(self, word: str) -> Iterable[_Phrase]:
        yield from self._words.get(word, ())
        for length in range(_SHORTEST_STEM, min(len(word), self._longest) + 1):
            yield from self._stems.get(word[:length], ())


def _follows(words: Sequence[str], at: int, parts: tuple[str, ...]) -> bool:
    """Whether `parts` stand in `words` from position `at` on."""
    if not parts:
        return True
    if parts[0] == _GAP:
        return any(_follows(words, at + skipped, parts[1:]) for skipped in range(_WIDEST_GAP + 1))
    if at >= len(words):
        return False
    part = parts[0]
    same = words[at].startswith(part[:-1]) if part.endswith("*") else words[at] == part
    return same and _follows(words, at + 1, parts[1:])


def read_cues(path: Path) -> Cues:
    """The cues of a file like data/tone/cues.yml."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    entries = {
        name: [entry.strip() for words in languages.values() for entry in words.split("|")]
        for name, languages in content.items()
    }
    return Cues({name: [entry for entry in each if entry] for name, each in entries.items()})


@lru_cache(maxsize=1 << 15)
def longest_period(text: str) -> float:
    """The longest period of time that a text names, in hours; 0 where there is none."""
    return max((float(each.value) for each in find_durations(text)), default=0.0)


def forms(text: str, hours: float) -> set[int]:
    """Positions in FORMS of what holds for a text that names a period of `hours`."""
    words = text.split()
    letters = [each for each in text if each.isalpha()]
    holds = {
        "exclamations": text.count("!") >= 2,
        "shouting": len(letters) > 8 and sum(map(str.isupper, letters)) > 0.7 * len(letters),
        "question": "?" in text,
        "asking_twice": "??" in text,
        "one_word": len(words) <= 2,
        "short": len(words) <= 5,
        "long": len(words) >= 25,
        "hours": 0 < hours < DAY_HOURS,
        "day": DAY_HOURS <= hours < 3 * DAY_HOURS,
        "days": hours >= 3 * DAY_HOURS,
    }
    return {at for at, name in enumerate(FORMS) if holds[name]}
