"""Protocols of public sets."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluation.benchmarks import BENCHMARKS, Benchmark, rounds
from evaluation.errors import TableError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.csv").write_text("text,intent\n1,kept\n2,gone\n3,other\n")
    (tmp_path / "b.csv").write_text("text,intent\n4,kept\n5,other\n6,gone\n7,gone\n")
    (tmp_path / "test.csv").write_text("text,intent\n8,gone\n9,kept\n")
    (tmp_path / "held_out.txt").write_text("gone\n\nnever\n")
    return tmp_path


def test_each_training_file_is_a_round(folder: Path) -> None:
    first, second = rounds(Benchmark("x", "X", ("a.csv", "b.csv"), "test.csv"), folder)
    assert [len(first.train), len(second.train)] == [3, 4]
    assert [each.intent for each in second.test] == ["gone", "kept"]


def test_held_out_intents_are_untrained_and_out_of_scope(folder: Path) -> None:
    [only] = rounds(Benchmark("x", "X", ("b.csv",), "test.csv", held_out="held_out.txt"), folder)
    assert [(each.text, each.intent) for each in only.train] == [("4", "kept"), ("5", "other")]
    assert [(each.text, each.intent) for each in only.test] == [
        ("8", "out_of_scope"),
        ("9", "kept"),
    ]


def test_a_missing_file_is_named(folder: Path) -> None:
    with pytest.raises(TableError, match=r"gone\.csv cannot be read"):
        rounds(Benchmark("x", "X", ("gone.csv",), "test.csv"), folder)
    with pytest.raises(TableError, match=r"none\.txt cannot be read"):
        rounds(Benchmark("x", "X", ("a.csv",), "test.csv", held_out="none.txt"), folder)
    (folder / "empty.txt").write_text("\n")
    with pytest.raises(TableError, match=r"empty\.txt names no intent"):
        rounds(Benchmark("x", "X", ("a.csv",), "test.csv", held_out="empty.txt"), folder)


def test_names_are_unique_and_the_ten_shot_set_has_three_draws() -> None:
    by_name = {each.name: each for each in BENCHMARKS}
    assert len(by_name) == len(BENCHMARKS)
    assert len(by_name["banking77-10shot"].train) == 3
    assert by_name["banking77-held-out"].held_out == "banking77/held_out_intents.txt"
