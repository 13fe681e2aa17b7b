"""Figures of whole decisions on a labelled set: topic, person or not, answer, question.

The form of the set is told in tests/data/README.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evaluation.labelled import check_fields, read_rows
from evaluation.metrics import accuracy

ALL = "all"
_FIELDS: Mapping[str, type] = {
    "text": str,
    "language": str,
    "topic": str,
    "needs_human": bool,
    "articles": list,
    "decision": list,
}


@dataclass(frozen=True)
class Labelled:
    """A message and what a fair judge accepts.

    Attributes:
        topic: what the customer mainly wants.
        needs_human: a person is needed.
        articles: each is a right answer; empty where none is expected.
        decisions: each outcome that is acceptable (answer, clarify, handoff, smalltalk, decline).
    """

    text: str
    language: str
    topic: str
    needs_human: bool
    articles: frozenset[str]
    decisions: frozenset[str]

    @property
    def answerable(self) -> bool:
        """An article would have been a right answer."""
        return bool(self.articles) and "answer" in self.decisions


@dataclass(frozen=True)
class Routed:
    """What was decided about a message.

    Attributes:
        article: what is answered with, if the decision is to answer.
        offered: articles that a tap on an offered choice would answer with, if it is to clarify.
        language: the language that the answer would be in.
    """

    topic: str
    needs_human: bool
    decision: str
    article: str | None
    language: str
    offered: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class RoutingFigures:
    """What `teller evaluate routing` reports of a set; None where there is nothing to divide by.

    Attributes:
        messages: how many.
        topic_accuracy: share whose topic is right.
        needs_human_recall: share of those that need a person that are said to.
        needs_human_precision: share of those said to need a person that do.
        decision_accuracy: share whose outcome is acceptable.
        answers: how many were answered at once, with whatever article.
        answers_right: share of these whose article is acceptable.
        answerable: how many an article would have answered.
        answered_at_once: share of these answered at once with an acceptable article.
        answered: the same, or asked back with a choice that leads to one.
        language_accuracy: share taken for the language that they are in.
    """

    messages: int
    topic_accuracy: float | None
    needs_human_recall: float | None
    needs_human_precision: float | None
    decision_accuracy: float | None
    answers: int
    answers_right: float | None
    answerable: int
    answered_at_once: float | None
    answered: float | None
    language_accuracy: float | None


def measure(labelled: Sequence[Labelled], routed: Sequence[Routed]) -> dict[str, RoutingFigures]:
    """Figures for each language of the set in alphabetical order, then for all messages."""
    pairs = list(zip(labelled, routed, strict=True))
    languages = sorted({truth.language for truth, _ in pairs})
    by_language = {
        language: _figures([pair for pair in pairs if pair[0].language == language])
        for language in languages
    }
    return {**by_language, ALL: _figures(pairs)}


def confusions(
    labelled: Sequence[Labelled], routed: Sequence[Routed]
) -> list[tuple[str, str, int]]:
    """(topic, topic decided instead, how often), the most frequent first."""
    pairs = Counter(
        (truth.topic, found.topic)
        for truth, found in zip(labelled, routed, strict=True)
        if truth.topic != found.topic
    )
    return [
        (topic, instead, count)
        for (topic, instead), count in sorted(pairs.items(), key=lambda pair: (-pair[1], pair))
    ]


def read_labelled(path: Path) -> list[Labelled]:
    """Read a JSON Lines file of labelled messages; blank lines are passed over.

    Raises:
        TableError: the file cannot be read or holds bad lines; each is named, at most ten.
    """
    return read_rows(path, _labelled)


def _labelled(row: Mapping[str, Any]) -> Labelled:
    check_fields(row, _FIELDS)
    return Labelled(
        row["text"],
        row["language"],
        row["topic"],
        row["needs_human"],
        frozenset(map(str, row["articles"])),
        frozenset(map(str, row["decision"])),
    )


def _figures(pairs: Sequence[tuple[Labelled, Routed]]) -> RoutingFigures:
    answers = [(truth, found) for truth, found in pairs if found.decision == "answer"]
    answerable = [(truth, found) for truth, found in pairs if truth.answerable]
    at_once = [_answers(truth, found) for truth, found in answerable]
    offered = [
        found.decision == "clarify" and bool(found.offered & truth.articles)
        for truth, found in answerable
    ]
    return RoutingFigures(
        messages=len(pairs),
        topic_accuracy=accuracy([found.topic == truth.topic for truth, found in pairs]),
        needs_human_recall=accuracy(
            [found.needs_human for truth, found in pairs if truth.needs_human]
        ),
        needs_human_precision=accuracy(
            [truth.needs_human for truth, found in pairs if found.needs_human]
        ),
        decision_accuracy=accuracy([found.decision in truth.decisions for truth, found in pairs]),
        answers=len(answers),
        answers_right=accuracy([_answers(truth, found) for truth, found in answers]),
        answerable=len(answerable),
        answered_at_once=accuracy(at_once),
        answered=accuracy([now or then for now, then in zip(at_once, offered, strict=True)]),
        language_accuracy=accuracy([found.language == truth.language for truth, found in pairs]),
    )


def _answers(truth: Labelled, found: Routed) -> bool:
    return found.decision == "answer" and found.article in truth.articles
