"""Clauses: where a message may be cut into two parts that could stand alone.

A cut is only tried where a sign or a word of clauses.yml stands between two parts that say
something; never within an address, a number or a pair, nor between members of an enumeration.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from pathlib import Path

import yaml

_FILE = Path(__file__).with_name("clauses.yml")
_FEWEST_WORDS = 2
_FEWEST_LETTERS = 6
# More are hardly ever meant, and each costs.
MOST_CUTS = 4

Span = tuple[int, int]


class Joint(IntEnum):
    """What stands between two clauses, the weakest first."""

    COMMA = 0
    JOINING = 1
    SENTENCE = 2
    ALSO = 3
    ANNOUNCED = 4


@dataclass(frozen=True)
class Cut:
    """A place where a message may be cut: the left clause ends at `end`, the right one starts at
    `start`, and what lies between them belongs to neither.
    """

    end: int
    start: int
    joint: Joint


def cuts(text: str, entities: Iterable[Span] = ()) -> list[Cut]:
    """The places where two clauses could stand alone, in order, at most MOST_CUTS (the likeliest).

    `entities` are spans of `text` that are one thing (an address, an amount, a pair): no cut lies
    within one, nor between two that only a word or comma divides ("btc and eth").
    """
    spans = list(entities)
    folded = fold(text)
    found = []
    for match in _places().finditer(folded):
        cut = _cut(folded, match, spans)
        if cut is not None:
            found.append(cut)
    kept = sorted(found, key=lambda cut: -cut.joint)[:MOST_CUTS]
    return sorted(kept, key=lambda cut: cut.start)


def _cut(folded: str, match: re.Match[str], spans: Sequence[Span]) -> Cut | None:
    sign, announcing = match["sign"] or "", match["announcing"]
    number = match["number"]
    if not (sign or announcing or number or match["joining"]):
        return None
    if number is not None and not _counted(folded[: match.start()], int(number)):
        return None
    start = _led(folded, match.end())
    if not (_says_something(folded[: match.start()]) and _says_something(folded[start:])):
        return None
    if any(begin < start and match.start() < end for begin, end in spans):
        return None
    if number is not None:
        joint = Joint.ANNOUNCED
    elif announcing is not None:
        joint = Joint.ANNOUNCED if sign else Joint.ALSO
    elif re.search(r"[.!?;…\n]", sign):
        joint = Joint.SENTENCE
    else:
        joint = Joint.JOINING if match["joining"] else Joint.COMMA
        if _enumerates(folded, match.start(), start, spans):
            return None
    return Cut(match.start(), start, joint)


def _enumerates(folded: str, end: int, start: int, spans: Sequence[Span]) -> bool:
    """Whether a thing ends before the joint and another one begins behind it."""
    before = any(0 <= end - stop <= 1 for _, stop in spans)
    return before and any(0 <= begin - start <= 1 for begin, _ in spans)


def _counted(before: str, number: int) -> bool:
    """Whether the point before this one of a numbered list stands in the text before it."""
    return re.search(rf"(?:^|\s|\(){number - 1}\s?[.):]", before) is not None


def _led(folded: str, at: int) -> int:
    match = _leading().match(folded, at)
    return match.end() if match is not None else at


def _says_something(folded: str) -> bool:
    words = re.findall(r"[^\W\d_]+", folded)
    return len(words) >= _FEWEST_WORDS and sum(map(len, words)) >= _FEWEST_LETTERS


def fold(text: str) -> str:
    """Lower case without accents, of the same length."""
    return "".join(map(_fold_character, text))


@cache
def _fold_character(character: str) -> str:
    plain = unicodedata.normalize("NFKD", character.lower())[0]
    return {"ı": "i", "đ": "d", "’": "'", "ё": "е"}.get(plain, plain)


@cache
def _places() -> re.Pattern[str]:
    words = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    announcing = "|".join(_alternatives("|".join(words["announcing"].values())))
    joining = "|".join(_alternatives("|".join(words["joining"].values()).replace(" ", "|")))
    number = r"\(?(?P<number>[2-9])\s?[.):](?=\s)"
    sign = r"[.!?;…]+(?=\s)|[?!]+(?=\w)|\s*\n|,(?=\s)|\s[-–—](?=\s)"
    return re.compile(
        rf"(?P<sign>(?:\s*(?:{sign}))+|(?=\s))\s*"
        rf"(?:(?P<joining>(?:{joining})(?=[\s,]))[\s,]*)?"
        rf"(?:(?P<announcing>(?:{announcing})(?!\w)|{number})[\s,:.]*)?"
    )


@cache
def _leading() -> re.Pattern[str]:
    words = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    leading = "|".join(_alternatives(words["leading"]))
    return re.compile(rf"(?:(?:{leading})(?!\w)[\s,]*|[\s,:]+)*")


def joint_words(language: str) -> tuple[list[str], list[str]]:
    """What a writer of a language puts between two clauses: announcing words, and joining ones."""
    words = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    announcing = [
        word.strip().replace("*", "") for word in words["announcing"][language].split("|")
    ]
    return announcing, words["joining"][language].split()


def _alternatives(listed: str) -> list[str]:
    """The words of a list as patterns, the longest first."""
    words = [fold(word.strip()) for word in listed.split("|")]
    patterns = [
        r"\s+".join(re.escape(part).replace(r"\*", r"\w*") for part in word.split())
        for word in sorted(words, key=lambda word: -len(word))
    ]
    return list(dict.fromkeys(patterns))
