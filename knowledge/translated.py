"""How customers ask, in languages that an article is not written in yet.

`knowledge/phrasings/<language>/<topic>.yml` holds phrasings by article id. Whoever writes Turkish
then finds the English article by Turkish words, and reads it with a note that it is in English. An
article that is written in a language has its phrasings of that language in its own file.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from knowledge.errors import ArticlesInvalidError
from knowledge.passages import Kind, Passage
from knowledge.yaml_reading import read_marked

_LANGUAGE = re.compile(r"[a-z]{2}")


def load_translated(folder: Path | None) -> list[Passage]:
    """Every phrasing below `folder`, in the order of the files; none where there is no folder.

    Raises:
        ArticlesInvalidError: with every problem found, each with file and line.
    """
    found: list[Passage] = []
    problems: list[str] = []
    for path in sorted(folder.glob("*/*.yml")) if folder is not None else ():
        try:
            content, node = read_marked(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            problems.append(f"{path}: the file cannot be read as YAML ({error})")
            continue
        lines = _lines(node)
        wrong = [f"{path}:{line}: {problem}" for line, problem in _problems(content, lines, path)]
        problems.extend(wrong)
        if not wrong:
            language = path.parent.name
            found.extend(
                Passage(article, language, Kind.QUESTION, text.strip())
                for article, texts in content.items()
                for text in texts
            )
    if problems:
        raise ArticlesInvalidError(problems)
    return found


def of_articles(translated: Sequence[Passage], published: Collection[str]) -> list[Passage]:
    """The phrasings of these articles (ids): what is withheld or withdrawn is not found by them."""
    return [passage for passage in translated if passage.article in published]


def _lines(node: yaml.Node | None) -> dict[str, int]:
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {str(key.value): key.start_mark.line + 1 for key, _ in node.value}


def _problems(content: Any, lines: dict[str, int], path: Path) -> Iterator[tuple[int, str]]:
    if not _LANGUAGE.fullmatch(path.parent.name):
        yield 1, f"the folder {path.parent.name} is no language; name it by two letters"
    if not isinstance(content, dict):
        yield 1, "phrasings stand below the id of their article: `article-id:`, then a list"
        return
    for article, texts in content.items():
        line = lines.get(str(article), 1)
        if not isinstance(texts, list) or not texts:
            yield line, f"`{article}` needs a list of phrasings"
        elif not all(isinstance(text, str) and text.strip() for text in texts):
            yield line, f"`{article}`: quote phrasings that YAML reads as something else"
