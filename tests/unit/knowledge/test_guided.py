"""A guided check under way: nothing known is asked, and every answer finds its way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from knowledge.facts import load_facts
from knowledge.guided import Progress, Step, advance, answered, named, offered, read
from knowledge.trees import Question, load_trees
from knowledge.understanding import Entity, Understanding

ROOT = Path(__file__).parents[3]
FACTS = load_facts(ROOT / "knowledge" / "facts.yml")
TREES = {tree.id: tree for tree in load_trees(ROOT / "knowledge" / "trees")}
DEPOSIT = TREES["deposit-not-credited"]
WITHDRAWAL = TREES["withdrawal-stuck"]
SECOND_FACTOR = TREES["lost-second-factor"]


def said(
    text: str, *entities: Entity, language: str = "en", intent: str = "deposit_not_credited"
) -> Understanding:
    return Understanding(text, language, intent, 0.9, 0.9, ((intent, 0.9),), tuple(entities))


def step(tree: Any = DEPOSIT, /, *answers: str, **known: Any) -> Step:
    """The step after these answers, given what was named."""
    found = advance(tree, Progress(tree.id).told(**known), FACTS)
    for answer in answers:
        found = answered(tree, found.progress, answer, FACTS)
    return found


def question(found: Step) -> Question:
    assert isinstance(found.node, Question)
    return found.node


def test_it_asks_one_question_after_the_other() -> None:
    assert step().node.id == "explorer"
    assert step(DEPOSIT, "on_its_way").node.id == "asset"
    assert step(DEPOSIT, "on_its_way", "USDT").node.id == "network"


def test_it_ends_with_the_numbers_of_the_coin_and_network() -> None:
    found = step(DEPOSIT, "on_its_way", "USDT", "TRC20")
    network = FACTS.networks.TRC20
    assert found.record() == {
        "tree": "deposit-not-credited",
        "node": "wait_confirmations",
        "outcome": "wait",
        "asked": 3,
        "answers": {"explorer": "on_its_way", "asset": "USDT", "network": "TRC20"},
        "wait": {"confirmations": network.confirmations, "minutes": network.minutes},
    }


def test_what_was_named_is_not_asked() -> None:
    found = step(DEPOSIT, "on_its_way", asset="USDT", network="TRC20")
    assert (found.node.id, found.progress.asked) == ("wait_confirmations", 1)


def test_a_coin_with_one_network_needs_no_question_for_it() -> None:
    found = step(DEPOSIT, "on_its_way", "BTC")
    assert found.progress.known["network"] == "BTC"
    assert found.wait["confirmations"] == FACTS.networks.BTC.confirmations


def test_an_amount_below_the_minimum_needs_no_question_either() -> None:
    found = step(DEPOSIT, "on_its_way", asset="USDT", network="ERC20", amount=1.0)
    assert found.node.id == "below_minimum"
    assert step(DEPOSIT, "on_its_way", asset="USDT", network="ERC20", amount=50.0).wait


@pytest.mark.parametrize(
    ("asset", "network", "node"),
    [("PEPE", None, "not_listed"), ("USDT", "ADA", "other_network"), ("USDT", "SOL", None)],
)
def test_what_we_do_not_take_goes_its_own_way(
    asset: str, network: str | None, node: str | None
) -> None:
    found = step(DEPOSIT, "on_its_way", asset=asset, network=network)
    assert found.node.id == (node or "wait_confirmations")


@pytest.mark.parametrize(
    ("hours", "node"), [(1, "wait_credit"), (23.5, "wait_credit"), (24, "missing"), (72, "missing")]
)
def test_for_how_long_is_held_against_the_facts(hours: float, node: str) -> None:
    found = step(DEPOSIT, "confirmed", "all_match", hours=hours, asset="BTC")
    assert found.node.id == node


def test_a_duration_in_minutes_is_compared_in_hours() -> None:
    assert step(WITHDRAWAL, "processing", hours=0.25).node.id == "wait_sending"
    assert step(WITHDRAWAL, "processing", hours=2).node.id == "wait_network"
    assert step(WITHDRAWAL, "processing", hours=48).node.id == "stuck"


def test_a_ticket_carries_its_fields_and_says_what_is_missing() -> None:
    found = step(
        DEPOSIT, "confirmed", "all_match", asset="USDT", hours=48.0, tx_hash="0x" + "ab" * 32
    )
    assert found.node.id == "missing"
    assert found.fields == {"asset": "USDT", "tx_hash": "0x" + "ab" * 32, "hours": 48.0}
    assert found.missing == ("network", "amount", "address")
    line = found.summary()
    assert line.startswith("guided check deposit not credited: missing · explorer: confirmed")
    assert "asset USDT" in line
    assert "0xabababab…abababab" in line
    assert "not given: network, amount, address" in line


def test_no_one_with_a_hash_is_offered_to_have_none() -> None:
    def ids(**known: Any) -> list[str]:
        found = step(**known)
        answers = offered(question(found), found.progress, FACTS)
        return [each.id for each in answers if not isinstance(each, str)]

    assert "no_hash" in ids()
    assert "no_hash" not in ids(tx_hash="0xab")


def test_the_networks_offered_are_those_of_the_coin() -> None:
    found = step(DEPOSIT, "on_its_way", "ETH")
    assert offered(question(found), found.progress, FACTS) == FACTS.assets.ETH.networks


@pytest.mark.parametrize(
    ("text", "language", "answer"),
    [
        ("Pending, or confirmations still missing", "en", "on_its_way"),
        ("it is still pending", "en", "on_its_way"),
        ("not confirmed yet", "en", "on_its_way"),
        ("the second one", "en", "confirmed"),
        ("2", "en", "confirmed"),
        ("success", "en", "confirmed"),
        ("it says failed", "en", "failed"),
        ("i dont know", "en", "where_to_look"),
        ("no txid", "en", "no_hash"),
        ("pendiente todavía", "es", "on_its_way"),
        ("falló", "es", "failed"),
        ("não sei", "pt", "where_to_look"),
        ("успешно", "ru", "confirmed"),
        ("не подтверждена", "ru", "on_its_way"),
        ("beklemede", "tr", "on_its_way"),
        ("başarısız", "tr", "failed"),
        ("thành công", "vi", "confirmed"),
        ("đang chờ", "vi", "on_its_way"),
        ("i talk to a person please", "en", None),
        ("what is the fee for a withdrawal of eth over arbitrum", "en", None),
        ("", "en", None),
    ],
)
def test_a_typed_answer_is_understood(text: str, language: str, answer: str | None) -> None:
    found = step()
    labels = {
        each.id: each.label[language] for each in question(found).answers if "{" not in each.label
    }
    got = read(question(found), said(text, language=language), labels, alone=False)
    assert got == answer


def test_two_answers_at_once_are_none() -> None:
    found = step()
    text = "one says success the other failed"
    assert read(question(found), said(text), {}, alone=False) is None


@pytest.mark.parametrize(
    ("text", "alone", "answer"),
    [
        ("TRC20", False, "TRC20"),
        ("it was trc20 i think", False, "TRC20"),
        ("what do you charge at most for a withdrawal of usdt over TRC20", False, None),
        ("i sent it this morning with the app of my other wallet over TRC20", True, "TRC20"),
    ],
)
def test_a_network_that_is_named_counts_unless_it_is_about_something_else(
    text: str, alone: bool, answer: str | None
) -> None:
    found = step(DEPOSIT, "on_its_way", "USDT")
    start = text.casefold().index("trc20")
    network = Entity("network", "TRC20", start, start + 5)
    assert read(question(found), said(text, network), {}, alone=alone) == answer


@pytest.mark.parametrize(("intent", "answer"), [("affirm", "have_code"), ("deny", "no_code")])
def test_a_plain_yes_or_no_is_an_answer_where_one_means_it(intent: str, answer: str) -> None:
    found = step(SECOND_FACTOR, "broken")
    assert read(question(found), said("mhm", intent=intent), {}, alone=True) == answer


def test_a_person_who_is_asked_for_is_no_answer() -> None:
    found = step()
    labels = {"on_its_way": "Pending"}
    assert read(question(found), said("a human please"), labels, alone=True) == "human_agent"


def test_what_a_message_names_is_kept_with_its_units() -> None:
    understood = said(
        "x",
        Entity("asset", "USDT"),
        Entity("amount", "120.5"),
        Entity("duration", 72.0),
        Entity("tx_hash", "0xab"),
    )
    assert named(understood) == {"asset": "USDT", "amount": 120.5, "hours": 72.0, "tx_hash": "0xab"}


def test_progress_survives_a_round_through_the_slots() -> None:
    progress = step(DEPOSIT, "on_its_way", "USDT", amount=5.0).progress
    assert Progress.read(progress.plain()) == progress


@pytest.mark.parametrize("odd", [None, 3, {}, {"tree": 1}, {"node": "x"}])
def test_what_is_no_progress_is_none(odd: Any) -> None:
    assert Progress.read(odd) is None


def test_an_answer_that_the_tree_no_longer_has_asks_again() -> None:
    found = answered(DEPOSIT, step().progress, "gone", FACTS)
    assert (found.node.id, found.progress.asked) == ("explorer", 0)


@pytest.mark.parametrize("tree", list(TREES.values()), ids=list(TREES))
def test_every_way_through_ends_within_four_questions(tree: Any) -> None:
    ends = set()
    waiting = [advance(tree, Progress(tree.id), FACTS)]
    while waiting:
        found = waiting.pop()
        if found.outcome is not None:
            ends.add(found.node.id)
            assert found.progress.asked <= 4
            continue
        for each in offered(question(found), found.progress, FACTS):
            answer = each if isinstance(each, str) else each.id
            waiting.append(answered(tree, found.progress, answer, FACTS))
    reached_only_by_what_is_named = {"below_minimum", "not_listed", "other_network"}
    assert {each.id for each in tree.outcomes} - ends <= reached_only_by_what_is_named
