"""The wish for another language: "can we speak Spanish?", "по-русски пожалуйста", "no hablo ruso".

Words, not statistics: such a wish is short, and it is often said in another language than the one
that is wished. The lists are in language_wish.yml.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from knowledge.words import fold
from knowledge.yaml_reading import read_yaml

_FILE = Path(__file__).with_name("language_wish.yml")
_ENTRY = re.compile(r'"[^"]+"|\S+')
_CLAUSE = re.compile(r"[.,!?;:()\n…]+|\s[-–—]+\s")
_WORD = re.compile(r"\w+(?:-\w+)*")
# How many words may lie between a language's name and what is to be done in it.
_NEAR = 4
# Who tells a long story wants it looked at, whatever language it mentions.
_LONGEST = 400


@dataclass(frozen=True)
class Wish:
    """The wish to write in `language` (a two-letter code); `alone` when the message says nothing
    else.

    `language` is None where only the contrary is said ("no hablo inglés"): then it is the
    message's own, unless that is `unable`, the one that the customer does not speak.
    """

    language: str | None
    alone: bool
    unable: str | None = None


def language_wish(text: str) -> Wish | None:
    """The wish for a language in a message, None when there is none."""
    if len(text) > _LONGEST:
        return None
    plain = fold(text).replace("'", "").replace("’", "")
    lists = _lists()
    if not lists.names.search(plain) or lists.about.search(plain):
        return None
    wishes, rest = [], False
    for clause in _CLAUSE.split(plain):
        wish = _of_clause(clause, lists)
        if wish is not None:
            wishes.append(wish)
        elif _left(clause, lists.filling):
            rest = True
    if not wishes:
        return None
    # "No hablo inglés, in Spanish please": what is named counts more than what is not spoken.
    named = [wish for wish in wishes if wish.language is not None]
    chosen = (named or wishes)[-1]
    return Wish(chosen.language, all(wish.alone for wish in wishes) and not rest, chosen.unable)


def own_names(languages: Iterable[str]) -> str:
    """Languages as their speakers call them, for a sentence."""
    own = _content()["own"]
    return ", ".join(own.get(language, language) for language in languages)


def _of_clause(clause: str, lists: _Lists) -> Wish | None:
    names = list(lists.names.finditer(clause))
    if not names or lists.how.search(clause[: names[-1].start()]):
        return None
    # "Not in English but in Spanish": the last one is wished.
    name = names[-1]
    language = lists.language(name[0])
    if lists.unable.search(clause):
        return Wish(None, alone=True, unable=language)
    around = lists.names.sub(" ", clause)
    alone = not _left(around, lists.filling, lists.asking)
    before = _WORD.findall(clause[: name.start()])[-_NEAR:]
    behind = _WORD.findall(clause[name.end() :])[:_NEAR]
    asked = any(lists.asking.search(" ".join(part)) for part in (before, behind))
    return Wish(language, alone) if alone or asked else None


def _left(clause: str, *known: re.Pattern[str]) -> bool:
    """Whether a clause has words that none of the lists holds."""
    for pattern in known:
        clause = pattern.sub(" ", clause)
    return _WORD.search(clause) is not None


@dataclass(frozen=True)
class _Lists:
    """The lists as patterns over folded text; `names` also by language."""

    names: re.Pattern[str]
    by_language: dict[str, re.Pattern[str]]
    asking: re.Pattern[str]
    filling: re.Pattern[str]
    about: re.Pattern[str]
    how: re.Pattern[str]
    unable: re.Pattern[str]

    def language(self, name: str) -> str:
        """The language that is called so."""
        return next(code for code, names in self.by_language.items() if names.fullmatch(name))


@cache
def _content() -> dict[str, Any]:
    content: dict[str, Any] = read_yaml(_FILE.read_text(encoding="utf-8"))
    return content


@cache
def _lists() -> _Lists:
    names = _content()["names"]
    lists = ("asking", "filling", "about", "how", "unable")
    return _Lists(
        names=_pattern(_entries(*names.values())),
        by_language={code: _pattern(_entries(words)) for code, words in names.items()},
        **{key: _pattern(_entries(_content()[key])) for key in lists},
    )


def _entries(*lists: str) -> set[str]:
    return {
        fold(entry.strip('"')).replace("'", "")
        for words in lists
        for entry in _ENTRY.findall(words)
    }


def _pattern(entries: Iterable[str]) -> re.Pattern[str]:
    # The longer first: "tieng viet nam" before "tieng viet".
    ordered = sorted(entries, key=lambda entry: (-len(entry), entry))
    joined = "|".join(re.escape(entry).replace(r"\*", r"\w*") for entry in ordered)
    return re.compile(rf"(?<![\w-])(?:{joined})(?![\w-])")
