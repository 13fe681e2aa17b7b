"""Cleaning text: one Unicode form, nothing invisible, nothing that acts."""

from __future__ import annotations

import re
import unicodedata

# Zero-width and direction characters, which hide or reorder what a person reads; control
# characters; halves of surrogate pairs; the tag block. PostgreSQL could not store NUL at all.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
)
_MANY_LINES = re.compile(r"\n{4,}")


def clean(text: str) -> str:
    """NFC without invisible characters; line ends as ``\\n``; no slash in front."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    # Dozens of combining marks on one letter paint over neighbouring lines.
    text = _limit_marks(text)
    return _MANY_LINES.sub("\n\n\n", text).strip().lstrip("/ \t\n")


def fold(text: str) -> str:
    """Lower case and plain forms (full-width digits and the like), character by character.

    The result has the same length: a position in it is the position in `text`.
    """
    if text.isascii():
        return text.lower()
    return "".join(map(_fold_character, text))


def is_empty(text: str) -> bool:
    """Whether a person would see nothing. An emoji is something."""
    return all(unicodedata.category(character)[0] in "ZCM" for character in text)


def _fold_character(character: str) -> str:
    for form in (unicodedata.normalize("NFKC", character).lower(), character.lower()):
        if len(form) == 1:
            return form
    return character


def _limit_marks(text: str, *, at_most: int = 4) -> str:
    if text.isascii():
        return text
    kept = []
    run = 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        if run <= at_most:
            kept.append(character)
    return "".join(kept)
