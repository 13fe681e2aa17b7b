"""Messages that only make sense after the one before: a choice typed as text, "and for ETH?"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.articles import Article
from knowledge.gate import Option
from knowledge.understanding import Understanding
from knowledge.words import Words, fold, following_words, wrapping_words

PERSON = Option("", intent="human_agent")

_ORDINALS = {
    "1": 0, "first": 0, "one": 0, "1st": 0,
    "2": 1, "second": 1, "two": 1, "2nd": 1,
    "3": 2, "third": 2, "three": 2, "3rd": 2,
    "4": 3, "fourth": 3, "four": 3, "4th": 3,
    "5": 4, "fifth": 4, "five": 4, "5th": 4,
}  # fmt: skip
_ORDINAL = re.compile(
    r"\W*(?:(?:the|number|nr|no|option|choice|answer|#)\W*)*"
    r"(?P<place>\d(?:st|nd|rd|th)?|first|second|third|fourth|fifth|one|two|three|four|five|last)"
    r"(?:\W+(?:one|option|choice|please|pls))*\W*"
)
_PERSON = re.compile(r"\b(?:person|human|agent|representative|someone real)\b")
_LONGEST_CHOICE = 8


def chosen_option(text: str, options: Sequence[Option]) -> Option | None:
    """The option that a typed message picks: by its place, by its label, or by the words that only
    it has. None when the message says something else; PERSON for a person.
    """
    if not options:
        return None
    folded = fold(text).strip()
    if len(folded.split()) > _LONGEST_CHOICE:
        return None
    place = _ORDINAL.fullmatch(folded)
    if place is not None:
        number = len(options) - 1 if place["place"] == "last" else _ORDINALS.get(place["place"], 99)
        return options[number] if number < len(options) else None
    if _PERSON.search(folded) and len(folded.split()) <= 4:
        return PERSON
    return _by_words(folded, options)


def _by_words(text: str, options: Sequence[Option]) -> Option | None:
    words = Words("en")
    said = {word for word in words.stems(text) if word not in wrapping_words("en")}
    labels = [set(words.stems(option.label)) for option in options]
    common = set.intersection(*labels) if len(labels) > 1 else set()
    if not said:
        return None
    for option, label in zip(options, labels, strict=True):
        if said == label - common or said == label:
            return option
    matched = [len(said & (label - common)) for label in labels]
    best = max(matched)
    # Most of what was said must be the choice's own words: a new question that shares one is new.
    if best == 0 or matched.count(best) > 1 or best + len(said & common) < 0.6 * len(said):
        return None
    return options[matched.index(best)]


def follows_up(understanding: Understanding, last: Article | None) -> bool:
    """Whether the message asks the last article again for another asset or network, and no more."""
    if last is None or not last.uses:
        return False
    named = [entity for entity in understanding.entities if entity.name in last.uses]
    if not named:
        return False
    rest = understanding.text
    for entity in sorted(named, key=lambda entity: -entity.start):
        rest = rest[: entity.start] + " " + rest[entity.end :]
    return all(word in following_words("en") for word in re.findall(r"\w+", fold(rest)))
