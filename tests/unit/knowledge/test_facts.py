"""Facts are read once and looked up by their dotted place."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from knowledge.errors import FactsError
from knowledge.facts import FactGroup, load_facts


def test_a_fact_is_reached_by_attribute_and_by_key() -> None:
    facts = FactGroup({"fees": {"USDT": {"TRC20": 1}}, "list": [{"a": 1}]})
    assert facts.fees.USDT.TRC20 == 1
    assert facts["fees"]["USDT"]["TRC20"] == 1
    assert "USDT" in facts.fees
    assert "XYZ" not in facts.fees
    assert facts.list[0].a == 1


def test_a_missing_fact_names_its_whole_place() -> None:
    with pytest.raises(AttributeError, match=r"facts\.fees\.XYZ"):
        _ = FactGroup({"fees": {}}).fees.XYZ


def test_facts_can_be_stored_and_copied() -> None:
    plain = {"a": {"b": [1, {"c": 2}]}}
    facts = FactGroup(plain)
    assert facts.plain() == plain
    assert pickle.loads(pickle.dumps(facts)).plain() == plain


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("no: {a: 1}", "is not text"),
        ("group: {items: 1}", r"facts\.group\.items: this name is reserved"),
        ("- a\n- b", "must hold groups"),
        ("a: [", "not valid YAML"),
    ],
)
def test_a_key_that_no_article_could_name_is_refused(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "facts.yml"
    path.write_text(text)
    with pytest.raises(FactsError, match=says):
        load_facts(path)


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FactsError, match="cannot be read"):
        load_facts(tmp_path / "facts.yml")
