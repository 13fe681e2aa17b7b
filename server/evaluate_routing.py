"""`teller evaluate routing`: decide a labelled set as live traffic is decided, and measure it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from evaluation.errors import EvaluationError
from evaluation.report import ROUTING_LABELS, routing_cell, routing_report
from evaluation.routing import (
    Labelled,
    Routed,
    RoutingFigures,
    confusions,
    measure,
    read_labelled,
)
from evaluation.tables import STANDARD_OUTPUT, check_targets, report_files, write_files
from knowledge.base import KnowledgeBase
from knowledge.errors import KnowledgeError
from knowledge.gate import Kind
from knowledge.language import LanguageDetector
from knowledge.turn import Turn, choose_turn
from server.offline import AssistantStartError, assistant
from server.route import ChannelParser, Line, Parser, RouteError, open_base, route_lines
from server.settings import Settings

_REPORT = ("report.md", "report.json")


async def run(
    settings: Settings,
    files: Sequence[Path],
    *,
    json_file: Path | None,
    report: Path | None,
    console: Console,
    progress: Console,
) -> int:
    """Decide the messages of all files and print figures by language; 1 when it cannot be done."""
    try:
        targets = {"json": json_file, **report_files(report, _REPORT)}
        check_targets([path for path in targets.values() if path], inputs=files)
        labelled = [message for path in files for message in read_labelled(path)]
        routed = await decide(settings, labelled, progress=progress)
        figures = measure(labelled, routed)
        confused = confusions(labelled, routed)
        plain = {language: asdict(each) for language, each in figures.items()}
        pairs = [dict(zip(("topic", "decided", "count"), each, strict=True)) for each in confused]
        contents = {
            "json": json.dumps(plain, indent=2) + "\n",
            "report.json": json.dumps({"figures": plain, "confusions": pairs}, indent=2) + "\n",
            "report.md": routing_report(figures, confused),
        }
        write_files([(path, contents[name]) for name, path in targets.items() if path])
    except (EvaluationError, AssistantStartError, KnowledgeError, RouteError) as error:
        progress.print(str(error), style="red", markup=False)
        return 1
    # What another program reads from standard output is not mixed with a table for people.
    asked_for = progress if STANDARD_OUTPUT in targets.values() else console
    asked_for.print(_table(figures))
    return 0


async def decide(
    settings: Settings, labelled: Sequence[Labelled], *, progress: Console
) -> list[Routed]:
    """What `teller route` decides about each message, whose language it is not told.

    Raises:
        KnowledgeError: there is no index, or it does not fit.
        AssistantStartError, RouteError: the assistant could not be asked.
    """
    progress.print("Starting the assistant, if none runs ...")
    base = open_base(settings)
    async with assistant(settings) as client:
        progress.print(f"Deciding {len(labelled)} messages ...")
        return await route_labelled(labelled, ChannelParser(client), base, LanguageDetector())


async def route_labelled(
    labelled: Sequence[Labelled], parser: Parser, base: KnowledgeBase, languages: LanguageDetector
) -> list[Routed]:
    """Route the messages, and follow every choice that would be offered to its article.

    Raises:
        RouteError: the assistant could not be asked.
    """
    offered: dict[int, frozenset[str]] = {}

    def watch(line: Line, turn: Turn) -> None:
        offered[line.number] = _offered(base, turn)

    lines = [Line(number, number, each.text) for number, each in enumerate(labelled)]
    results = await route_lines(lines, parser, base, languages, watch=watch)
    return [
        Routed(
            topic=result["topic"],
            needs_human=result["needs_human"],
            decision=result["decision"],
            article=result["article"],
            language=result["language"],
            offered=offered[line.number],
        )
        for line, result in zip(lines, results, strict=True)
    ]


def _offered(base: KnowledgeBase, turn: Turn) -> frozenset[str]:
    if turn.decision.kind is not Kind.CLARIFY:
        return frozenset()
    tapped = (choose_turn(base, turn.understanding, option) for option in turn.decision.options)
    return frozenset(
        then.decision.article
        for then in tapped
        if then.decision.kind is Kind.ANSWER and then.decision.article is not None
    )


def _table(figures: Mapping[str, RoutingFigures]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    for language in figures:
        table.add_column(language, justify="right")
    rows = [asdict(each) for each in figures.values()]
    for name, label in ROUTING_LABELS.items():
        table.add_row(label, *(routing_cell(row[name]) for row in rows))
    return table
