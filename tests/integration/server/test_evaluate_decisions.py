"""`teller evaluate routing` as it is called: the real assistant and the real index decide."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
SEED = "abandon " * 11 + "about"


def line(text: str, topic: str, decision: str, **changed: object) -> dict[str, Any]:
    row = {"text": text, "language": "en", "topic": topic, "needs_human": False, "articles": []}
    return {**row, "decision": [decision], **changed}


def test_a_labelled_file_is_decided_and_measured(tmp_path: Path) -> None:
    rows = [
        line(
            "how much is the fee to withdraw usdt",
            "withdraw_limits_fees",
            "answer",
            articles=["withdrawal-fees"],
        ),
        line("i want to talk to a human agent", "human_agent", "handoff", needs_human=True),
        line(f"my seed phrase is {SEED}", "secret_shared", "handoff", needs_human=True),
    ]
    path = tmp_path / "set.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    options = ("--json", str(tmp_path / "figures.json"), "--report", str(tmp_path / "report"))
    finished = subprocess.run(
        [sys.executable, "-m", "server", "evaluate", "routing", str(path), *options],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TELLER_STATE_DIR": str(tmp_path / "state")},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    assert "topic right" in finished.stdout
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert list(figures) == ["en", "all"]
    assert figures["all"] == {
        "messages": 3,
        "topic_accuracy": 1.0,
        "needs_human_recall": 1.0,
        "needs_human_precision": 1.0,
        "decision_accuracy": 1.0,
        "answers": 1,
        "answers_right": 1.0,
        "answerable": 1,
        "answered_at_once": 1.0,
        "answered": 1.0,
        "language_accuracy": 1.0,
    }
    report = json.loads((tmp_path / "report" / "report.json").read_text())
    assert report == {"figures": figures, "confusions": []}
    assert "# Decisions" in (tmp_path / "report" / "report.md").read_text()
