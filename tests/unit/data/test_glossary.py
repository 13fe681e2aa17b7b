"""The glossary: two columns with something in each, no expression twice."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

GLOSSARY = Path(__file__).parents[3] / "data" / "glossary"
LANGUAGES = ("es", "pt", "ru", "tr", "vi")


def rows(language: str) -> list[list[str]]:
    text = (GLOSSARY / f"{language}.tsv").read_text("utf-8")
    return [line.split("\t") for line in text.splitlines()]


def test_there_is_a_file_for_each_language_and_no_other() -> None:
    assert sorted(path.stem for path in GLOSSARY.glob("*.tsv")) == sorted(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_has_an_expression_and_its_meaning(language: str) -> None:
    assert rows(language)
    bad = [
        f"{number}: {row}"
        for number, row in enumerate(rows(language), start=1)
        if len(row) != 2 or any(column != column.strip() or not column for column in row)
    ]
    assert bad == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_expression_stands_twice(language: str) -> None:
    counts = Counter(row[0].casefold() for row in rows(language))
    assert [expression for expression, count in counts.items() if count > 1] == []
