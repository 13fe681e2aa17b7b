"""A trial: train a pipeline on some messages and predict others, in Rasa's environment."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation.errors import EvaluationError
from evaluation.tables import Example, Prediction
from server.processes import RASA_INTERPRETER
from server.settings import ROOT

PIPELINES = {"own": ROOT / "config.yml", "peer": ROOT / "evaluation" / "peer.yml"}
# Messages timed one by one, spread over the test file.
SINGLE = 300
_STANDARD_ERROR = 2


@dataclass(frozen=True)
class Outcome:
    """What a trained pipeline made of the test messages.

    Attributes:
        predictions: one for each test message, in order.
        train_seconds: training of all components; the start of Rasa is not counted.
        ms_per_message: median milliseconds of one message through all components.
    """

    predictions: list[Prediction]
    train_seconds: float
    ms_per_message: float


def pipeline_file(name: str) -> Path:
    """The configuration that `--pipeline` names: own, peer, or the path of a config.yml.

    Raises:
        EvaluationError: there is no such file.
    """
    path = PIPELINES.get(name) or Path(name)
    if not path.is_file():
        raise EvaluationError(
            f"--pipeline {name}: no such file; give `own`, `peer` or the path of a config.yml."
        )
    return path.resolve()


def run_trial(pipeline: Path, train: Sequence[Example], test: Sequence[Example]) -> Outcome:
    """Train the NLU components of a configuration on `train` and predict `test`.

    Progress goes to standard error.

    Raises:
        EvaluationError: Rasa's environment is missing, or training or prediction failed; what
            went wrong stands on standard error.
    """
    with tempfile.TemporaryDirectory(prefix="teller-trial-") as name:
        folder = Path(name)
        texts = [example.text for example in test]
        trial = {
            "config": str(pipeline),
            "train": [[example.text, example.intent] for example in train],
            "test": texts,
            "single": _sample(texts, SINGLE),
        }
        (folder / "trial.json").write_text(json.dumps(trial), encoding="utf-8")
        if run_rasa("bot.trial", folder):
            raise EvaluationError(f"{pipeline} could not be tried; nothing was written.")
        outcome = json.loads((folder / "outcome.json").read_text(encoding="utf-8"))
    return Outcome(
        [Prediction(**each) for each in outcome["predictions"]],
        outcome["train_seconds"],
        outcome["ms_per_message"],
    )


def draw_charts(charts: Sequence[Mapping[str, Any]]) -> dict[str, bytes]:
    """Draw charts (evaluation/report.py describes them): the PNG of each by its file's name.

    Raises:
        EvaluationError: Rasa's environment, which holds Matplotlib, is missing, or drawing failed.
    """
    with tempfile.TemporaryDirectory(prefix="teller-charts-") as name:
        folder = Path(name)
        (folder / "charts.json").write_text(json.dumps(charts), encoding="utf-8")
        if run_rasa("evaluation.charts", folder):
            raise EvaluationError("The charts could not be drawn; nothing was written.")
        return {chart["file"]: (folder / chart["file"]).read_bytes() for chart in charts}


def run_rasa(module: str, folder: Path) -> int:
    """Run one of our modules in Rasa's environment on a folder; its exit status.

    What it prints goes to standard error.

    Raises:
        EvaluationError: the environment is missing.
    """
    if not RASA_INTERPRETER.exists():
        raise EvaluationError("Rasa's environment is missing. Run `make setup`.")
    with _ending_on_sigterm():
        finished = subprocess.run(  # noqa: S603  # our own interpreter and module
            [RASA_INTERPRETER, "-m", module, folder],
            cwd=ROOT,
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "PYTHONUNBUFFERED": "1",
                "PYTHONWARNINGS": "ignore",
                "RASA_TELEMETRY_ENABLED": "false",
                "TF_CPP_MIN_LOG_LEVEL": "3",
            },
            stdin=subprocess.DEVNULL,
            # Standard output is for the figures.
            stdout=_STANDARD_ERROR,
            check=False,
        )
    return finished.returncode


@contextlib.contextmanager
def _ending_on_sigterm() -> Iterator[None]:
    """Let a polite end reach the child too, which would train on for an hour, and tidy up."""

    def end(number: int, frame: object) -> None:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _sample(texts: Sequence[str], count: int) -> list[str]:
    """At most `count` texts, evenly spread; a shorter list is gone through again and again."""
    if len(texts) <= count:
        return [texts[at % len(texts)] for at in range(count)]
    return [texts[at * len(texts) // count] for at in range(count)]
