"""The folder of articles is read once, and a changed file again."""

from __future__ import annotations

import os
from pathlib import Path

from editorial.library import Library

ARTICLE = """---
id: fees
title: {title}
topic: t
intents: [i]
questions: [q]
owner: general
updated: 2026-01-01
review_by: 2027-01-01
---
Text.
"""


def write(folder: Path, title: str, *, at: int) -> Path:
    path = folder / "t" / "fees.en.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(ARTICLE.format(title=title))
    os.utime(path, ns=(at, at))
    return path


def test_a_changed_file_is_read_again_and_another_is_not(tmp_path: Path) -> None:
    library = Library(tmp_path)
    path = write(tmp_path, "One", at=1)
    first = library.files()["fees", "en"]
    assert first.article is not None
    assert first.article.title == "One"
    assert library.files()["fees", "en"] is first
    write(tmp_path, "Two", at=2)
    assert "title: Two" in (library.text("fees", "en") or "")
    path.unlink()
    assert library.files() == {}


def test_a_file_that_is_no_valid_article_is_kept_as_text(tmp_path: Path) -> None:
    (tmp_path / "broken.es.md").write_text("no front matter")
    (tmp_path / "README.md").write_text("not an article")
    files = Library(tmp_path).files()
    assert list(files) == [("broken", "es")]
    assert files["broken", "es"].article is None
