"""`teller evaluate routing`: decide a labelled set as live traffic is decided, and measure it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from evaluation.errors import EvaluationError
from evaluation.routing import Labelled, Routed, RoutingFigures, measure, read_labelled
from evaluation.tables import check_targets, write_files
from knowledge.base import KnowledgeBase
from knowledge.errors import KnowledgeError
from knowledge.gate import Kind
from knowledge.language import LanguageDetector
from knowledge.turn import Turn, choose_turn
from server.offline import AssistantStartError, assistant
from server.route import ChannelParser, Line, Parser, RouteError, open_base, route_lines
from server.settings import Settings

_LABELS = {
    "messages": "messages",
    "topic_accuracy": "topic right",
    "needs_human_recall": "person needed: found",
    "needs_human_precision": "person called: needed",
    "decision_accuracy": "outcome acceptable",
    "answers": "answers",
    "answers_right": "answers right",
    "answerable": "answerable messages",
    "answered_at_once": "answered right at once",
    "answered": "... or after a question",
    "language_accuracy": "language right",
}


async def run(
    settings: Settings,
    files: Sequence[Path],
    *,
    json_file: Path | None,
    console: Console,
    progress: Console,
) -> int:
    """Decide the messages of all files and print figures by language; 1 when it cannot be done."""
    try:
        check_targets([json_file] if json_file else [], inputs=files)
        labelled = [message for path in files for message in read_labelled(path)]
        figures = measure(labelled, await decide(settings, labelled, progress=progress))
        if json_file is not None:
            content = {language: asdict(each) for language, each in figures.items()}
            write_files([(json_file, json.dumps(content, indent=2) + "\n")])
    except (EvaluationError, AssistantStartError, KnowledgeError, RouteError) as error:
        progress.print(str(error), style="red", markup=False)
        return 1
    console.print(_table(figures))
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
    for name, label in _LABELS.items():
        table.add_row(label, *(_cell(row[name]) for row in rows))
    return table


def _cell(value: float | None) -> str:
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{100 * value:.1f}"
