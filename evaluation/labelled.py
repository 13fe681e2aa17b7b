"""Labelled sets in JSON Lines: one JSON object per line, each line that is wrong named."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from evaluation.errors import TableError

_NAMED = 10

_Row = TypeVar("_Row")


def read_rows(
    path: Path, read: Callable[[Mapping[str, Any]], _Row], *, what: str = "messages"
) -> list[_Row]:
    """Every line of a file as `read` takes it; blank lines are passed over.

    Args:
        read: makes a row of a JSON object; raises ValueError with what is wrong.
        what: what a line holds, for the message where there is none.

    Raises:
        TableError: the file cannot be read or holds bad lines; each is named, at most ten.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise TableError(f"{path} cannot be read: {error.strerror}.") from error
    rows, problems = [], []
    for number, raw in enumerate(content.split(b"\n"), 1):
        if not raw.strip():
            continue
        try:
            rows.append(read(_object(raw)))
        except ValueError as error:
            problems.append(f"{path}, line {number}: {error}.")
    if len(problems) > _NAMED:
        problems[_NAMED:] = [f"... and {len(problems) - _NAMED} more such lines."]
    if problems:
        raise TableError("\n".join(problems))
    if not rows:
        raise TableError(f"{path} holds no {what}.")
    return rows


def check_fields(row: Mapping[str, Any], fields: Mapping[str, type]) -> None:
    """Raises ValueError where a field is missing or of another type."""
    for name, kind in fields.items():
        if not isinstance(row.get(name), kind):
            raise ValueError(f'"{name}" is missing or of another type than {kind.__name__}')


def _object(raw: bytes) -> Mapping[str, Any]:
    try:
        row: Any = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ValueError("not UTF-8 text") from None
    except (ValueError, RecursionError):
        raise ValueError("not JSON") from None
    if not isinstance(row, dict):
        raise ValueError("not a JSON object")
    return row
