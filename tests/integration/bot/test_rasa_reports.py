"""Rasa's own test commands on the trained model: `rasa test nlu` and `rasa test core --e2e`."""

from __future__ import annotations

import json
import os
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[3]
RASA = ROOT / ".venv-rasa" / "bin" / "rasa"
MODEL = ROOT / "models" / "teller.tar.gz"
MESSAGES = ROOT / "data" / "development"
STORIES = ROOT / "tests" / "stories"

# Far below what is measured (docs/quality.md), so that it takes a broken model to fall under it.
FLOOR = 0.6


def rasa_test(*arguments: str | Path) -> None:
    assert RASA.exists(), "Rasa's environment is missing; run `make setup`"
    assert MODEL.exists(), "the model is missing; run `make train`"
    finished = subprocess.run(
        [RASA, "test", *arguments, "--model", MODEL],
        cwd=ROOT,
        env={
            **os.environ,
            "RASA_TELEMETRY_ENABLED": "false",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "PYTHONWARNINGS": "ignore",
            "MPLBACKEND": "Agg",
        },
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout[-3000:] + finished.stderr[-3000:]


@pytest.mark.parametrize("language", ["en", "es", "pt", "ru", "tr", "vi"])
def test_messages_that_no_part_has_learned_from(language: str, tmp_path: Path) -> None:
    lines = (MESSAGES / f"{language}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    (tmp_path / "nlu.yml").write_text(_nlu(rows), encoding="utf-8")
    rasa_test("nlu", "--nlu", tmp_path / "nlu.yml", "--out", tmp_path / "out", "--no-plot")
    report = json.loads((tmp_path / "out" / "intent_report.json").read_text("utf-8"))
    assert report["weighted avg"]["support"] == len(rows)
    assert report["accuracy"] >= FLOOR, report


def test_each_path_of_a_message(tmp_path: Path) -> None:
    """Answer, clarify, hand off, small talk, decline, a secret, and two languages."""
    rasa_test("core", "--e2e", "--stories", STORIES, "--out", tmp_path)
    report = json.loads((tmp_path / "story_report.json").read_text("utf-8"))
    assert report["conversation_accuracy"]["total"] >= 9, "stories were not read"
    failed = (tmp_path / "failed_test_stories.yml").read_text("utf-8")
    assert report["conversation_accuracy"]["accuracy"] == 1.0, failed


def _nlu(rows: list[dict[str, Any]]) -> str:
    intents = Counter(row["intent"] for row in rows)
    blocks = [
        {
            "intent": intent,
            "examples": "".join(
                f"- {' '.join(row['text'].split())}\n" for row in rows if row["intent"] == intent
            ),
        }
        for intent in sorted(intents)
    ]
    content = {"version": "3.1", "nlu": blocks}
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=10_000)
