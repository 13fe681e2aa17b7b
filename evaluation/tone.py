"""Figures of tone on a labelled set: each label, and whether a person is needed.

The form of the set is told in tests/data/README.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation.labelled import check_fields, read_rows
from evaluation.metrics import accuracy, auroc
from evaluation.report import table

ALL = "all"
NEEDS_HUMAN = "needs_human"
_FIELDS: Mapping[str, type] = {"text": str, "language": str, "tone": list, NEEDS_HUMAN: bool}


@dataclass(frozen=True)
class Toned:
    """A message, the labels that it shows, and whether it needs a person."""

    text: str
    language: str
    tone: frozenset[str]
    needs_human: bool


@dataclass(frozen=True)
class Heard:
    """What the assistant says of a message.

    Attributes:
        tone: the probability of each label.
        shown: the labels sure enough to act on.
        words: the labels of which some word of the list stands in the message, for comparison.
        needs_human: a person is called.
    """

    tone: Mapping[str, float]
    shown: frozenset[str]
    words: frozenset[str]
    needs_human: bool


@dataclass(frozen=True)
class LabelFigures:
    """Of one label in one language; None where there is nothing to divide by.

    Attributes:
        positives: how many messages show it.
        recall, precision: of the messages that show it, the share found; of those found, the share
            that do.
        auroc: probability that a message that shows it scores above one that does not.
        words_recall, words_precision: the same of the word list alone.
    """

    positives: int
    recall: float | None
    precision: float | None
    auroc: float | None = None
    words_recall: float | None = None
    words_precision: float | None = None


Figures = dict[str, dict[str, LabelFigures]]


def measure(labelled: Sequence[Toned], heard: Sequence[Heard], labels: Sequence[str]) -> Figures:
    """Figures by language in alphabetical order and for all, each by label and NEEDS_HUMAN."""
    pairs = list(zip(labelled, heard, strict=True))
    found: Figures = {}
    for language in [*sorted({truth.language for truth, _ in pairs}), ALL]:
        own = [pair for pair in pairs if language in (pair[0].language, ALL)]
        found[language] = {label: _label(own, label) for label in labels}
        found[language][NEEDS_HUMAN] = LabelFigures(
            sum(truth.needs_human for truth, _ in own),
            accuracy([said.needs_human for truth, said in own if truth.needs_human]),
            accuracy([truth.needs_human for truth, said in own if said.needs_human]),
        )
    return found


def tone_report(figures: Figures) -> str:
    """The figures as Markdown: one table for each language."""
    sections = ["# Tone"]
    for language, labels in figures.items():
        rows = [
            (
                name,
                str(each.positives),
                *(_percent(value) for value in (each.recall, each.precision)),
                "-" if each.auroc is None else f"{each.auroc:.3f}",
                *(_percent(value) for value in (each.words_recall, each.words_precision)),
            )
            for name, each in labels.items()
        ]
        header = ("", "messages", "recall", "precision", "AUROC", "words: recall", "precision")
        sections += [f"## {language}", table(header, rows)]
    return "\n\n".join(sections) + "\n"


def read_toned(path: Path) -> list[Toned]:
    """Read a JSON Lines file of labelled messages; blank lines are passed over.

    Raises:
        TableError: the file cannot be read or holds bad lines; each is named, at most ten.
    """
    return read_rows(path, _toned)


def _toned(row: Mapping[str, Any]) -> Toned:
    check_fields(row, _FIELDS)
    return Toned(row["text"], row["language"], frozenset(map(str, row["tone"])), row[NEEDS_HUMAN])


def _label(pairs: Sequence[tuple[Toned, Heard]], label: str) -> LabelFigures:
    showing = [said for truth, said in pairs if label in truth.tone]
    others = [said for truth, said in pairs if label not in truth.tone]
    return LabelFigures(
        len(showing),
        accuracy([label in said.shown for said in showing]),
        accuracy([label in truth.tone for truth, said in pairs if label in said.shown]),
        auroc(*([said.tone.get(label, 0.0) for said in each] for each in (showing, others))),
        accuracy([label in said.words for said in showing]),
        accuracy([label in truth.tone for truth, said in pairs if label in said.words]),
    )


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.0f}"
