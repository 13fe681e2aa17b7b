"""How an operator arranges the help centre: groups of topics and featured articles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from server.settings import ROOT

FILE = ROOT / "data" / "help.yml"
OTHER = "other"


class ArrangementError(Exception):
    """The file of the help centre's arrangement is wrong; the message names what and where."""


@dataclass(frozen=True)
class Group:
    """Topics that belong together on the home page."""

    name: str
    icon: str
    topics: tuple[str, ...]


@dataclass(frozen=True)
class Arrangement:
    """The groups in their order, and the articles that every reader is shown first."""

    groups: tuple[Group, ...] = ()
    featured: tuple[str, ...] = ()

    @classmethod
    def load(cls, path: Path = FILE) -> Arrangement:
        """Read the file.

        Raises:
            ArrangementError: it is absent, is not what its head says, or holds a topic twice.
        """
        try:
            content = yaml.safe_load(path.read_text(encoding="utf-8"))
        except (OSError, yaml.YAMLError) as error:
            raise ArrangementError(f"{path} cannot be read: {error}") from error
        if not isinstance(content, dict) or set(content) != {"groups", "featured"}:
            raise ArrangementError(f"{path} must hold `groups` and `featured`, and nothing else.")
        groups = tuple(_group(row, path) for row in content["groups"] or ())
        topics = [topic for group in groups for topic in group.topics]
        twice = sorted({topic for topic in topics if topics.count(topic) > 1})
        if twice:
            raise ArrangementError(f"{path}: {', '.join(twice)} must stand in one group only.")
        if not _texts(content["featured"] or []):
            raise ArrangementError(f"{path}: `featured` must be a list of article ids.")
        return cls(groups, tuple(content["featured"] or ()))

    def grouped(self, topics: Iterable[str]) -> list[Group]:
        """The groups with those of `topics` in them; what stands in none comes last."""
        left = dict.fromkeys(topics)
        found = []
        for group in self.groups:
            held = tuple(topic for topic in group.topics if topic in left)
            if held:
                found.append(Group(group.name, group.icon, held))
            for topic in held:
                del left[topic]
        if left:
            found.append(Group(OTHER, OTHER, tuple(left)))
        return found


def _group(row: Any, path: Path) -> Group:
    if (
        not isinstance(row, dict)
        or set(row) != {"name", "icon", "topics"}
        or not _texts([row["name"], row["icon"]])
        or not _texts(row["topics"])
    ):
        raise ArrangementError(f"{path}: each group needs a name, an icon and a list of topics.")
    return Group(row["name"], row["icon"], tuple(row["topics"]))


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item for item in value)
