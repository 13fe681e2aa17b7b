"""Messages that only make sense after the one before: a choice typed as text, "and for ETH?"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from knowledge.articles import Article
from knowledge.gate import Option
from knowledge.understanding import Understanding
from knowledge.words import (
    Words,
    asking_words,
    aspect_words,
    fold,
    following_words,
    person_words,
    places,
    wrapping_words,
)

PERSON = Option("", intent="human_agent")

_NUMBER = re.compile(r"(?P<place>\d)(?:st|nd|rd|th)?")
_LONGEST_CHOICE = 8
_LONGEST_PERSON = 4
_LONGEST_QUESTION = 9


def chosen_option(text: str, options: Sequence[Option], language: str = "en") -> Option | None:
    """The option that a typed message picks: by its place, by its label, or by the words that only
    it has. None when the message says something else; PERSON for a person.

    `language` is the conversation's; English words are understood in every one.
    """
    if not options:
        return None
    folded = fold(text).strip()
    words = re.findall(r"\w+", folded)
    if not 0 < len(words) <= _LONGEST_CHOICE:
        return None
    place = _place(words, language)
    if place is not None:
        return options[place] if place < len(options) else None
    if len(words) <= _LONGEST_PERSON and set(words) & _either(person_words, language):
        return PERSON
    return _by_words(folded, options, language)


def _place(words: Sequence[str], language: str) -> int | None:
    """The place that is named, if nothing else is said."""
    known = places("en") | places(language)
    wrapping = _either(wrapping_words, language)
    # "The one" names none, "one" alone does.
    rest = [word for word in words if word not in wrapping] or list(words)
    if len(rest) != 1:
        return None
    number = _NUMBER.fullmatch(rest[0])
    return int(number["place"]) - 1 if number else known.get(rest[0])


def _by_words(text: str, options: Sequence[Option], language: str) -> Option | None:
    words = Words(language)
    said = {word for word in words.stems(text) if word not in _either(wrapping_words, language)}
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
    following = _either(following_words, understanding.language)
    return all(word in following for word in re.findall(r"\w+", fold(rest)))


def points_back(understanding: Understanding, *, aspects: bool = False) -> bool:
    """Whether the message is a question that names nothing, so that it can only be about what was
    answered last ("how long does that take?"). With `aspects` it may ask for a fee, a limit or the
    like of it ("and the minimum?").
    """
    words = re.findall(r"[^\W_]+", fold(understanding.text))
    if not 1 < len(words) <= _LONGEST_QUESTION or understanding.entities:
        return False
    known = _either(asking_words, understanding.language)
    if aspects:
        known |= _either(aspect_words, understanding.language)
        known |= _either(following_words, understanding.language)
    return all(word in known for word in words)


def _either(words: Callable[[str], frozenset[str]], language: str) -> frozenset[str]:
    return words("en") | words(language)
