"""Tables of messages: `text,intent` files in, predictions out.

A text is taken as it stands, whatever it holds: no markup, annotation or command in it is read.
"""

from __future__ import annotations

import contextlib
import csv
import io
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from evaluation.errors import EvaluationError, TableError

OUT_OF_SCOPE = "out_of_scope"
HEADER = ("text", "intent")
PREDICTION_HEADER = ("text", "intent", "predicted", "confidence", "in_scope", "accepted")
# Bad lines named in one message; a file of another format has as many as lines.
_NAMED = 10
_LIMIT = 10_000_000
STANDARD_OUTPUT = Path("/dev/stdout")

csv.field_size_limit(_LIMIT)


@dataclass(frozen=True)
class Example:
    """A message with its intent, and the line of the file on which it begins."""

    text: str
    intent: str
    line: int


@dataclass(frozen=True)
class Prediction:
    """What an engine makes of one message.

    Attributes:
        predicted: the most probable intent, accepted or not.
        confidence: the stated probability that it is right.
        in_scope: rises with how far the message belongs to what the engine was trained on.
        accepted: the engine's own fixed decision to take the message as in scope.
    """

    predicted: str
    confidence: float
    in_scope: float
    accepted: bool


def read_training(path: Path) -> list[Example]:
    """Examples to train on.

    Raises:
        TableError: as `read_examples`; or an example is labelled `out_of_scope`, which would teach
            the engine what it is to recognise untaught; or there are fewer than two intents.
    """
    examples = read_examples(path)
    problems = [
        (
            example.line,
            f"the label {OUT_OF_SCOPE} belongs in test files; remove the row from training",
        )
        for example in examples
        if example.intent == OUT_OF_SCOPE
    ]
    _refuse(path, problems)
    if len({example.intent for example in examples}) < 2:
        raise TableError(f"{path}: training needs examples of at least two intents.")
    return examples


def read_examples(path: Path) -> list[Example]:
    """Read a CSV file with the header `text,intent`, in UTF-8 with or without byte order mark.

    Fields are quoted as usual ("a ""quoted"" word, and a comma"); blank lines are passed over.
    Space around an intent does not count; a text keeps its own.

    Raises:
        TableError: the file cannot be read, has another header or encoding, or holds bad rows;
            each is named by its line, at most ten.
    """
    text = _decode(path)
    problems: list[tuple[int, str]] = []
    examples = []
    rows = _rows(path, text)
    for line, row in rows:
        if tuple(row) != HEADER:
            raise TableError(
                f"{path}, line {line}: the header must be `text,intent`, not "
                f"`{_short(','.join(row))}`."
            )
        break
    else:
        raise TableError(f"{path} is empty; a header `text,intent` and rows are expected.")
    for line, row in rows:
        problem = _problem(row)
        if problem:
            problems.append((line, problem))
        else:
            examples.append(Example(row[0], row[1].strip(), line))
    _refuse(path, problems)
    if not examples:
        raise TableError(f"{path} has a header and no rows.")
    return examples


def predictions_csv(examples: Sequence[Example], predictions: Sequence[Prediction]) -> str:
    """The predictions as CSV text, in the order of the examples; numbers in full precision."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(PREDICTION_HEADER)
    for example, found in zip(examples, predictions, strict=True):
        writer.writerow(
            (
                example.text,
                example.intent,
                found.predicted,
                repr(found.confidence),
                repr(found.in_scope),
                "true" if found.accepted else "false",
            )
        )
    return out.getvalue()


def report_files(folder: Path | None, names: Sequence[str]) -> dict[str, Path]:
    """The files of a report by name; none where no report is wanted.

    Raises:
        EvaluationError: the folder is a file.
    """
    if folder is None:
        return {}
    if folder.exists() and not folder.is_dir():
        raise EvaluationError(f"{folder} is a file; name a folder for the report.")
    return {name: folder / name for name in names}


def check_targets(targets: Sequence[Path], *, inputs: Sequence[Path]) -> None:
    """Make the folders of files to be written, and see that they can be, before hours of work.

    Raises:
        EvaluationError: a target cannot be written, is given twice, or is one of the inputs.
    """
    seen = {path.resolve() for path in inputs}
    for path in targets:
        if path.resolve() in seen:
            raise EvaluationError(f"{path} is given twice; name another file to write.")
        seen.add(path.resolve())
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise EvaluationError(
                f"{path.parent} cannot be made: {error.strerror}. Name another file to write."
            ) from error
        place = path if _is_device(path) else path.resolve().parent
        if path.is_dir() or not os.access(place, os.W_OK):
            what = "is a folder" if path.is_dir() else "cannot be written (permission)"
            raise EvaluationError(f"{path} {what}; name another file to write.")


def write_files(files: Iterable[tuple[Path, str | bytes]]) -> None:
    """Write all of the files or none: each beside its place first, then all are moved there.

    Raises:
        EvaluationError: one cannot be written.
    """
    drafts: list[tuple[Path, Path]] = []
    devices: list[tuple[Path, bytes]] = []
    try:
        for path, content in files:
            raw = content.encode() if isinstance(content, str) else content
            if _is_device(path):
                devices.append((path, raw))
                continue
            # Where a link leads to, so that it remains a link.
            place = path.resolve()
            draft = place.with_name(place.name + ".draft")
            drafts.append((draft, place))
            draft.write_bytes(raw)
        for draft, place in drafts:
            draft.replace(place)
        for path, raw in devices:
            # Through our own standard output: opened anew, it would be written over.
            if path == STANDARD_OUTPUT:
                sys.stdout.buffer.write(raw)
                sys.stdout.flush()
            else:
                with path.open("ab") as device:
                    device.write(raw)
    except OSError as error:
        raise EvaluationError(f"{error.filename} cannot be written: {error.strerror}.") from error
    finally:
        for draft, _ in drafts:
            with contextlib.suppress(OSError):
                draft.unlink()


def _is_device(path: Path) -> bool:
    """Such as /dev/stdout, which nothing may be moved onto, even where it leads to a file."""
    return Path("/dev") in path.absolute().parents or (path.exists() and not path.is_file())


def _decode(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise TableError(f"{path} cannot be read: {error.strerror}.") from error
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise TableError(f"{path}, line 1: UTF-16 text; save the file as UTF-8.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The position counts from behind a byte order mark, which holds no line end.
        line = error.object[: error.start].count(b"\n") + 1
        raise TableError(f"{path}, line {line}: not UTF-8 text; save the file as UTF-8.") from error


def _rows(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank, with the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise TableError(
                f"{path}, line {line}: {error}. A text with a comma, quote or line end stands in "
                'quotes, and a quote in it is doubled ("").'
            ) from error
        if row is None:
            return
        if row:
            yield line, row


def _problem(row: list[str]) -> str | None:
    if len(row) < len(HEADER):
        return "a column is missing; `text,intent` is expected"
    if len(row) > len(HEADER):
        return f"{len(row)} columns instead of 2; a text with a comma in it stands in quotes"
    if not row[0]:
        return "the text is empty"
    if not row[1].strip():
        return "the intent is empty"
    return None


def _refuse(path: Path, problems: Sequence[tuple[int, str]]) -> None:
    if not problems:
        return
    named = [f"{path}, line {line}: {problem}." for line, problem in problems[:_NAMED]]
    if len(problems) > _NAMED:
        named.append(f"... and {len(problems) - _NAMED} more such lines.")
    raise TableError("\n".join(named))


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:60] + " ..."
