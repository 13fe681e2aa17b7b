"""Phrasings in languages that an article is not written in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from knowledge.base import KnowledgeBase
from knowledge.checks import check
from knowledge.errors import ArticlesInvalidError, ChecksFailedError
from knowledge.facts import FactGroup
from knowledge.intents import Intents
from knowledge.passages import Kind, Passage
from knowledge.publish import Sources, publish
from knowledge.testing import WordEncoder, make_article
from knowledge.translated import load_translated

TODAY = date(2026, 12, 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "phrasings"


def write(folder: Path, text: str, language: str = "es") -> Path:
    path = folder / language / "withdrawals.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_phrasings_are_read_by_language_and_article(folder: Path) -> None:
    write(folder, "fees:\n  - cuanto cobran\n  - ' la comision '\n")
    write(folder, "fees:\n  - komisyon\n", "tr")
    assert load_translated(folder) == [
        Passage("fees", "es", Kind.QUESTION, "cuanto cobran"),
        Passage("fees", "es", Kind.QUESTION, "la comision"),
        Passage("fees", "tr", Kind.QUESTION, "komisyon"),
    ]
    assert load_translated(None) == load_translated(folder / "absent") == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("fees:\n  - a\nlimits:\n  - no\n", ":3: `limits`: quote phrasings that YAML reads"),
        ("fees:\n", ":1: `fees` needs a list"),
        ("- fees\n", ":1: phrasings stand below the id"),
        ("fees: [\n", "cannot be read as YAML"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_its_line(
    folder: Path, text: str, said: str
) -> None:
    path = write(folder, text)
    with pytest.raises(ArticlesInvalidError) as error:
        load_translated(folder)
    [problem] = error.value.problems
    assert problem.startswith(str(path))
    assert said in problem


def test_a_folder_that_is_no_language_is_refused(folder: Path) -> None:
    write(folder, "fees:\n  - a\n", "spanish")
    with pytest.raises(ArticlesInvalidError, match="no language"):
        load_translated(folder)


def test_one_phrasing_leads_to_one_article_that_exists() -> None:
    spanish = make_article("limits", language="es", questions=("¿cuánto puedo sacar?",))
    articles = [make_article("fees"), make_article("limits"), spanish]
    translated = [
        Passage("fees", "es", Kind.QUESTION, "Cuanto puedo sacar"),
        Passage("fees", "tr", Kind.QUESTION, "Cuanto puedo sacar"),
        Passage("gone", "es", Kind.QUESTION, "adios"),
    ]
    report = check(
        articles, FactGroup({}), Intents({}), today=TODAY, translated=translated, withdrawn=()
    )
    found = [problem for problem in report.errors if "knowledge/phrasings" in problem]
    assert found == [
        "knowledge/phrasings/es: fees: the phrasing 'Cuanto puedo sacar' is also one of limits",
        "knowledge/phrasings/es: the article gone does not exist",
    ]


def test_an_english_article_is_found_by_them_in_their_language(
    folder: Path, tmp_path: Path, write_article
) -> None:  # type: ignore[no-untyped-def]
    write_article()
    limits = write_article("limits", replace=("how much does it cost to withdraw", "at most"))
    limits.write_text(limits.read_text().replace("Withdrawal fees", "Limits"))
    write_article("limits", language="es", replace=("how much does it cost to withdraw", "tope"))
    (tmp_path / "facts.yml").write_text("fee: 2\n")
    (tmp_path / "intents.yml").write_text(
        "withdraw_fee: {topic: withdraw_limits_fees, handling: answer, label: Fees}\n"
    )
    sources = Sources(tmp_path / "articles", tmp_path / "facts.yml", tmp_path / "intents.yml")
    write(folder, "withdrawal-fees:\n  - cuanto cobran por sacar\n")
    root = tmp_path / "index"

    def published(sources: Sources) -> KnowledgeBase:
        publish(root, sources, WordEncoder(), WordEncoder.hash, today=TODAY)
        return KnowledgeBase.open(root / "current", WordEncoder(), WordEncoder.hash)

    base = published(replace(sources, phrasings=folder))
    best = base.searcher("es").search("cuanto cobran por sacar")[0]
    assert (best.article, best.exact) == ("withdrawal-fees", True)
    article = base.article(best.article, "es")
    assert article is not None
    assert article.language == "en"
    assert base.searcher("en").known_words("cuanto cobran") == 0

    write(folder, "limits:\n  - cuanto cobran\nnowhere:\n  - nada\n")
    with pytest.raises(ChecksFailedError, match="nowhere does not exist"):
        published(replace(sources, phrasings=folder))
