"""The table of intents is read strictly."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.errors import IntentsError
from knowledge.gate import COMMON
from knowledge.intents import Handling, Intents
from knowledge.person import DANGER, REASONS

REPOSITORY = Path(__file__).parents[3]
ROW = {"topic": "t", "handling": "answer", "label": "L"}


def test_a_row_has_defaults_for_what_is_seldom_said() -> None:
    row = Intents.from_plain({"a": ROW})["a"]
    assert row.handling is Handling.ANSWER
    assert (row.needs_human, row.priority, row.team, row.articles) == (
        False,
        "normal",
        "general",
        (),
    )


def test_the_table_survives_being_stored() -> None:
    table = Intents.from_plain({"a": ROW | {"articles": ["x"], "needs_human": True}})
    assert Intents.from_plain(table.plain())["a"] == table["a"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"handling": "answre"}, r"a\.handling: is answre; it must be one of"),
        ({"colour": "red"}, r"a\.colour: is not known"),
        ({"priority": "soon"}, r"a\.priority"),
        ({"team": "nobody"}, r"a\.team"),
        ({"label": None}, r"a\.label"),
        ({"needs_human": "yes"}, r"a\.needs_human"),
        ({"articles": "x"}, r"a\.articles"),
    ],
)
def test_a_mistake_names_intent_and_field(change: dict[str, object], says: str) -> None:
    with pytest.raises(IntentsError, match=says):
        Intents.from_plain({"a": ROW | change})


def test_an_unknown_intent_has_a_topic_all_the_same() -> None:
    assert Intents.from_plain({"a": ROW}).topic("b") == "oos_general"


def test_our_table_holds_every_intent_that_the_gate_names() -> None:
    table = Intents.load(REPOSITORY / "data" / "intents.yml")
    assert set(DANGER) | set(REASONS) | set(COMMON) <= set(table)
    for name in REASONS:
        assert table[name].handling is Handling.HANDOFF
        assert table[name].needs_human


def test_every_handoff_of_our_table_has_a_reason() -> None:
    table = Intents.load(REPOSITORY / "data" / "intents.yml")
    assert {row.name for row in table.with_handling(Handling.HANDOFF)} == set(REASONS)


def test_an_unreadable_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(IntentsError, match="cannot be read"):
        Intents.load(tmp_path / "intents.yml")
    (tmp_path / "intents.yml").write_text("- a")
    with pytest.raises(IntentsError, match="one row per intent"):
        Intents.load(tmp_path / "intents.yml")
