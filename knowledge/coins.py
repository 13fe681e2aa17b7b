"""Coins and networks by one name each: "tether" is USDT and "tron network" TRC20, to the search by
words, whoever wrote them.

The names are those that messages are read with (bot/language/lexicon.yml), in six languages and
with their usual misspellings. A name that is an ordinary word of a language is not among them.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from knowledge.words import fold
from knowledge.yaml_reading import read_yaml

_FILE = Path(__file__).resolve().parent.parent / "bot" / "language" / "lexicon.yml"


_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


# A build reads English phrasings once for each of the languages that they are searched in.
@lru_cache(maxsize=1 << 14)
def one_name(text: str) -> str:
    """The text's words, folded, with every name of a coin or network replaced by its ticker or
    code.
    """
    words = _WORD.findall(fold(text))
    names = _names()
    written = []
    at = 0
    while at < len(words):
        # The longest name that begins here: "bitcoin cash" is not bitcoin.
        for name, code in names.get(words[at], ()):
            if words[at : at + len(name)] == name:
                written.append(code)
                at += len(name)
                break
        else:
            written.append(words[at])
            at += 1
    return " ".join(written)


@cache
def _names() -> dict[str, list[tuple[list[str], str]]]:
    """The names by their first word, the longest first."""
    content: dict[str, Any] = read_yaml(_FILE.read_text(encoding="utf-8"))
    codes: dict[tuple[str, ...], str] = {}
    for code, row in content["networks"].items():
        codes.update((tuple(_WORD.findall(fold(str(name)))), code.lower()) for name in row)
    # A coin's name stands before a network's of the same name.
    for code, row in content["assets"].items():
        names = row.get("names", ())
        codes.update((tuple(_WORD.findall(fold(str(name)))), code.lower()) for name in names)
    by_first: dict[str, list[tuple[list[str], str]]] = {}
    for name, code in sorted(codes.items(), key=lambda each: (-len(each[0]), each[0])):
        by_first.setdefault(name[0], []).append((list(name), code))
    return by_first
