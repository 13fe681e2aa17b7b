"""What is kept between turns, in slots that Rasa can store."""

from __future__ import annotations

import json

import pytest

from actions.memory import SLOTS, Memory
from knowledge.gate import Decision, Kind, Option
from knowledge.guided import Progress
from knowledge.turn import Turn
from knowledge.understanding import Understanding

KNOWN = Understanding("x", "en", "fee", 0.9, 0.9)


def turn(kind: Kind, **values: object) -> Turn:
    return Turn(Decision(kind, "r", "fee", "withdraw_limits_fees", **values), KNOWN)  # type: ignore[arg-type]  # tests only


def slots(memory: Memory) -> dict[str, object]:
    return {event["name"]: event["value"] for event in memory.events({})}


def test_it_is_the_same_after_a_round_through_the_slots() -> None:
    memory = Memory(
        1,
        (Option("A", article="a"), Option("B", intent="b")),
        "a",
        "t",
        "ETH",
        "SOL",
        check=Progress(
            "deposit", "asset", {"explorer": "pending"}, {"amount": 3.0}, 1, paused=True
        ),
        asked="a",
        tried=("b",),
    )
    assert Memory.read(json.loads(json.dumps(slots(memory))), {}) == memory
    assert set(slots(memory)) == set(SLOTS)


def test_only_what_changed_is_written() -> None:
    memory = Memory(1, (), "fees", "t", "ETH", None)
    kept = {"clarifications": 1.0, "last_article": "fees", "asset": "BTC", "network": "SOL"}
    changed = {event["name"]: event["value"] for event in memory.events(kept)}
    assert changed == {"last_topic": "t", "asset": "ETH", "network": None}


@pytest.mark.parametrize(
    "bad",
    [{}, {"clarifications": "x", "pending_options": "y"}, {"pending_options": [{"label": "l"}]}],
)
def test_slots_of_any_kind_are_survived(bad: dict[str, object]) -> None:
    assert Memory.read(bad, {}) == Memory()


def test_the_servers_count_wins_over_a_lost_session() -> None:
    assert Memory.read({}, {"context": {"clarifications": 1}}).clarifications == 1
    assert Memory.read({"clarifications": 1}, {"context": None}).clarifications == 1


def test_a_question_keeps_what_was_spoken_of() -> None:
    before = Memory(last_article="fees", asset="ETH")
    asked = before.after(turn(Kind.CLARIFY, options=(Option("A", article="a"),)))
    assert (asked.clarifications, asked.last_article, asked.asset) == (1, "fees", "ETH")
    assert asked.pending == (Option("A", article="a"),)


def test_a_missing_fact_is_asked_about_its_article() -> None:
    asked = Memory().after(turn(Kind.CLARIFY, article="fees", missing="asset"))
    assert asked.last_article == "fees"


def test_a_handoff_starts_afresh() -> None:
    after = Memory(1, (Option("A", article="a"),), "fees").after(turn(Kind.HANDOFF))
    assert (after.clarifications, after.pending, after.last_article) == (0, (), None)


def test_a_network_named_for_another_coin_is_forgotten() -> None:
    memory = Memory(last_topic="withdraw_limits_fees", asset="USDT", network="TRC20")
    other = Turn(turn(Kind.ANSWER).decision, KNOWN, asset="ETH")
    assert memory.specified(other).network is None
    assert memory.specified(turn(Kind.ANSWER)).network == "TRC20"


def test_nothing_is_carried_into_another_topic() -> None:
    memory = Memory(last_topic="savings_earn", asset="USDT")
    assert memory.specified(turn(Kind.ANSWER)).asset is None
