"""Domain, rules and examples cover exactly the intents of data/intents.yml."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[3]
INTENTS = yaml.safe_load((ROOT / "data/intents.yml").read_text(encoding="utf-8"))
DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
ACTIONS = {
    "answer": "action_answer",
    "handoff": "action_hand_off",
    "smalltalk": "action_small_talk",
    "decline": "action_decline",
}


def rules() -> dict[str, list[str]]:
    """Each intent that a rule begins with, and the actions that follow."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "data/rules").glob("*.yml")):
        for rule in yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]:
            intents: list[str] = []
            actions = []
            for step in rule["steps"]:
                if "or" in step:
                    intents += [each["intent"] for each in step["or"]]
                elif "intent" in step:
                    intents.append(step["intent"])
                elif "action" in step:
                    actions.append(step["action"])
            for intent in intents:
                assert intent not in found, f"{path.name}: {intent} has two rules"
                found[intent] = actions
    return found


def test_the_domain_knows_every_intent_and_the_tapped_choice() -> None:
    assert set(DOMAIN["intents"]) == {*INTENTS, "choose"}


@pytest.mark.parametrize("intent", [*INTENTS, "choose"])
def test_every_intent_has_the_rule_of_its_handling(intent: str) -> None:
    expected = "action_choose" if intent == "choose" else ACTIONS[INTENTS[intent]["handling"]]
    assert rules()[intent] == [expected]


def test_no_rule_is_about_an_unknown_intent() -> None:
    assert set(rules()) == {*INTENTS, "choose"}


def test_every_action_of_a_rule_is_in_the_domain() -> None:
    assert {action for actions in rules().values() for action in actions} <= set(DOMAIN["actions"])


def test_every_intent_has_at_least_twenty_examples_and_no_unknown_one_has_any() -> None:
    counts: dict[str, int] = {}
    for path in (ROOT / "data/nlu").glob("*.yml"):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            lines = [line for line in block["examples"].splitlines() if line.strip()]
            counts[block["intent"]] = counts.get(block["intent"], 0) + len(lines)
    assert set(counts) == set(INTENTS)
    assert {intent: count for intent, count in counts.items() if count < 20} == {}


def test_what_is_outside_is_what_is_declined() -> None:
    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    (classifier,) = (each for each in config["pipeline"] if "outside" in each)
    declined = {intent for intent, row in INTENTS.items() if row["handling"] == "decline"}
    assert set(classifier["outside"]) == declined
