"""`teller evaluate tone`: what a labelled set shows, read as live traffic is, beside mere words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.intents.cues import Cues, fold, read_cues
from evaluation.errors import EvaluationError
from evaluation.tables import check_targets, write_files
from evaluation.tone import (
    Figures,
    Heard,
    LabelFigures,
    Toned,
    measure,
    read_toned,
    tone_report,
)
from knowledge.base import KnowledgeBase
from knowledge.errors import KnowledgeError
from knowledge.language import LanguageDetector
from knowledge.signals import FROM, shows
from knowledge.turn import Turn
from server.offline import AssistantStartError, assistant
from server.route import ChannelParser, Line, Parser, RouteError, open_base, route_lines
from server.settings import ROOT, Settings

CUES = ROOT / "data" / "tone" / "cues.yml"
# The kinds of words that a list alone would take for each label.
WORDS: Mapping[str, frozenset[str]] = {
    "anger": frozenset({"insult", "bad", "angry", "disappointed", "swear", "sarcasm", "blame"}),
    "distress": frozenset({"despair", "all_money", "end_life"}),
    "self_harm": frozenset({"end_life"}),
    "threat": frozenset({"law", "authority", "publicity", "chargeback"}),
    "repeated": frozenset({"again", "no_reply"}),
    "waiting": frozenset({"since", "unarrived"}),
    "person": frozenset({"person"}),
}


async def run(
    settings: Settings,
    files: Sequence[Path],
    *,
    json_file: Path | None,
    report: Path | None,
    console: Console,
    progress: Console,
) -> int:
    """Read the messages of all files and print figures by language; 1 when it cannot be done."""
    try:
        check_targets([path for path in (json_file, report) if path], inputs=files)
        labelled = [message for path in files for message in read_toned(path)]
        progress.print("Starting the assistant, if none runs ...")
        base = open_base(settings)
        async with assistant(settings) as client:
            progress.print(f"Reading {len(labelled)} messages ...")
            heard = await hear(
                labelled, ChannelParser(client), base, LanguageDetector(), read_cues(CUES)
            )
        figures = measure(labelled, heard, tuple(FROM))
        contents = {
            json_file: json.dumps(_plain(figures), indent=2) + "\n",
            report: tone_report(figures),
        }
        write_files([(path, text) for path, text in contents.items() if path is not None])
    except (EvaluationError, AssistantStartError, KnowledgeError, RouteError) as error:
        progress.print(str(error), style="red", markup=False)
        return 1
    for language, labels in figures.items():
        console.print(_table(language, labels))
    return 0


async def hear(
    labelled: Sequence[Toned],
    parser: Parser,
    base: KnowledgeBase,
    languages: LanguageDetector,
    cues: Cues,
) -> list[Heard]:
    """What is shown by each message, and whether a person is called.

    Raises:
        RouteError: the assistant could not be asked.
    """
    turns: dict[int, Turn] = {}

    def watch(line: Line, turn: Turn) -> None:
        turns[line.number] = turn

    lines = [Line(number, number, each.text) for number, each in enumerate(labelled)]
    await route_lines(lines, parser, base, languages, watch=watch)
    return [_heard(each.text, turns[number], cues) for number, each in enumerate(labelled)]


def _heard(text: str, turn: Turn, cues: Cues) -> Heard:
    kinds = {cues.names[at] for at in cues.find(fold(text))}
    return Heard(
        tone=turn.understanding.tone,
        shown=frozenset(label for label in FROM if shows(turn.understanding, label)),
        words=frozenset(label for label, own in WORDS.items() if own & kinds),
        needs_human=turn.decision.needs_human,
    )


def _plain(figures: Figures) -> dict[str, dict[str, object]]:
    return {
        language: {label: asdict(each) for label, each in labels.items()}
        for language, labels in figures.items()
    }


def _table(language: str, labels: Mapping[str, LabelFigures]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(language)
    rows = {label: asdict(each) for label, each in labels.items()}
    for name in next(iter(rows.values())):
        table.add_column(name.replace("_", " "), justify="right")
    for label, row in rows.items():
        table.add_row(label, *(_cell(value) for value in row.values()))
    return table


def _cell(value: float | int | None) -> str:
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{100 * value:.1f}"
