"""One thing found in a text by its form."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Entity:
    """Characters `start` to `end` mean `value`; `more` holds what else the form tells."""

    name: str
    value: str | float | int
    start: int
    end: int
    more: dict[str, Any] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        return {
            "entity": self.name,
            "value": self.value,
            "start": self.start,
            "end": self.end,
            **self.more,
        }

    def overlaps(self, other: Entity) -> bool:
        return self.start < other.end and other.start < self.end
