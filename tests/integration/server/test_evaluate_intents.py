"""`teller evaluate intents` as it is called: real pipelines in Rasa's environment, real files."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import f1_score, roc_auc_score

ROOT = Path(__file__).parents[3]
KEYS = [
    "in_scope_accuracy",
    "macro_f1",
    "auroc",
    "fpr95",
    "open_accuracy",
    "ece",
    "coverage_at_95",
    "train_seconds",
    "ms_per_message",
]
TRAIN = [
    ("hello there", "greet"),
    ("hi, good morning", "greet"),
    ("[my card](card) got\nlost", "Karte/verloren + neu"),
    ("/restart my {card}, it is \"gone\"", "Karte/verloren + neu"),
    ("где мои деньги", "Деньги где"),
    ("деньги не\tпришли 😡", "Деньги где"),
]  # fmt: skip
TEST = [
    ("hello", "greet"),
    ("/greet", "greet"),
    ('/greet{"name": "x"}', "greet"),
    ("my card\ngot lost", "Karte/verloren + neu"),
    ("[деньги](money) где, где", "Деньги где"),
    ("   ", "out_of_scope"),
    ("🙃🙃", "out_of_scope"),
    ("\u200b", "out_of_scope"),
    ("is it raining", "out_of_scope"),
]


def write(path: Path, rows: list[tuple[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("text", "intent"), *rows])
    return path


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def evaluate(folder: Path, *options: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "server", "evaluate", "intents", *map(str, options)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evaluate")
    write(folder / "train.csv", TRAIN)
    write(folder / "test.csv", TEST)
    return folder


def test_our_pipeline_on_two_examples_per_intent_with_odd_texts(folder: Path) -> None:
    finished = evaluate(
        folder,
        *("--train", "train.csv", "--test", "test.csv", "--out", "new/pred.csv"),
        *("--json", "new/metrics.json", "--report", "new/report"),
    )
    assert finished.returncode == 0, finished.stderr
    assert "accuracy in scope" in finished.stdout
    rows = read(folder / "new" / "pred.csv")
    assert list(rows[0]) == ["text", "intent", "predicted", "confidence", "in_scope", "accepted"]
    assert [(row["text"], row["intent"]) for row in rows] == TEST
    intents = {intent for _, intent in TRAIN}
    assert {row["predicted"] for row in rows} <= intents
    # What the texts mean decides, not `/greet` or what stands in brackets.
    assert [row["predicted"] for row in rows[3:5]] == ["Karte/verloren + neu", "Деньги где"]
    assert all(0 <= float(row[name]) <= 1 for row in rows for name in ("confidence", "in_scope"))
    assert {float(row["confidence"]) for row in rows[:3]} != {1.0}

    figures = json.loads((folder / "new" / "metrics.json").read_text())
    assert list(figures) == KEYS
    assert None not in figures.values()
    inside = [row for row in rows if row["intent"] != "out_of_scope"]
    right = [row["predicted"] == row["intent"] for row in inside]
    assert figures["in_scope_accuracy"] == pytest.approx(np.mean(right))
    assert figures["macro_f1"] == pytest.approx(
        f1_score(
            [row["intent"] for row in inside], [row["predicted"] for row in inside], average="macro"
        )
    )
    assert figures["auroc"] == pytest.approx(
        roc_auc_score(
            [row["intent"] != "out_of_scope" for row in rows],
            [float(row["in_scope"]) for row in rows],
        )
    )
    decided = [
        row["accepted"] == "false"
        if row["intent"] == "out_of_scope"
        else row["accepted"] == "true" and row["predicted"] == row["intent"]
        for row in rows
    ]
    assert figures["open_accuracy"] == pytest.approx(np.mean(decided))
    assert figures["ms_per_message"] > 0

    report = folder / "new" / "report"
    assert {path.name for path in report.iterdir()} == {
        "report.md",
        "report.json",
        "reliability.png",
        "risk-coverage.png",
    }
    for chart in report.glob("*.png"):
        assert chart.read_bytes().startswith(b"\x89PNG")
    assert json.loads((report / "report.json").read_text())["figures"] == figures


def test_another_pipeline_whose_fallback_hides_its_guess(folder: Path) -> None:
    (folder / "small.yml").write_text(
        "recipe: default.v1\nlanguage: en\npipeline:\n"
        "- name: WhitespaceTokenizer\n"
        "- name: CountVectorsFeaturizer\n"
        "- name: DIETClassifier\n  epochs: 2\n"
        "- name: FallbackClassifier\n  threshold: 0.99\n"
    )
    finished = evaluate(
        folder,
        *("--train", "train.csv", "--test", "test.csv", "--pipeline", "small.yml"),
        *("--out", "small.csv", "--json", "small.json"),
    )
    assert finished.returncode == 0, finished.stderr
    rows = read(folder / "small.csv")
    assert {row["predicted"] for row in rows} <= {"", *(intent for _, intent in TRAIN)}
    assert {row["accepted"] for row in rows} == {"false"}
    assert [row["in_scope"] for row in rows] == [row["confidence"] for row in rows]
    # The guess's own confidence, not the threshold that FallbackClassifier puts in its place.
    assert all(float(row["confidence"]) < 0.99 for row in rows)
    assert json.loads((folder / "small.json").read_text())["open_accuracy"] == 4 / 9


@pytest.mark.parametrize(
    "pipeline",
    [
        "- name: NoSuchComponent\n",
        "- name: bot.components.intent_classifier.CalibratedIntentClassifier\n  strenght: 3\n",
    ],
)
def test_a_pipeline_that_cannot_be_trained_leaves_no_file(folder: Path, pipeline: str) -> None:
    (folder / "bad.yml").write_text(f"recipe: default.v1\nlanguage: en\npipeline:\n{pipeline}")
    finished = evaluate(
        folder,
        *("--train", "train.csv", "--test", "test.csv", "--pipeline", "bad.yml"),
        *("--out", "bad.csv", "--json", "bad.json"),
    )
    assert finished.returncode == 1
    assert "Traceback" not in finished.stderr
    assert "NoSuchComponent" in finished.stderr or "strenght" in finished.stderr
    assert not (folder / "bad.csv").exists()
    assert not (folder / "bad.json").exists()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("--test", "text,intent\nhello,greet\n,greet\n", "bad-rows.csv, line 3: the text is empty"),
        ("--train", "text,intent\nhello,greet\nbye\n", "bad-rows.csv, line 3: a column is missing"),
        (
            "--train",
            "text,intent\nhello,greet\nbye,out_of_scope\n",
            "bad-rows.csv, line 3: the label",
        ),
        ("--train", "text;intent\nhello;greet\n", "bad-rows.csv, line 1: the header"),
    ],
)
def test_a_bad_row_ends_it_at_once(folder: Path, name: str, content: str, said: str) -> None:
    (folder / "bad-rows.csv").write_text(content)
    files = {"--train": "train.csv", "--test": "test.csv", name: "bad-rows.csv"}
    options = [each for pair in files.items() for each in pair]
    finished = evaluate(folder, *options, "--out", "never.csv", "--json", "never.json")
    assert finished.returncode == 1
    assert said in finished.stderr
    assert "Loading Rasa" not in finished.stderr
    assert not list(folder.glob("never*"))


def test_missing_files_are_named(folder: Path) -> None:
    gone = evaluate(folder, "--train", "gone.csv", "--test", "test.csv")
    assert gone.returncode == 1
    assert "gone.csv cannot be read: No such file" in gone.stderr
    odd = evaluate(folder, "--train", "train.csv", "--test", "test.csv", "--pipeline", "other")
    assert odd.returncode == 1
    assert "--pipeline other" in odd.stderr
