"""Plain English of every subject, on which the encoder is held where it was.

WordNet (Debian: wordnet-base) explains 118,000 words in a phrase each, often with a sentence as an
example. Tuning reads them without labels: the vectors of messages that are not about an exchange
must not drift while those of other languages come near.
"""

from __future__ import annotations

from pathlib import Path

from knowledge.tuning.corpora import CorporaError

_PARTS = ("noun", "verb", "adj", "adv")
_LEAST_WORDS, _MOST_WORDS = 3, 40


def read_glosses(folder: Path) -> list[str]:
    """The explanations and example sentences of a WordNet folder's `data.*`, each once.

    Raises:
        CorporaError: the folder does not hold WordNet's files.
    """
    found: dict[str, None] = {}
    for part in _PARTS:
        path = folder / f"data.{part}"
        if not path.is_file():
            raise CorporaError(f"{path} is missing: {folder} is not a folder of WordNet's data")
        for line in path.read_text("utf-8").splitlines():
            _, bar, gloss = line.partition(" | ")
            if bar:
                found.update(dict.fromkeys(_sentences(gloss)))
    return list(found)


def _sentences(gloss: str) -> list[str]:
    """An explanation and its examples, which stand behind it in quotes."""
    explanation, *quoted = gloss.split('"')
    texts = [explanation.strip(" ;"), *(text.strip() for text in quoted[::2])]
    return [text for text in texts if _LEAST_WORDS <= len(text.split()) <= _MOST_WORDS]
