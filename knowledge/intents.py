"""The table of intents: what each one is about, how it is handled, and how a person reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from knowledge.errors import IntentsError
from knowledge.yaml_reading import read_yaml


class Handling(StrEnum):
    """What the assistant does with a message of an intent when it is sure of it."""

    ANSWER = "answer"
    HANDOFF = "handoff"
    SMALLTALK = "smalltalk"
    DECLINE = "decline"


PRIORITIES = ("urgent", "high", "normal")
TEAMS = ("security", "payments", "trading", "general")

_FIELDS = {
    "topic", "handling", "label", "needs_human", "problem", "priority", "team", "articles",
}  # fmt: skip


@dataclass(frozen=True)
class Intent:
    """One row of data/intents.yml; its header explains the fields."""

    name: str
    topic: str
    handling: Handling
    label: str
    needs_human: bool = False
    problem: bool = False
    priority: str = "normal"
    team: str = "general"
    articles: tuple[str, ...] = ()


class Intents(Mapping[str, Intent]):
    """Every intent by name, with what follows from the table as a whole."""

    def __init__(self, rows: Mapping[str, Intent]) -> None:
        self._rows = dict(rows)
        self.topics = frozenset(row.topic for row in self._rows.values())

    @classmethod
    def load(cls, path: Path) -> Intents:
        """Read the table; raises IntentsError naming the intent, the field and what is expected."""
        try:
            content = read_yaml(path.read_text(encoding="utf-8"))
        except (OSError, yaml.YAMLError) as error:
            raise IntentsError(f"The table of intents {path} cannot be read: {error}") from error
        if not isinstance(content, dict):
            raise IntentsError(f"The table of intents {path} must hold one row per intent.")
        return cls.from_plain(content, str(path))

    @classmethod
    def from_plain(cls, content: Mapping[str, Any], source: str = "intents") -> Intents:
        """The table from plain values (the file's content, or what `plain` wrote)."""
        problems = [problem for name, row in content.items() for problem in _problems(name, row)]
        if problems:
            raise IntentsError(f"Correct {source}:\n" + "\n".join(problems))
        return cls({name: _intent(name, row) for name, row in content.items()})

    def plain(self) -> dict[str, dict[str, Any]]:
        """The table as JSON values, for storing beside an index."""
        return {
            row.name: {
                "topic": row.topic,
                "handling": row.handling.value,
                "label": row.label,
                "needs_human": row.needs_human,
                "problem": row.problem,
                "priority": row.priority,
                "team": row.team,
                "articles": list(row.articles),
            }
            for row in self._rows.values()
        }

    def __getitem__(self, name: str) -> Intent:
        return self._rows[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def topic(self, name: str) -> str:
        """The topic of an intent; `oos_general` for a name that the table does not hold."""
        row = self._rows.get(name)
        return row.topic if row is not None else "oos_general"

    def with_handling(self, *kinds: Handling) -> tuple[Intent, ...]:
        """The intents handled in one of these ways, in the table's order."""
        return tuple(row for row in self._rows.values() if row.handling in kinds)


def _problems(name: object, row: Any) -> Iterator[str]:
    if not isinstance(row, dict):
        yield f"{name}: must hold topic, handling and label"
        return
    for field in ("topic", "handling", "label"):
        if not isinstance(row.get(field), str):
            yield f"{name}.{field}: is missing or not text"
    for field in sorted(set(row) - _FIELDS):
        yield f"{name}.{field}: is not known; known are {', '.join(sorted(_FIELDS))}"
    if isinstance(row.get("handling"), str) and row["handling"] not in set(Handling):
        yield f"{name}.handling: is {row['handling']}; it must be one of {', '.join(Handling)}"
    if row.get("priority", "normal") not in PRIORITIES:
        yield f"{name}.priority: is {row['priority']}; it must be one of {', '.join(PRIORITIES)}"
    if row.get("team", "general") not in TEAMS:
        yield f"{name}.team: is {row['team']}; it must be one of {', '.join(TEAMS)}"
    for field in ("needs_human", "problem"):
        if not isinstance(row.get(field, False), bool):
            yield f"{name}.{field}: must be true or false"
    if not isinstance(row.get("articles", []), list):
        yield f"{name}.articles: must be a list of article ids"


def _intent(name: str, row: Mapping[str, Any]) -> Intent:
    return Intent(
        name=name,
        topic=row["topic"],
        handling=Handling(row["handling"]),
        label=row["label"],
        needs_human=row.get("needs_human", False),
        problem=row.get("problem", False),
        priority=row.get("priority", "normal"),
        team=row.get("team", "general"),
        articles=tuple(row.get("articles", ())),
    )
