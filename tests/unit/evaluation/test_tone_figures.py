"""Figures of tone: each label by language, beside a list of words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaluation.errors import TableError
from evaluation.tone import Heard, Toned, measure, read_toned, tone_report

ROW = {"text": "you clowns", "language": "en", "tone": ["anger"], "needs_human": True}


def toned(language: str, *tone: str, needs_human: bool = False) -> Toned:
    return Toned("x", language, frozenset(tone), needs_human)


def heard(anger: float, *words: str, needs_human: bool = False) -> Heard:
    shown = frozenset({"anger"} if anger >= 0.5 else ())
    return Heard({"anger": anger}, shown, frozenset(words), needs_human)


TRUTH = [
    toned("en", "anger", needs_human=True),
    toned("en", "anger"),
    toned("en"),
    toned("tr"),
]
SAID = [
    heard(0.9, "anger", needs_human=True),
    heard(0.3, "anger"),
    heard(0.6, "anger", needs_human=True),
    heard(0.1),
]


def test_each_label_by_language_and_for_all() -> None:
    figures = measure(TRUTH, SAID, ("anger",))
    assert list(figures) == ["en", "tr", "all"]
    anger = figures["en"]["anger"]
    assert (anger.positives, anger.recall, anger.precision, anger.auroc) == (2, 0.5, 0.5, 0.5)
    assert (anger.words_recall, anger.words_precision) == (1.0, pytest.approx(2 / 3))
    assert figures["all"]["anger"].auroc == 0.75


def test_the_need_of_a_person_is_a_figure_of_its_own() -> None:
    need = measure(TRUTH, SAID, ("anger",))["en"]["needs_human"]
    assert (need.positives, need.recall, need.precision) == (1, 1.0, 0.5)


def test_nothing_to_divide_by_is_no_figure() -> None:
    anger = measure(TRUTH, SAID, ("anger",))["tr"]["anger"]
    assert (anger.positives, anger.recall, anger.precision, anger.auroc) == (0, None, None, None)


def test_the_report_holds_every_language() -> None:
    report = tone_report(measure(TRUTH, SAID, ("anger",)))
    assert "## tr" in report
    assert "| anger | 2 | 50 | 50 | 0.500 | 100 | 67 |" in report


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "en.jsonl"
    path.write_text(json.dumps(ROW) + "\n\n", encoding="utf-8")
    assert read_toned(path) == [Toned("you clowns", "en", frozenset({"anger"}), True)]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 2: not JSON"),
        ("[]", "line 2: not a JSON object"),
        (json.dumps({**ROW, "tone": "anger"}), 'line 2: "tone" is missing or of another type'),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "en.jsonl"
    path.write_text(json.dumps(ROW) + "\n" + line + "\n", encoding="utf-8")
    with pytest.raises(TableError, match=message):
        read_toned(path)


def test_an_empty_or_absent_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="cannot be read"):
        read_toned(tmp_path / "none.jsonl")
    (tmp_path / "empty.jsonl").write_text("\n", encoding="utf-8")
    with pytest.raises(TableError, match="holds no messages"):
        read_toned(tmp_path / "empty.jsonl")
