"""Reading of `text,intent` files, good and bad, and writing of results."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from evaluation.errors import EvaluationError, TableError
from evaluation.tables import (
    Example,
    Prediction,
    check_targets,
    predictions_csv,
    read_examples,
    read_training,
    write_files,
)


@pytest.fixture
def table(tmp_path: Path):
    path = tmp_path / "rows.csv"

    def write(content: str | bytes) -> Path:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def test_a_text_may_hold_anything(table) -> None:
    texts = [
        "[my card](card){\"entity\": 1}",
        "/restart",
        "two\nlines",
        "carriage\r\nreturn",
        "a, comma",
        'a "quote"',
        "tab\there",
        "   ",
        "\u200b",
        "nul \0 byte",
        "🤷‍♀️",
        "out_of_scope",
        "x" * 200_000,
    ]  # fmt: skip
    quoted = "".join('"{}",Деньги/где + когда\n'.format(text.replace('"', '""')) for text in texts)
    examples = read_examples(table("text,intent\n" + quoted))
    assert [example.text for example in examples] == texts
    assert {example.intent for example in examples} == {"Деньги/где + когда"}


def test_lines_are_counted_in_the_file_not_in_rows(table) -> None:
    examples = read_examples(table('text,intent\n"one\ntwo",a\n\nthree,b\n'))
    assert examples == [Example("one\ntwo", "a", 2), Example("three", "b", 5)]


def test_a_byte_order_mark_and_windows_line_ends_are_fine(table) -> None:
    examples = read_examples(table(b"\xef\xbb\xbftext,intent\r\nhello,greet\r\n"))
    assert examples == [Example("hello", "greet", 2)]


def test_space_around_an_intent_does_not_count(table) -> None:
    assert read_examples(table("text,intent\n hello , greet \n"))[0] == Example(
        " hello ", "greet", 2
    )


@pytest.mark.parametrize(
    ("content", "line", "what"),
    [
        ("text,intent\nhello,greet\nhello\n", 3, "column is missing"),
        ("text,intent\nhello, you,greet\n", 2, "3 columns"),
        ("text,intent\nhello,greet\n,greet\n", 3, "text is empty"),
        ("text,intent\nhello,\n", 2, "intent is empty"),
        ("text,intent\nhello,   \n", 2, "intent is empty"),
        ('text,intent\nhi,greet\n"never closed,greet\nhi,greet\n', 3, "unexpected end of data"),
        ('text,intent\n"closed" early,greet\n', 2, "expected"),
        ("message,label\nhello,greet\n", 1, "header"),
        ("hello,greet\n", 1, "header"),
        (b"text,intent\nhello,greet\ncaf\xe9,order\n", 3, "UTF-8"),
        (b"\xef\xbb\xbftext,intent\ncaf\xe9,order\n", 2, "UTF-8"),
        ("text,intent\nhello,greet\n".encode("utf-16"), 1, "UTF-16"),
    ],
)
def test_a_bad_row_is_named_by_its_line(table, content: str | bytes, line: int, what: str) -> None:
    path = table(content)
    with pytest.raises(TableError, match=what) as caught:
        read_examples(path)
    assert f"{path}, line {line}:" in str(caught.value)


def test_all_bad_rows_are_named_up_to_ten(table) -> None:
    with pytest.raises(TableError) as caught:
        read_examples(table("text,intent\n" + ",greet\n" * 12))
    message = str(caught.value)
    assert [f"line {line}:" in message for line in range(2, 14)] == [True] * 10 + [False] * 2
    assert "2 more" in message


@pytest.mark.parametrize(
    ("content", "what"),
    [("", "is empty"), ("\n\n", "is empty"), ("text,intent\n", "no rows")],
)
def test_a_file_without_rows_is_refused(table, content: str, what: str) -> None:
    with pytest.raises(TableError, match=what):
        read_examples(table(content))


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"gone\.csv cannot be read: No such file"):
        read_examples(tmp_path / "gone.csv")
    with pytest.raises(TableError, match="cannot be read: Is a directory"):
        read_examples(tmp_path)


def test_out_of_scope_is_no_training_label(table) -> None:
    path = table("text,intent\nhello,greet\nbye,leave\nfoo,out_of_scope\n")
    assert len(read_examples(path)) == 3
    with pytest.raises(TableError, match="line 4: the label out_of_scope"):
        read_training(path)


def test_training_needs_two_intents(table) -> None:
    with pytest.raises(TableError, match="at least two intents"):
        read_training(table("text,intent\nhello,greet\nhi,greet\n"))


def test_predictions_keep_texts_and_full_precision(tmp_path: Path) -> None:
    examples = [Example('a "b"\n,c\r', "x", 2), Example("d", "out_of_scope", 4)]
    found = [Prediction("x", 0.1 + 0.2, 1 / 3, True), Prediction("y", 1.0, 0.0, False)]
    path = tmp_path / "pred.csv"
    write_files([(path, predictions_csv(examples, found))])
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["text", "intent", "predicted", "confidence", "in_scope", "accepted"]
    assert [row["text"] for row in rows] == ['a "b"\n,c\r', "d"]
    assert float(rows[0]["confidence"]) == 0.1 + 0.2
    assert float(rows[0]["in_scope"]) == 1 / 3
    assert [row["accepted"] for row in rows] == ["true", "false"]


def test_either_all_files_are_written_or_none(tmp_path: Path) -> None:
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    first.write_text("before")
    second.with_name("second.json.draft").mkdir()
    with pytest.raises(EvaluationError, match="cannot be written"):
        write_files([(first, "after"), (second, "after")])
    assert first.read_text() == "before"
    assert not second.exists()
    assert not first.with_name("first.json.draft").exists()


def test_links_stay_links_and_devices_devices(tmp_path: Path) -> None:
    real, link = tmp_path / "real.json", tmp_path / "link.json"
    real.write_text("before")
    link.symlink_to(real)
    device = Path("/dev/null")
    check_targets([link, device], inputs=[])
    write_files([(link, "after"), (device, "gone")])
    assert link.is_symlink()
    assert real.read_text() == "after"
    assert device.is_char_device()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.json", "real.json"]


def test_targets_are_checked_before_the_work(tmp_path: Path) -> None:
    read = tmp_path / "train.csv"
    read.touch()
    with pytest.raises(EvaluationError, match="given twice"):
        check_targets([tmp_path / "x" / ".." / "train.csv"], inputs=[read])
    with pytest.raises(EvaluationError, match="given twice"):
        check_targets([tmp_path / "a.json", tmp_path / "a.json"], inputs=[read])
    with pytest.raises(EvaluationError, match="is a folder"):
        check_targets([tmp_path], inputs=[read])
    with pytest.raises(EvaluationError, match="cannot be made"):
        check_targets([read / "below.json"], inputs=[])
    check_targets([tmp_path / "new" / "a.json"], inputs=[read])
    assert (tmp_path / "new").is_dir()
