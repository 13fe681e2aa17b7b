"""Articles of a folder of Markdown files, with or without front matter.

The title is that of the front matter, else the first heading, else the file's name in words. The
id is that of the front matter, else the file's path; the topic is that of the front matter, else
the folder that the file lies in. `guide.pt-BR.md` and `pt-BR/guide.md` are in Portuguese.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from knowledge.corpora.entries import Entry, language_code, refuse
from knowledge.corpora.places import Place

SUFFIXES = (".md", ".markdown")
# What belongs to a folder of files rather than to its readers.
PASSED_OVER = frozenset({"readme", "changelog", "license", "contributing"})

_FRONT = re.compile(
    r"\A---[ \t]*\n(?P<front>.*?)^(?:---|\.\.\.)[ \t]*$\n?", re.DOTALL | re.MULTILINE
)
_TITLE = re.compile(r"\A\s*#\s+(?P<title>.+?)\s*#*\s*$", re.MULTILINE)
_UNDERLINED = re.compile(r"\A\s*(?P<title>[^\n]+)\n=+[ \t]*$", re.MULTILINE)
_HEADING = re.compile(r"^#{1,6}\s+(?P<title>.+?)\s*#*\s*$", re.MULTILINE)
_CODE = re.compile(r"(^(?:```|~~~).*?^(?:```|~~~)[ \t]*$|`[^`\n]+`)", re.DOTALL | re.MULTILINE)
_COMMENT = re.compile(r"<!--(?!more-->).*?-->", re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
# Tags that Markdown files mix in for their looks; our pages show no raw HTML.
_TAG = re.compile(
    r"</?(?:p|div|span|details|summary|center|img|a|sup|sub|kbd|b|i|u|strong|em|small|section|figure)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_NAMED = {"lang": ("lang", "language", "locale"), "topic": ("topic", "category", "section")}


def read(folder: Path) -> list[Entry]:
    """The articles of all Markdown files below `folder`, in order of their paths.

    Raises:
        ArticlesInvalidError: a file cannot be read, has no text, or its front matter is no YAML.
    """
    entries, problems = [], []
    for path in sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES):
        inside = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in inside.parts)
        if hidden or path.stem.lower() in PASSED_OVER or not path.is_file():
            continue
        try:
            entries.append(_entry(path, inside))
        except ValueError as error:
            problems.append(f"{path}: {error}")
    refuse(problems)
    return entries


def _entry(path: Path, inside: Path) -> Entry:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"cannot be read as UTF-8 text ({error})") from error
    front, body = _split(text)
    title, body = _titled(front, body, inside)
    if not body.strip():
        raise ValueError("the article has no text")
    named = Place.of(inside)
    language = _first(front, "lang")
    return Entry(
        place=str(path),
        id=_plain(front.get("id")) or _plain(front.get("slug")) or named.id,
        title=title,
        text=_without_html(body),
        questions=_questions(front),
        language=language_code(language) if language else named.language,
        topic=_first(front, "topic") or named.topic,
        updated=_date(front.get("updated") or front.get("date")),
    )


def _split(text: str) -> tuple[Mapping[str, Any], str]:
    text = text.replace("\r\n", "\n")
    found = _FRONT.match(text)
    if found is None:
        return {}, text
    try:
        front = yaml.safe_load(found["front"])
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 2
        raise ValueError(f"line {line}: the front matter is not valid YAML") from error
    if not isinstance(front, dict):
        # A line between two rules, not front matter.
        return {}, text
    return front, text[found.end() :]


def _titled(front: Mapping[str, Any], body: str, inside: Path) -> tuple[str, str]:
    """The title, and the text without the heading that holds it."""
    heading = _TITLE.match(body) or _UNDERLINED.match(body)
    title = _plain(front.get("title"))
    if heading is not None and (not title or heading["title"].casefold() == title.casefold()):
        return title or _unmarked(heading["title"]), body[heading.end() :]
    if title:
        return title, body
    other = _HEADING.search(body)
    return (_unmarked(other["title"]) if other else Place.of(inside).title), body


def _without_html(body: str) -> str:
    """The text without comments and tags, except in code, where they are meant."""
    pieces = _CODE.split(body)
    for number in range(0, len(pieces), 2):
        pieces[number] = _TAG.sub("", _BREAK.sub("\n", _COMMENT.sub("", pieces[number])))
    return "".join(pieces)


def _unmarked(heading: str) -> str:
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    return re.sub(r"\s*\{#[^}]*\}|[*`]+", "", text).strip()


def _first(front: Mapping[str, Any], name: str) -> str:
    return next((text for key in _NAMED[name] if (text := _plain(front.get(key)))), "")


def _questions(front: Mapping[str, Any]) -> tuple[str, ...]:
    value = front.get("questions") or ()
    if not isinstance(value, list | tuple):
        raise ValueError("`questions` must be a list of texts")
    return tuple(text for item in value if (text := _plain(item)))


def _plain(value: Any) -> str:
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _date(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None
