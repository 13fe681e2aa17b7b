"""What a check found, as an editor reads it: the article, the line, and what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

# `.../fees.en.md:12: text`, `fees.en.md (revision 3): text`
_PLACE = re.compile(
    r"(?P<source>[^\n]*?(?P<article>[a-z0-9-]+)\.(?P<language>[a-z]{2})\.md(?: \(revision \d+\))?)"
    r"(?::(?P<line>\d+))?: (?P<message>.*)",
    re.DOTALL,
)
# The table of intents and the regression set name an article inside their message.
_NAMED = re.compile(r"\bthe article (?P<article>[a-z0-9-]+)")
_FOLDERS = re.compile(r"\S*/(?=[^/\s]+(?::\d+)?: )")
_FILLED = re.compile(r"The article \S+(?: \((?P<given>[^)]*)\))? cannot be filled: ")
# Words of a message that stand in the article itself, best first.
_QUOTED = re.compile(r"'([^']+)'|\"([^\"]+)\"|`([^`]+)`")
_FACT = re.compile(r"\bfacts\.([a-z0-9_.]+)", re.IGNORECASE)
_SUBJECT = re.compile(r"\b(?:follow-up|choice|topic|intent|guide|tree) ([a-z0-9_-]+)")
_LINE = re.compile(r"\bline (\d+)")


@dataclass(frozen=True)
class Finding:
    """One thing that a check found; `line` counts from 1 in the article's whole text. An error
    stops the publication, a warning does not.
    """

    message: str
    article: str | None = None
    language: str | None = None
    line: int | None = None
    severity: str = "error"

    def as_json(self) -> dict[str, Any]:
        """The finding as the console reads it."""
        return {
            "severity": self.severity,
            "article": self.article,
            "language": self.language,
            "line": self.line,
            "message": self.message,
        }


def read_finding(
    problem: str,
    text_of: Callable[[str, str], str | None] = lambda article, language: None,
    *,
    severity: str = "error",
) -> Finding:
    """A problem, as the checks of the knowledge base word it, taken apart.

    Args:
        text_of: the text of an article (id, language), to find the line that a problem without one
            is about; None where it is not known.
    """
    found = _PLACE.fullmatch(problem)
    if found is None:
        named = _NAMED.search(problem)
        # Where files lie on the server is not an editor's matter.
        message = _FOLDERS.sub("", problem, count=1)
        return Finding(message, named["article"] if named else None, severity=severity)
    article, language, message = found["article"], found["language"], found["message"].strip()
    line = int(found["line"]) if found["line"] else None
    if line is None:
        text = text_of(article, language)
        line = locate(message, text) if text is not None else None
    return Finding(_FILLED.sub(_given, message), article, language, line, severity)


def locate(message: str, text: str) -> int | None:
    """The first line of an article that holds what the message is about, counted from 1."""
    lines = text.split("\n")
    for word in _words(message):
        for number, line in enumerate(lines, 1):
            if word in line:
                return number
    inside = _LINE.search(message)
    if inside is not None:
        # Jinja counts from the first line of the body.
        ends = [number for number, line in enumerate(lines) if line.strip() == "---"]
        if len(ends) > 1:
            return min(ends[1] + 1 + int(inside[1]), len(lines))
    return None


def _given(match: re.Match[str]) -> str:
    """For which coin a text cannot be filled; UNKNOWN stands for one that is not listed."""
    given = (match["given"] or "").replace("UNKNOWN", "that is not listed")
    return f"It cannot be filled for {given}: " if given else "It cannot be filled: "


def _words(message: str) -> Iterator[str]:
    for groups in _QUOTED.findall(message):
        yield from (word for word in groups if word.strip())
    for path in _FACT.findall(message):
        parts = path.rstrip(".").split(".")
        # The whole name seldom stands in the text: a template reaches a fact by parts.
        yield from (".".join(parts[start:]) for start in range(len(parts)))
        yield from ("facts." + ".".join(parts[:end]) for end in range(len(parts) - 1, 0, -1))
    yield from _SUBJECT.findall(message)
