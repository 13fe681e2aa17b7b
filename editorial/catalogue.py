"""Every article in every language as an editor finds it: file, revisions, and what is live."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from editorial.library import File
from editorial.revisions import Revision
from knowledge.articles import Article, Hindrance, parse_article
from knowledge.errors import ArticlesInvalidError

# How long before its review date an article counts as due.
REVIEW_SOON_DAYS = 30

_TITLE = re.compile(r"^title:[ \t]*(.+?)[ \t]*$", re.MULTILINE)

Key = tuple[str, str]


@dataclass(frozen=True)
class Entry:
    """One article in one language.

    `live` is the revision that counts, None where it is the file or nothing; `newest` is the latest
    one, which may be a draft beyond it.
    """

    article: str
    language: str
    file: File | None
    live: Revision | None
    newest: Revision | None

    @property
    def live_text(self) -> str | None:
        """What is published; None where nothing is."""
        if self.live is not None:
            return None if self.live.withdraws else self.live.source
        return self.file.text if self.file else None

    @property
    def text(self) -> str:
        """What an editor begins with: the newest text there is."""
        if self.newest is not None:
            return self.newest.source
        return self.file.text if self.file else ""

    @property
    def base(self) -> int:
        """The number that a save must name."""
        return self.newest.number if self.newest else 0

    @property
    def changed(self) -> bool:
        """Whether there is a draft that says something else than what is live."""
        newest, live = self.newest, self.live
        if newest is None or newest.withdraws or newest.state == "withdrawn":
            return False
        if live is not None and newest.number <= live.number:
            return False
        return newest.source != self.live_text

    def state(self, today: date) -> str:
        """`live`, `withheld` (published, but `hindrance` keeps it from customers), `withdrawn`, or
        `draft` (never published).
        """
        if self.live_text is None:
            return "withdrawn" if self.live is not None else "draft"
        return "live" if self.hindrance(today) is None else "withheld"

    def hindrance(self, today: date) -> Hindrance | None:
        """What keeps the published text from customers; None where they get it or nothing is."""
        article = None if self.live_text is None else self.parsed(self.live_text)
        return None if article is None else article.hindrance(today)

    def parsed(self, text: str) -> Article | None:
        """The article of a text; None where it is not valid."""
        if self.file is not None and text == self.file.text:
            return self.file.article
        try:
            return parse_article(text, self.article, self.language, source=self.article)
        except ArticlesInvalidError:
            return None

    def as_json(self, today: date) -> dict[str, Any]:
        """The row of the list."""
        shown = self.parsed(self.text)
        title = _TITLE.search(self.text)
        due = None if shown is None else (shown.review_by - today).days
        return {
            "id": self.article,
            "language": self.language,
            "title": shown.title if shown else (title[1].strip("\"'") if title else self.article),
            "topic": shown.topic if shown else None,
            "owner": shown.owner if shown else None,
            "updated": shown.updated.isoformat() if shown else None,
            "review_by": shown.review_by.isoformat() if shown else None,
            "review": None
            if due is None
            else ("overdue" if due < 0 else "soon" if due <= REVIEW_SOON_DAYS else "later"),
            "audience": shown.audience if shown else None,
            "jurisdiction": list(shown.jurisdiction) if shown else [],
            "state": self.state(today),
            "hindrance": self.hindrance(today),
            "changed": self.changed,
            "in_file": self.file is not None,
            "live_revision": self.live.number if self.live else 0,
            "base": self.base,
            "author": self.newest.author if self.newest else None,
            "at": self.newest.created_at.isoformat() if self.newest else None,
        }


def catalogue(
    files: Mapping[Key, File], newest: Iterable[Revision], live: Iterable[Revision]
) -> dict[Key, Entry]:
    """Every article by id and language.

    Args:
        newest: the newest revision of each article that has one.
        live: the revisions that count now.
    """
    latest = {(revision.article, revision.language): revision for revision in newest}
    counting = {(revision.article, revision.language): revision for revision in live}
    return {
        key: Entry(*key, files.get(key), counting.get(key), latest.get(key))
        for key in sorted({*files, *latest})
    }
