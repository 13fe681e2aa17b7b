"""The words of the facts have a wording in every language, and who forgets one is told which."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.errors import FactsError
from knowledge.facts import load_facts
from knowledge.terms import LANGUAGES, load_terms

FULL = "Basic: {es: Básico, pt: Básico, ru: Базовый, tr: Temel, vi: Cơ bản}\n"


def write(folder: Path, terms: str | None, facts: str = "level: Basic\n") -> Path:
    path = folder / "facts.yml"
    path.write_text(facts, encoding="utf-8")
    if terms is not None:
        (folder / "terms.yml").write_text(terms, encoding="utf-8")
    return path


def test_a_term_has_its_wording_by_language(tmp_path: Path) -> None:
    assert load_terms(write(tmp_path, FULL))["Basic"]["ru"] == "Базовый"


def test_one_text_holds_for_every_language(tmp_path: Path) -> None:
    assert load_terms(write(tmp_path, "PIX: PIX\n")) == {"PIX": dict.fromkeys(LANGUAGES, "PIX")}


def test_without_the_file_there_are_no_terms(tmp_path: Path) -> None:
    assert load_terms(write(tmp_path, None)) == {}


def test_the_facts_carry_the_terms(tmp_path: Path) -> None:
    facts = load_facts(write(tmp_path, FULL))
    assert facts.terms["Basic"]["tr"] == "Temel"
    assert facts.level == "Basic"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Basic: {es: Básico, pt: Básico, tr: Temel}", "Basic: no wording in ru, vi"),
        ("Basic: {es: '', pt: a, ru: a, tr: a, vi: }", "Basic: no wording in es, vi"),
        (FULL.replace("}", ", xx: y}"), "Basic: xx is none of es"),
        ("Basic: [a]", "Basic: write one text"),
        ("24: always", "24 is not text"),
        ("- Basic", "must hold terms"),
        ("a: [", "cannot be read"),
    ],
)
def test_a_mistake_names_the_term(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(FactsError, match=says):
        load_facts(write(tmp_path, text))


def test_terms_have_no_place_among_the_facts(tmp_path: Path) -> None:
    with pytest.raises(FactsError, match=r"facts\.terms: the terms belong into terms\.yml"):
        load_facts(write(tmp_path, None, "terms: {a: b}\n"))
