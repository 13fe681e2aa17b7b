"""The regression set: questions whose article must still be found after every build.

`knowledge/regressions.jsonl` holds one object per line: `text`, `article`, and `language` (English
if left out). A question counts as found when its article is among the first three that search alone
ranks, without the intent, which could hide that an article has become harder to find.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.base import KnowledgeBase
from knowledge.content import FALLBACK_LANGUAGE
from knowledge.errors import KnowledgeError
from knowledge.search import Encoder

# As many as a clarifying question offers.
WITHIN = 3


class RegressionsError(KnowledgeError):
    """The regression set cannot be used; the message names file and line."""

    code = "regressions_invalid"


@dataclass(frozen=True)
class Regression:
    """One question and the article that answers it; `place` is where it stands."""

    text: str
    article: str
    language: str = FALLBACK_LANGUAGE
    place: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of the set: `lost` says of each lost question what was found instead, `questions`
    are these questions' places; `first` counts those whose article is ranked first, of `asked`.
    """

    asked: int
    first: int
    lost: tuple[str, ...]
    questions: tuple[str, ...] = ()


def read_regressions(path: Path | None) -> list[Regression]:
    """The set; an absent file is an empty one.

    Raises:
        RegressionsError: a line is not as described above.
    """
    if path is None:
        return []
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise RegressionsError(f"The regression set {path} cannot be read: {error}") from error
    return [
        _regression(line, f"{path}:{number}")
        for number, line in enumerate(lines, 1)
        if line.strip()
    ]


def digest_of_set(regressions: Sequence[Regression]) -> str:
    """Names a set: two with the same name ask the same."""
    rows = [(each.place, each.text, each.article, each.language) for each in regressions]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def regress(base: KnowledgeBase, encoder: Encoder, regressions: Sequence[Regression]) -> Outcome:
    """Ask a build every question of the set. What asks for an article that the build has not got in
    any language is lost too: the question needs another answer, or goes with its article.
    """
    first, lost, questions = 0, [], []
    vectors = encoder.encode([each.text for each in regressions])
    for each, vector in zip(regressions, vectors, strict=True):
        found = base.searcher(each.language).search(each.text, vector=vector, count=WITHIN)
        names = [candidate.article for candidate in found]
        if each.article in names:
            first += names[0] == each.article
            continue
        known = base.article(each.article) is not None
        instead = f"found instead: {', '.join(names) or 'nothing'}" if known else "it is not there"
        questions.append(each.place)
        lost.append(
            f"{each.place}: {each.text!r} no longer finds the article {each.article}; {instead}"
        )
    return Outcome(len(regressions), first, tuple(lost), tuple(questions))


def _regression(line: str, place: str) -> Regression:
    try:
        row: Mapping[str, Any] = json.loads(line)
        values = (row["text"], row["article"], row.get("language", FALLBACK_LANGUAGE))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RegressionsError(
            f'{place}: one {{"text": ..., "article": ...}} is expected ({error})'
        ) from error
    if not all(isinstance(value, str) and value.strip() for value in values):
        raise RegressionsError(f"{place}: text, article and language must be texts")
    return Regression(*values, place=place)
