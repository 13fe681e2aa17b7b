"""`teller evaluate intents`: train the pipeline on one file, measure it on another."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from evaluation.errors import EvaluationError
from evaluation.intents import measure
from evaluation.report import (
    INTENT_LABELS,
    RELIABILITY,
    RISK_COVERAGE,
    intent_cell,
    intent_charts,
    intent_details,
    intent_report,
)
from evaluation.tables import (
    OUT_OF_SCOPE,
    STANDARD_OUTPUT,
    Example,
    check_targets,
    predictions_csv,
    read_examples,
    read_training,
    report_files,
    write_files,
)
from server.trial import draw_charts, pipeline_file, run_trial

_REPORT = ("report.md", "report.json", RELIABILITY, RISK_COVERAGE)


def run(
    train: Path,
    test: Path,
    *,
    out_file: Path | None,
    json_file: Path | None,
    report: Path | None,
    pipeline: str,
    console: Console,
    progress: Console,
) -> int:
    """Train, predict, measure; 0 when every file asked for is written, 1 when nothing is.

    Figures go to `console`, warnings and errors to `progress`.
    """
    try:
        config = pipeline_file(pipeline)
        files = {"out": out_file, "json": json_file, **report_files(report, _REPORT)}
        check_targets([path for path in files.values() if path], inputs=(train, test, config))
        known, asked = read_training(train), read_examples(test)
        for warning in _doubts(train, known, test, asked):
            progress.print(warning, style="yellow", markup=False)
        outcome = run_trial(config, known, asked)
        figures = measure(
            asked,
            outcome.predictions,
            train_seconds=outcome.train_seconds,
            ms_per_message=outcome.ms_per_message,
        )
        contents: dict[str, str | bytes] = {
            "out": predictions_csv(asked, outcome.predictions),
            "json": json.dumps(asdict(figures), indent=2) + "\n",
        }
        if report is not None:
            details = intent_details(figures, asked, outcome.predictions)
            contents |= draw_charts(intent_charts(details, test.name))
            contents["report.json"] = json.dumps(details, indent=2, ensure_ascii=False) + "\n"
            contents["report.md"] = intent_report(
                details,
                train=train.name,
                test=test.name,
                pipeline=pipeline,
                examples=len(known),
                intents=len({example.intent for example in known}),
            )
        write_files([(path, contents[name]) for name, path in files.items() if path])
    except EvaluationError as error:
        progress.print(str(error), style="red", markup=False)
        return 1
    # What another program reads from standard output is not mixed with a table for people.
    asked_for = progress if STANDARD_OUTPUT in files.values() else console
    asked_for.print(_table(asdict(figures)))
    return 0


def _doubts(
    train: Path, known: Sequence[Example], test: Path, asked: Sequence[Example]
) -> list[str]:
    """What can be measured all the same, though the reader should know of it."""
    doubts = []
    sizes = Counter(example.intent for example in known)
    single = sorted(intent for intent, count in sizes.items() if count < 2)
    if single:
        doubts.append(f"{train}: only one example of {_list(single)}; two are the least.")
    strange: dict[str, int] = {}
    for example in asked:
        if example.intent not in sizes and example.intent != OUT_OF_SCOPE:
            strange.setdefault(example.intent, example.line)
    if strange:
        rows = sum(example.intent in strange for example in asked)
        named = _list([f"{intent} (line {line})" for intent, line in strange.items()])
        doubts.append(
            f"{test}: {rows} rows have an intent that {train} does not: {named}. They count as "
            f"wrong; label them {OUT_OF_SCOPE} if nothing should cover them."
        )
    return doubts


def _list(names: Sequence[str], most: int = 5) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _table(figures: Mapping[str, float | None]) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column()
    table.add_column(justify="right")
    for name, label in INTENT_LABELS.items():
        table.add_row(label, intent_cell(name, figures[name]))
    return table
