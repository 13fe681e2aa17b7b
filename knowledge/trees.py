"""Guided checks: decision trees as data, one YAML file each below knowledge/trees.

A tree asks one short question at a time and ends in a typed outcome. docs/knowledge.md describes
the format; knowledge/guided.py walks through it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from knowledge.errors import TreesInvalidError
from knowledge.tree_schema import problems
from knowledge.yaml_reading import read_yaml

Texts = Mapping[str, str]


class End(StrEnum):
    """What a check can end in."""

    WAIT = "wait"
    SELF_SERVICE = "self_service"
    TICKET = "ticket"
    NOT_RECOVERABLE = "not_recoverable"


@dataclass(frozen=True)
class Answer:
    """One answer to tap. `words` are what customers type for it, by language.

    `under` is the fact (a duration) below which it is the answer to "for how long"; `given` the
    entity whose presence is the answer, `unless` the one whose presence rules it out; `where` the
    fact without which it is not offered; `means` says that a plain yes or no is this answer.
    """

    id: str
    to: str
    label: Texts
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    means: str | None = None
    under: str | None = None
    given: str | None = None
    unless: str | None = None
    where: str | None = None


@dataclass(frozen=True)
class Question:
    """One question. With `entity` its answers are the exchange's coins or a coin's networks, and
    lead to `to`, or to `other` where the exchange does not have what was named.
    """

    id: str
    ask: Texts
    answers: tuple[Answer, ...] = ()
    entity: str | None = None
    reads: str | None = None
    to: str = ""
    other: str = ""
    offer: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """One way out of a branch: when `known` is below a fact, or is one of some values."""

    known: str
    to: str
    below: str | None = None
    one_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Branch:
    """A fork that asks nothing: the first case that holds is taken, else `otherwise`."""

    id: str
    cases: tuple[Case, ...]
    otherwise: str


@dataclass(frozen=True)
class Outcome:
    """The end of a check. `wait` names facts (what is waited for), `article` says more.

    Of a ticket, `intent` is the row of data/intents.yml whose team and priority it gets, and
    `fields` what an agent needs to know.
    """

    id: str
    end: End
    text: Texts
    article: str | None = None
    wait: Mapping[str, str] = field(default_factory=dict)
    intent: str | None = None
    fields: tuple[str, ...] = ()


Node = Question | Branch | Outcome


@dataclass(frozen=True)
class Tree:
    """A guided check. It is offered under the answers to `intents`; one that `collects` begins by
    itself when a message of these intents was handed over, and only gathers what helps.
    """

    id: str
    title: Texts
    topic: str
    intents: tuple[str, ...]
    article: str
    owner: str
    updated: date
    review_by: date
    start: str
    nodes: Mapping[str, Node]
    collects: bool = False
    raw: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def plain(self) -> dict[str, Any]:
        """The tree as JSON values, for storing beside an index."""
        dates = {"updated": self.updated.isoformat(), "review_by": self.review_by.isoformat()}
        return {**self.raw, **dates}

    @classmethod
    def from_plain(cls, values: Mapping[str, Any]) -> Tree:
        """The tree that `plain` wrote."""
        dates = {key: date.fromisoformat(values[key]) for key in ("updated", "review_by")}
        return _tree({**values, **dates})

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Every end, in the file's order."""
        return tuple(node for node in self.nodes.values() if isinstance(node, Outcome))


class Trees(Mapping[str, Tree]):
    """Every guided check of a build, by id."""

    def __init__(self, trees: Sequence[Tree] = ()) -> None:
        self._trees = {tree.id: tree for tree in trees}

    def __getitem__(self, name: str) -> Tree:
        return self._trees[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._trees)

    def __len__(self) -> int:
        return len(self._trees)

    def serving(self, intent: str, article: str | None) -> Tree | None:
        """The check that an answer to this intent, or this article, offers."""
        offered = [tree for tree in self._trees.values() if not tree.collects]
        by_article = (tree for tree in offered if article is not None and tree.article == article)
        by_intent = (tree for tree in offered if intent in tree.intents)
        return next(by_article, None) or next(by_intent, None)

    def collecting(self, intent: str) -> Tree | None:
        """The check that gathers what helps after a message of this intent was handed over."""
        return next(
            (tree for tree in self._trees.values() if tree.collects and intent in tree.intents),
            None,
        )


def load_trees(folder: Path) -> list[Tree]:
    """Every tree of a folder, by id; an absent folder holds none.

    Raises TreesInvalidError with every problem found, each naming file and node.
    """
    trees: list[Tree] = []
    wrong: list[str] = []
    for path in sorted(folder.glob("*.yml")):
        try:
            content = read_yaml(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            wrong.append(f"{path}: the file cannot be read as YAML ({error})")
            continue
        found = [f"{path}: {problem}" for problem in problems(content, path.stem)]
        wrong.extend(found)
        if not found:
            trees.append(_tree(content))
    if wrong:
        raise TreesInvalidError(wrong)
    return trees


def _tree(values: Mapping[str, Any]) -> Tree:
    return Tree(
        id=values["id"],
        title=values["title"],
        topic=values["topic"],
        intents=tuple(values["intents"]),
        article=values["article"],
        owner=values["owner"],
        updated=values["updated"],
        review_by=values["review_by"],
        start=values["start"],
        nodes={name: _node(name, node) for name, node in values["nodes"].items()},
        collects=values.get("collects", False),
        raw=values,
    )


def _node(name: str, values: Mapping[str, Any]) -> Node:
    if "ask" in values:
        return Question(
            name,
            values["ask"],
            tuple(_answer(key, each) for key, each in values.get("answers", {}).items()),
            entity=values.get("entity"),
            reads=values.get("reads"),
            to=values.get("to", ""),
            other=values.get("other", ""),
            offer=tuple(values.get("offer", ())),
        )
    if "cases" in values:
        cases = tuple(
            Case(case["known"], case["to"], case.get("below"), tuple(case.get("one_of", ())))
            for case in values["cases"]
        )
        return Branch(name, cases, values["otherwise"])
    return Outcome(
        name,
        End(values["end"]),
        values["text"],
        article=values.get("article"),
        wait=values.get("wait", {}),
        intent=values.get("intent"),
        fields=tuple(values.get("fields", ())),
    )


def _answer(name: str, values: Mapping[str, Any]) -> Answer:
    words = {language: tuple(found) for language, found in values.get("words", {}).items()}
    return Answer(
        name,
        values["to"],
        values["label"],
        words,
        means=values.get("means"),
        under=values.get("under"),
        given=values.get("given"),
        unless=values.get("unless"),
        where=values.get("where"),
    )
