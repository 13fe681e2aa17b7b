"""What the path of a file inside a help centre's folder says about its article."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from knowledge.corpora.entries import language_code
from knowledge.language import LANGUAGES

_BETWEEN = re.compile(r"[-_\s]+")
# The page of a folder rather than a page in it.
_INDEX = ("index", "_index")


@dataclass(frozen=True)
class Place:
    """Id, language (None where the path names none), topic and title that a path stands for.

    `pt-BR/wallet/send-coins.md` and `wallet/send-coins.pt-BR.md` are both the article
    `wallet-send-coins` in Portuguese on the topic "wallet", called "Send coins" if nothing else is
    said.
    """

    id: str
    language: str | None
    topic: str
    title: str

    @classmethod
    def of(cls, inside: Path) -> Place:
        """What `inside` says, a path relative to the folder."""
        folders, stem, language = list(inside.parts[:-1]), inside.stem, None
        before, _, suffix = stem.rpartition(".")
        if before and _known(suffix):
            stem, language = before, language_code(suffix)
        for part in folders:
            if language is None and _known(part):
                language = language_code(part)
                folders.remove(part)
                break
        if stem.lower() in _INDEX and folders:
            stem = folders.pop()
        words = " ".join(_BETWEEN.split(stem)).strip()
        name = re.sub(r"[^\w.-]+", "-", "-".join([*folders, stem])).strip("-")
        return cls(
            id=name or stem,
            language=language,
            topic=" ".join(_BETWEEN.split(folders[-1])).strip() if folders else "",
            title=words[:1].upper() + words[1:],
        )


def _known(part: str) -> bool:
    # Any two letters would make a language of every short word.
    return language_code(part) in LANGUAGES
