"""The fast parser reads what the other one reads, and names lines."""

from __future__ import annotations

import pytest
import yaml

from knowledge.yaml_reading import read_marked, read_yaml

TEXT = """# a comment
title: "Fees: what they are"
updated: 2026-11-10
questions:
  - ¿cuánto cuesta?
  - 'it''s free'
choices: {question: "?", options: [{label: A, article: a}]}
"""


def test_both_parsers_build_the_same_values() -> None:
    assert read_yaml(TEXT) == yaml.safe_load(TEXT)
    assert read_yaml("") is None


def test_the_line_of_each_key_is_known() -> None:
    _, node = read_marked(TEXT)
    assert isinstance(node, yaml.MappingNode)
    assert [key.start_mark.line for key, _ in node.value] == [1, 2, 3, 6]


def test_what_is_no_yaml_and_what_would_run_code_is_refused() -> None:
    with pytest.raises(yaml.YAMLError):
        read_yaml("a: [1")
    with pytest.raises(yaml.YAMLError):
        read_yaml("!!python/object/apply:os.system ['true']")
