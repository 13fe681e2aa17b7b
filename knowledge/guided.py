"""A guided check under way: what is known already, what is asked next, where it ends. Pure.

What a message or the conversation named is never asked again: a coin, a network, an amount, a
duration, a transaction hash. So most checks ask two questions where the tree has four.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from knowledge.continuation import PERSON, chosen_option
from knowledge.decision import Option
from knowledge.facts import FactGroup
from knowledge.phrases import fact, hours
from knowledge.tree_schema import KNOWN
from knowledge.trees import Answer, Branch, Outcome, Question, Tree
from knowledge.understanding import Understanding
from knowledge.words import fold

AFFIRM = {"affirm": "yes", "deny": "no"}
# A typed answer is short; a longer message is read for what it names only.
_LONGEST_ANSWER = 12
# Taken as the answer to a question beside nothing but a few words around it.
_MOST_AROUND = 4
# Coins and networks offered to tap; any other can be typed.
MOST_OFFERED = 6


@dataclass(frozen=True)
class Progress:
    """Where a check stands. `node` is the question that waits for an answer, None while the check
    is only offered; `answers` by question; `known` what was named; `asked` counts the questions
    that the customer answered. `paused` while something else is spoken of.
    """

    tree: str
    node: str | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    known: Mapping[str, str | float] = field(default_factory=dict)
    asked: int = 0
    paused: bool = False

    def plain(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "tree": self.tree,
            "node": self.node,
            "answers": dict(self.answers),
            "known": dict(self.known),
            "asked": self.asked,
            "paused": self.paused,
        }

    @classmethod
    def read(cls, values: Any) -> Progress | None:
        """From JSON values; None for what is no progress of a check."""
        if not isinstance(values, Mapping) or not isinstance(values.get("tree"), str):
            return None
        known = values.get("known")
        answers = values.get("answers")
        node, asked = values.get("node"), values.get("asked")
        return cls(
            values["tree"],
            node if isinstance(node, str) else None,
            dict(answers) if isinstance(answers, Mapping) else {},
            {key: known[key] for key in KNOWN if key in known}
            if isinstance(known, Mapping)
            else {},
            int(asked) if isinstance(asked, int | float) else 0,
            values.get("paused") is True,
        )

    def told(self, **known: str | float | None) -> Progress:
        """The same with what was named since; nothing is forgotten for being left out."""
        named = {key: value for key, value in known.items() if value not in (None, "", 0.0)}
        return replace(self, known={**self.known, **named}) if named else self


@dataclass(frozen=True)
class Step:
    """What a check says next: a question or its outcome. `again` where the answer to the question
    was not understood; `wait` is what an outcome waits for, with the facts' numbers.
    """

    tree: Tree
    node: Question | Outcome
    progress: Progress
    again: bool = False
    wait: Mapping[str, Any] = field(default_factory=dict)

    @property
    def outcome(self) -> Outcome | None:
        """The end of the check, None while it asks."""
        return self.node if isinstance(self.node, Outcome) else None

    @property
    def fields(self) -> dict[str, str | float]:
        """What the ticket's fields are known to be."""
        named = self.outcome.fields if self.outcome is not None else ()
        return {name: self.progress.known[name] for name in named if name in self.progress.known}

    @property
    def missing(self) -> tuple[str, ...]:
        """The ticket's fields that nobody has named yet."""
        named = self.outcome.fields if self.outcome is not None else ()
        return tuple(name for name in named if name not in self.progress.known)

    def record(self) -> dict[str, Any]:
        """For the routing record: tree, node, outcome, and the answers by their ids."""
        outcome = self.outcome
        row: dict[str, Any] = {
            "tree": self.tree.id,
            "node": self.node.id,
            "outcome": outcome.end.value if outcome is not None else None,
            "asked": self.progress.asked,
            "answers": dict(self.progress.answers),
        }
        if outcome is not None and outcome.fields:
            row["fields"] = self.fields
        if self.wait:
            row["wait"] = dict(self.wait)
        return row

    def summary(self) -> str:
        """One line for an agent: where it ended, what was answered, and what was named."""
        parts = [f"guided check {_words(self.tree.id)}: {_words(self.node.id)}"]
        parts += [
            f"{_words(name)}: {_words(answer)}"
            for name, answer in self.progress.answers.items()
            if name not in self.progress.known and answer not in self.progress.known.values()
        ]
        parts += [f"{_words(name)} {_shown(value)}" for name, value in self.fields.items()]
        if self.missing:
            parts.append("not given: " + ", ".join(map(_words, self.missing)))
        return " · ".join(parts)


def named(understanding: Understanding) -> dict[str, str | float]:
    """What a message names of a customer's case, as `Progress.told` takes it."""
    found: dict[str, str | float] = {}
    for name in KNOWN:
        value: str | float | None = understanding.entity(name)
        if name == "hours":
            value = understanding.hours()
        elif name == "amount" and value is not None:
            value = _number(value)
        if value:
            found[name] = value
    return found


def advance(tree: Tree, progress: Progress, facts: FactGroup) -> Step:
    """The next question that has to be asked, or the outcome."""
    name = progress.node or tree.start
    answers = dict(progress.answers)
    while True:
        node = tree.nodes[name]
        if isinstance(node, Outcome):
            progress = replace(progress, node=name, answers=answers, paused=False)
            return Step(tree, node, progress, wait=_wait(node, progress, facts))
        if isinstance(node, Branch):
            name = _branch(node, progress, facts)
            continue
        answer = _known(node, progress, facts)
        if answer is None:
            return Step(tree, node, replace(progress, node=name, answers=answers, paused=False))
        if node.entity is not None:
            progress = progress.told(**{node.entity: answer[0]})
        answers[name], name = answer


def answered(tree: Tree, progress: Progress, answer: str, facts: FactGroup) -> Step:
    """The step after an answer (its id, or the coin or network) to the question that waits."""
    node = tree.nodes[progress.node or tree.start]
    assert isinstance(node, Question)
    once_more = replace(progress, asked=progress.asked + 1)
    if node.entity is not None:
        return advance(tree, once_more.told(**{node.entity: answer}), facts)
    found = next((each for each in node.answers if each.id == answer), None)
    if found is None:
        # The tree was edited since this was offered.
        return advance(tree, progress, facts)
    answers = {**progress.answers, node.id: found.id}
    return advance(tree, replace(once_more, answers=answers, node=found.to), facts)


def offered(question: Question, progress: Progress, facts: FactGroup) -> tuple[Answer | str, ...]:
    """What can be tapped: answers of the tree, or coins or networks by their codes."""
    if question.entity == "asset":
        listed = facts.get("assets")
        first = [each for each in question.offer if listed is None or each in listed]
        return tuple(first)[:MOST_OFFERED]
    if question.entity == "network":
        return _networks(progress, facts)[: MOST_OFFERED + 4]
    return tuple(
        each
        for each in question.answers
        if (each.where is None or fact(facts, each.where, **progress.known))
        and each.unless not in progress.known
    )


def read(
    question: Question,
    understanding: Understanding,
    labels: Mapping[str, str],
    *,
    alone: bool,
) -> str | None:
    """The answer that a typed message gives to a question; None where it gives none.

    `labels` are the texts that can be tapped, by answer. `alone` says that the message is about
    nothing else that an article answers: then what it names counts, however long it is.
    Returns PERSON's intent for a person.
    """
    text, language = understanding.text, understanding.language
    short = len(re.findall(r"\w+", text)) <= _LONGEST_ANSWER
    if short:
        options = [Option(label) for label in labels.values()]
        # A coin is named, not counted: "1" may be an amount.
        chosen = chosen_option(text, options, language)
        if chosen is PERSON:
            return PERSON.intent
        if chosen is not None:
            return list(labels)[options.index(chosen)]
        spoken = _by_words(question, fold(text), language)
        if spoken is not None:
            return spoken
    if not alone and _around(understanding) > _MOST_AROUND:
        return None
    if question.entity is not None:
        return understanding.entity(question.entity)
    given = next(
        (each.id for each in question.answers if each.given and understanding.entity(each.given)),
        None,
    )
    if given is not None:
        return given
    meant = AFFIRM.get(understanding.intent) if short else None
    return next((each.id for each in question.answers if meant and each.means == meant), None)


def _by_words(question: Question, text: str, language: str) -> str | None:
    """The one answer whose words are in the text; of one within another the longer counts."""
    said: dict[str, str] = {}
    padded = f" {_plain(text)} "
    for answer in question.answers:
        phrases = [*answer.words.get(language, ()), *answer.words.get("en", ())]
        held = [each for each in map(_plain, phrases) if f" {each} " in padded]
        if held:
            said[answer.id] = max(held, key=len)
    if not said:
        return None
    longest = max(said, key=lambda each: len(said[each]))
    within = all(said[each] in said[longest] for each in said)
    return longest if within else None


def _plain(phrase: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", fold(phrase)))


def _around(understanding: Understanding) -> int:
    """How many words a message has beside what it names."""
    rest = understanding.text
    for entity in sorted(understanding.entities, key=lambda each: -each.start):
        rest = rest[: entity.start] + " " + rest[entity.end :]
    return len(re.findall(r"\w+", rest))


def _known(question: Question, progress: Progress, facts: FactGroup) -> tuple[str, str] | None:
    """The answer to a question that is known already, and where it leads."""
    if question.entity is not None:
        return _known_entity(question, progress, facts)
    if question.reads == "hours" and "hours" in progress.known:
        for answer in question.answers:
            bound = hours(facts, answer.under, **progress.known) if answer.under else None
            if answer.under is None or (
                bound is not None and _number(progress.known["hours"]) < bound
            ):
                return answer.id, answer.to
    for answer in question.answers:
        if answer.given is not None and answer.given in progress.known:
            return answer.id, answer.to
    return None


def _known_entity(
    question: Question, progress: Progress, facts: FactGroup
) -> tuple[str, str] | None:
    listed: Sequence[str] = (
        tuple(facts.get("assets") or ())
        if question.entity == "asset"
        else _networks(progress, facts)
    )
    value = progress.known.get(question.entity or "")
    if value is not None:
        return str(value), question.to if value in listed else question.other
    # Bitcoin has one network here: nobody need name it.
    return (listed[0], question.to) if len(listed) == 1 else None


def _networks(progress: Progress, facts: FactGroup) -> tuple[str, ...]:
    found = fact(facts, "assets.{asset}.networks", **progress.known)
    return tuple(found) if isinstance(found, tuple) else tuple(facts.get("networks") or ())


def _branch(branch: Branch, progress: Progress, facts: FactGroup) -> str:
    for case in branch.cases:
        value = progress.known.get(case.known)
        if value is None:
            continue
        if case.below is not None:
            bound = (
                hours(facts, case.below, **progress.known)
                if case.known == "hours"
                else fact(facts, case.below, **progress.known)
            )
            if isinstance(bound, int | float) and _number(value) < bound:
                return case.to
        elif str(value) in case.one_of:
            return case.to
    return branch.otherwise


_LONGEST_SHOWN = 24


def _words(slug: str) -> str:
    return slug.replace("_", " ").replace("-", " ")


def _shown(value: str | float) -> str:
    """A value in a line: a hash is told by its ends."""
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:10]}…{text[-8:]}"


def _wait(outcome: Outcome, progress: Progress, facts: FactGroup) -> dict[str, Any]:
    found = {name: fact(facts, path, **progress.known) for name, path in outcome.wait.items()}
    return {name: value for name, value in found.items() if value is not None}


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return 0.0
