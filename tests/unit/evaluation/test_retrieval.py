"""Figures of search, computed by hand, the reader of questions, and the report."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from evaluation.errors import TableError
from evaluation.report import retrieval_report
from evaluation.retrieval import (
    Query,
    Ranking,
    by_language,
    measure,
    misses,
    read_queries,
    unknown_articles,
)


def query(*relevant: str, language: str | None = None) -> Query:
    return Query("text", frozenset(relevant), language)


def ranking(*articles: str, milliseconds: float = 1.0) -> Ranking:
    return Ranking(articles, milliseconds)


def test_places_one_two_four_and_none() -> None:
    figures = measure(
        [query("a"), query("a"), query("a"), query("a")],
        [ranking("a", "b"), ranking("b", "a"), ranking("b", "c", "d", "a"), ranking("b")],
    )
    recalls = (figures.recall_at_1, figures.recall_at_3, figures.recall_at_5, figures.recall_at_10)
    assert recalls == (0.25, 0.5, 0.75, 0.75)
    assert figures.mrr_at_10 == pytest.approx((1 + 1 / 2 + 1 / 4) / 4)
    assert figures.ndcg_at_10 == pytest.approx((1 + 1 / math.log2(3) + 1 / math.log2(5)) / 4)


def test_one_of_several_right_articles_is_enough_for_recall_and_not_for_gain() -> None:
    figures = measure([query("a", "b")], [ranking("a", "c", "d")])
    assert (figures.recall_at_1, figures.mrr_at_10) == (1.0, 1.0)
    assert figures.ndcg_at_10 == pytest.approx(1 / (1 + 1 / math.log2(3)))


def test_what_comes_after_the_tenth_is_not_found() -> None:
    figures = measure([query("z")], [ranking(*"abcdefghij", "z")])
    assert (figures.recall_at_10, figures.mrr_at_10, figures.ndcg_at_10) == (0.0, 0.0, 0.0)


def test_time_is_the_median() -> None:
    rankings = [ranking("a", milliseconds=spent) for spent in (1.0, 2.0, 90.0)]
    assert measure([query("a")] * 3, rankings).ms_per_query == 2.0


def test_nothing_to_measure_is_an_error() -> None:
    with pytest.raises(ValueError, match="no queries"):
        measure([], [])


def test_languages_are_told_apart_where_there_are_several() -> None:
    asked = [query("a", language="en"), query("a", language="ru"), query("a", language="ru")]
    found = [ranking("a"), ranking("a"), ranking("b")]
    figures = by_language(asked, found)
    assert list(figures) == ["en", "ru", "all"]
    assert [each.recall_at_1 for each in figures.values()] == [1.0, 0.5, pytest.approx(2 / 3)]
    assert list(by_language(asked[:1], found[:1])) == ["all"]


def test_misses_come_by_number() -> None:
    asked = [query("a"), query("a"), query("b"), query("c")]
    found = [ranking("b"), ranking("b", "a"), ranking("b"), ranking()]
    assert misses(asked, found) == [("a", "b", 2), ("c", "", 1)]


def test_articles_that_nobody_has_are_named() -> None:
    asked = [query("b", "gone"), query("also-gone")]
    assert unknown_articles(asked, frozenset({"a", "b"})) == ["also-gone", "gone"]


def write(path: Path, *rows: object) -> Path:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def test_relevant_is_a_list_or_one_id_and_a_number_is_an_id(tmp_path: Path) -> None:
    path = write(
        tmp_path / "q.jsonl",
        {"text": "one", "relevant": ["a", "b"]},
        {"text": "two", "relevant": "a", "language": "PT-br"},
        {"text": "three", "relevant": 7},
    )
    read = read_queries(path)
    assert [each.relevant for each in read] == [{"a", "b"}, {"a"}, {"7"}]
    assert [each.language for each in read] == [None, "pt", None]


def test_every_bad_line_is_named_by_its_number(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_bytes(
        b'{"text": "fine", "relevant": ["a"]}\n\nnot json\n{"text": "", "relevant": ["a"]}\n'
        b'{"text": "none", "relevant": []}\n{"text": "x", "relevant": [null]}\n\xff\n[1]\n'
    )
    with pytest.raises(TableError) as error:
        read_queries(path)
    assert [part.split(":")[0].rpartition(" ")[2] for part in str(error.value).splitlines()] == [
        "3",
        "4",
        "5",
        "6",
        "7",
        "8",
    ]


def test_a_text_may_hold_what_python_takes_for_a_line_end(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"text": "a\u2028b\x85c", "relevant": ["a"]}\n', encoding="utf-8")
    assert [each.text for each in read_queries(path)] == ["a\u2028b\x85c"]


def test_an_empty_file_is_an_error(tmp_path: Path) -> None:
    path = write(tmp_path / "q.jsonl")
    with pytest.raises(TableError, match="no questions"):
        read_queries(path)


def test_the_report_gives_ratios_to_the_peers_of_the_same_run() -> None:
    own = measure([query("a"), query("a")], [ranking("a", milliseconds=4), ranking("a")])
    peer = measure([query("a"), query("a")], [ranking("a"), ranking("b", "a")])
    text = retrieval_report({"all": own}, {"BM25 alone": peer}, [("a", "b", 1)])
    assert "| Recall@1, % | 100.0 | 50.0 | 2.000 |" in text
    assert "| a | b | 1 |" in text
