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
from evaluation.tables import (
    OUT_OF_SCOPE,
    Example,
    check_targets,
    predictions_csv,
    read_examples,
    read_training,
    write_files,
)
from server.trial import pipeline_file, run_trial

_LABELS = {
    "in_scope_accuracy": "accuracy in scope",
    "macro_f1": "macro-F1 in scope",
    "auroc": "AUROC, in against out of scope",
    "fpr95": "FPR95, lower is better",
    "open_accuracy": "accuracy over all, own decision",
    "ece": "expected calibration error",
    "coverage_at_95": "coverage at 95 % precision",
    "train_seconds": "seconds to train",
    "ms_per_message": "milliseconds per message, p50",
}


def run(
    train: Path,
    test: Path,
    *,
    out_file: Path | None,
    json_file: Path | None,
    pipeline: str,
    console: Console,
    progress: Console,
) -> int:
    """Train, predict, measure; 0 when every file asked for is written, 1 when nothing is.

    Figures go to `console`, warnings and errors to `progress`.
    """
    try:
        config = pipeline_file(pipeline)
        targets = [path for path in (out_file, json_file) if path is not None]
        check_targets(targets, inputs=(train, test, config))
        known, asked = read_training(train), read_examples(test)
        for warning in _doubts(train, known, test, asked):
            progress.print(warning, style="yellow", markup=False)
        outcome = run_trial(config, known, asked)
        figures = asdict(
            measure(
                asked,
                outcome.predictions,
                train_seconds=outcome.train_seconds,
                ms_per_message=outcome.ms_per_message,
            )
        )
        files: list[tuple[Path, str | bytes]] = []
        if out_file is not None:
            files.append((out_file, predictions_csv(asked, outcome.predictions)))
        if json_file is not None:
            files.append((json_file, json.dumps(figures, indent=2) + "\n"))
        write_files(files)
    except EvaluationError as error:
        progress.print(str(error), style="red", markup=False)
        return 1
    console.print(_table(figures))
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
    for name, label in _LABELS.items():
        value = figures[name]
        table.add_row(label, "-" if value is None else _number(name, value))
    return table


def _number(name: str, value: float) -> str:
    if name == "train_seconds":
        return f"{value:.1f}"
    if name == "ms_per_message":
        return f"{value:.2f}"
    return f"{value:.4f}"
