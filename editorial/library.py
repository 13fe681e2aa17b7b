"""The folder of articles as the console reads it: parsed once, and again when a file changes."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge.articles import Article, parse_article
from knowledge.errors import ArticlesInvalidError

_FILE = re.compile(r"(?P<article>[a-z0-9-]+)\.(?P<language>[a-z]{2})\.md")

Key = tuple[str, str]


@dataclass(frozen=True)
class File:
    """One article's file: its text, and the article that it holds, None where it is not valid."""

    path: Path
    text: str
    article: Article | None


class Library:
    """Every file of the folder by article id and language. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        """Reads nothing yet."""
        self.folder = folder
        self._known: dict[Path, tuple[tuple[int, int], Key, File]] = {}
        self._lock = threading.Lock()

    def files(self) -> Mapping[Key, File]:
        """All files; only those that changed since the last call are read."""
        with self._lock:
            seen: dict[Path, tuple[tuple[int, int], Key, File]] = {}
            for path in sorted(self.folder.rglob("*.md")):
                name = _FILE.fullmatch(path.name)
                if name is None:
                    continue
                try:
                    state = path.stat()
                    stamp = (state.st_mtime_ns, state.st_size)
                    known = self._known.get(path)
                    if known is None or known[0] != stamp:
                        key = (name["article"], name["language"])
                        known = (stamp, key, _read(path, key))
                except (OSError, UnicodeDecodeError):
                    # Gone since it was listed, or no text: the next build says so.
                    continue
                seen[path] = known
            self._known = seen
            return {key: file for _, key, file in seen.values()}

    def text(self, article: str, language: str) -> str | None:
        """The text of one file; None where there is none."""
        file = self.files().get((article, language))
        return file.text if file else None


def _read(path: Path, key: Key) -> File:
    text = path.read_text(encoding="utf-8")
    try:
        article = parse_article(text, *key, source=path.name)
    except ArticlesInvalidError:
        article = None
    return File(path, text, article)
