"""Foreign corpora: another help centre's articles, read into ours; one reader per format.

    FILE.jsonl   one article per line (knowledge/corpora/json_lines.py)
    FOLDER       Markdown files (markdown_files.py), pages of HTML (html_pages.py), or both

Their articles have no intents, and a topic in their own words. What is built of them is told in
knowledge/corpora/building.py.
"""

from __future__ import annotations

from pathlib import Path

from knowledge.articles import Article
from knowledge.corpora import html_pages, json_lines, markdown_files
from knowledge.corpora.entries import articles_of
from knowledge.errors import ArticlesInvalidError

LINES = (".jsonl", ".ndjson", ".json")


def read_corpus(path: Path, *, language: str | None = None) -> list[Article]:
    """The articles of a file or folder, in its order; `language` is that of articles that do not
    say theirs (otherwise it is told from their text).

    Raises:
        ArticlesInvalidError: nothing can be read, or some of it; every problem names its place.
    """
    if path.is_dir():
        pages = html_pages.read(path)
        entries = [*markdown_files.read(path), *pages]
        if not entries:
            raise ArticlesInvalidError(
                [f"{path}: the folder holds no .md, .markdown, .html or .htm file with a text"]
            )
    elif path.is_file() and path.suffix.lower() in LINES:
        entries = json_lines.read(path)
    elif path.exists():
        problem = "give a .jsonl file, one article per line, or a folder of .md or .html files"
        raise ArticlesInvalidError([f"{path}: {problem}"])
    else:
        raise ArticlesInvalidError([f"{path}: there is no such file or folder"])
    return articles_of(entries, language=language)
