"""tmp"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Guarded:
    text: str
    secrets: tuple[str, ...]
    empty: bool
    truncated: bool


def guard(text: str, *, longest: int = 4000) -> Guarded:
    return Guarded(text, (), not text.strip(), False)
