"""Articles of a JSON Lines file: `id`, `title`, `text`, optional `questions`, `lang`, `topic`,
`updated`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from knowledge.corpora.entries import Entry, language_code, refuse
from knowledge.corpora.html_pages import is_html, to_markdown
from knowledge.errors import ArticlesInvalidError


def read(path: Path) -> list[Entry]:
    """The articles of a file in order; blank lines are passed over, further fields too.

    Raises:
        ArticlesInvalidError: the file cannot be read or holds bad lines; each is named by its
            number.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ArticlesInvalidError([f"{path}: cannot be read: {error.strerror}"]) from error
    entries, problems = [], []
    # Only a line feed ends a line: a text may hold other characters that Python takes for one.
    for number, raw in enumerate(content.split(b"\n"), 1):
        if not raw.strip():
            continue
        place = f"{path}, line {number}"
        try:
            entries.append(_entry(place, raw))
        except ValueError as error:
            problems.append(f"{place}: {error}")
    refuse(problems)
    if not entries:
        raise ArticlesInvalidError([f"{path}: the file holds no articles"])
    return entries


def _entry(place: str, raw: bytes) -> Entry:
    try:
        row: Any = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ValueError("not UTF-8 text") from None
    except (ValueError, RecursionError):
        raise ValueError("not JSON") from None
    if not isinstance(row, dict):
        raise ValueError("not a JSON object")
    text = _text(row, "text")
    return Entry(
        place=place,
        id=_id(row.get("id")),
        title=_text(row, "title"),
        text=to_markdown(text) if is_html(text) else text,
        questions=_questions(row.get("questions")),
        language=_language(row.get("lang")),
        topic=_topic(row.get("topic")),
        updated=_updated(row.get("updated")),
    )


def _id(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or not value.strip():
        raise ValueError('"id" is missing or neither text nor a whole number')
    return value.strip()


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f'"{name}" is missing, empty or not text')
    # Half a character, as JSON can carry, can be neither stored nor shown.
    return value.encode("utf-8", "replace").decode("utf-8")


def _questions(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError('"questions" must be a list of texts')
    return tuple(item for item in value if item.strip())


def _language(value: Any) -> str | None:
    if value in (None, ""):
        return None
    code = language_code(value) if isinstance(value, str) else None
    if code is None:
        raise ValueError('"lang" must be a language code such as "en" or "pt-BR"')
    return code


def _topic(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError('"topic" must be text')
    return value.strip()


def _updated(value: Any) -> date | None:
    if value is None:
        return None
    try:
        # The day of a time is enough.
        return date.fromisoformat(value[:10])
    except (TypeError, ValueError):
        raise ValueError('"updated" must be a date such as "2026-11-10"') from None
