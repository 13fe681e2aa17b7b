"""`teller evaluate retrieval` and `teller index --articles` over a small foreign help centre."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from server.cli import app

FIGURES = {
    "recall_at_1",
    "recall_at_3",
    "recall_at_5",
    "recall_at_10",
    "mrr_at_10",
    "ndcg_at_10",
    "ms_per_query",
}
ARTICLES = [
    ("loan", "Borrowing books", "Take a book to the desk and show your card. {{ card }} is free."),
    ("late", "Overdue items", "You pay ten cents for each day. Lost items are paid in full."),
    ("rooms", "Study rooms", "Reserve a quiet space for your group on the website."),
    ("print", "Printing and scanning", "Send a file to the machine in the hall and pay there."),
    ("hours", "Opening times", "We are open from nine to eight, and closed on Sundays."),
    ("card", "Becoming a member", "Bring an identity document and fill in the form."),
]
QUERIES = [
    ("how do i take a novel home", "loan"),
    ("i forgot to bring it back in time, what is the penalty", "late"),
    ("can our team meet somewhere without noise", "rooms"),
    ("i need paper copies of a pdf", "print"),
    ("until when can i come tonight", "hours"),
    ("sign up", "card"),
]


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    articles, queries = tmp_path / "articles.jsonl", tmp_path / "queries.jsonl"
    rows = [{"id": name, "title": title, "text": text} for name, title, text in ARTICLES]
    articles.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    asked = [{"text": text, "relevant": [name]} for text, name in QUERIES]
    queries.write_text("".join(f"{json.dumps(row)}\n" for row in asked))
    return articles, queries


def test_a_foreign_help_centre_is_measured(files: tuple[Path, Path], tmp_path: Path) -> None:
    articles, queries = files
    given = ["evaluate", "retrieval", "--articles", str(articles), "--queries", str(queries)]
    out = ["--json", str(tmp_path / "m.json"), "--report", str(tmp_path / "report")]
    result = CliRunner().invoke(app, [*given, *out])
    assert result.exit_code == 0, result.output
    figures = json.loads((tmp_path / "m.json").read_text())
    assert set(figures) >= FIGURES
    assert figures["queries"] == 6
    # The questions share no telling word with their articles: meaning has to find them.
    assert figures["recall_at_1"] >= 0.6
    assert figures["recall_at_3"] > figures["peers"]["BM25 alone"]["recall_at_3"]
    assert set(figures["peers"]["dense alone"]) >= FIGURES
    assert "ratio to BM25 alone" in (tmp_path / "report" / "report.md").read_text()


def test_bad_lines_are_named_and_nothing_is_written(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    articles, queries = files
    articles.write_text(articles.read_text() + '{"id": "x"}\n')
    given = ["evaluate", "retrieval", "--articles", str(articles), "--queries", str(queries)]
    result = CliRunner().invoke(app, [*given, "--json", str(tmp_path / "m.json")])
    assert result.exit_code == 1
    assert "line 7" in result.output
    assert not (tmp_path / "m.json").exists()


def test_an_index_goes_where_it_is_told(files: tuple[Path, Path], tmp_path: Path) -> None:
    result = CliRunner().invoke(
        app, ["index", "--articles", str(files[0]), "--out", str(tmp_path / "index")]
    )
    assert result.exit_code == 0, result.output
    manifest = json.loads((tmp_path / "index" / "current" / "manifest.json").read_text())
    assert (manifest["articles"], manifest["languages"]) == (6, ["en"])
