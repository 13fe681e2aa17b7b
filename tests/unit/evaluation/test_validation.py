"""Figures of the assistant's own cross-validation."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaluation.errors import TableError
from evaluation.validation import by_language, read_validation

ROWS = [
    ("fee?", "fee", "fee", 0.9, 0.9),
    ("limit?", "limit", "fee", 0.6, 0.8),
    ("bitcoin price?", "oos_price", "oos_price", 0.9, 0.1),
    ("комиссия?", "fee", "greet", 0.4, 0.7),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "cross_validation.jsonl"
    names = ("text", "intent", "predicted", "confidence", "in_scope")
    lines = [
        json.dumps({**dict(zip(names, row, strict=True)), "ranking": []}, ensure_ascii=False)
        for row in ROWS
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_languages_are_measured_apart(path: Path) -> None:
    figures = by_language(
        *read_validation(path),
        language=lambda text, intent: "en" if text.isascii() else "ru",
        topic=lambda intent: {"fee": "fees", "limit": "fees"}.get(intent, intent),
        outside={"oos_price"},
    )
    assert list(figures) == ["en", "ru", "all"]
    assert [each["examples"] for each in figures.values()] == [3, 1, 4]
    assert figures["en"]["accuracy"] == pytest.approx(2 / 3)
    assert figures["en"]["topic_accuracy"] == 1.0
    assert figures["ru"]["topic_accuracy"] == 0.0
    # What is not covered is ranked below what is.
    assert (figures["en"]["auroc"], figures["en"]["fpr95"]) == (1.0, 0.0)
    assert figures["ru"]["auroc"] is None
    assert figures["all"]["accuracy"] == 0.5


def test_a_missing_or_foreign_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="Run `teller train`"):
        read_validation(tmp_path / "gone.jsonl")
    (tmp_path / "other.jsonl").write_text('{"text": "a"}\n')
    with pytest.raises(TableError, match="another form"):
        read_validation(tmp_path / "other.jsonl")
