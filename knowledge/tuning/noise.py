"""How people type: without accents, with letters left out, doubled or swapped."""

from __future__ import annotations

import random
import unicodedata

_PLAIN = {"ı": "i", "İ": "I", "đ": "d", "Đ": "D"}
_BARE = 0.3  # of the messages lose their accents
_MISTYPED = 0.25  # of the messages have typos
_SHORTEST = 6  # characters; a typo in less makes another word
_PER_TYPO = 25  # characters of a message to each further typo


def without_accents(text: str) -> str:
    """The text as typed on a keyboard without accents; Cyrillic letters stay as they are."""
    return "".join(
        letter if "\u0400" <= letter <= "\u04ff" else _PLAIN.get(letter) or _base(letter)
        for letter in unicodedata.normalize("NFC", text)
    )


def _base(letter: str) -> str:
    parts = unicodedata.normalize("NFD", letter)
    return "".join(part for part in parts if not unicodedata.combining(part))


def mistype(text: str, chance: random.Random) -> str:
    """The text, in some cases without accents, in some with typos."""
    if chance.random() < _BARE:
        text = without_accents(text)
    if chance.random() >= _MISTYPED or len(text) < _SHORTEST:
        return text
    letters = list(text)
    for _ in range(1 + len(letters) // _PER_TYPO):
        place = chance.randrange(len(letters) - 1)
        kind = chance.choice(("leave out", "swap", "double"))
        if kind == "leave out":
            del letters[place]
        elif kind == "swap":
            letters[place : place + 2] = reversed(letters[place : place + 2])
        else:
            letters.insert(place, letters[place])
    return "".join(letters)
