"""The decision about one message, and what it is made from and leads to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from knowledge.intents import Intent


class Kind(StrEnum):
    """What happens with the message."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    HANDOFF = "handoff"
    SMALLTALK = "smalltalk"
    DECLINE = "decline"
    # A question of a guided check (knowledge/guided.py).
    CHECK = "check"


@dataclass(frozen=True)
class Option:
    """A choice: what the customer reads, and the article or intent (exactly one) that it leads to.
    `asset` and `network` make the article specific, where they are known already.
    """

    label: str
    article: str | None = None
    intent: str | None = None
    asset: str | None = None
    network: str | None = None

    @property
    def choice(self) -> dict[str, str]:
        """The choice as the channel sends it back."""
        leads = (
            {"article": self.article} if self.article else {"intent": self.intent or "human_agent"}
        )
        named = {"asset": self.asset, "network": self.network}
        return leads | {name: value for name, value in named.items() if value}


@dataclass(frozen=True)
class TurnContext:
    """What the conversation brings along: clarifying questions in a row so far, and what was spoken
    of last.
    """

    clarifications: int = 0
    last_article: str | None = None
    pending: tuple[Option, ...] = ()


@dataclass(frozen=True)
class Decision:
    """The outcome, and why: `reason` is a slug for the routing record, `probability` that the
    article answers.
    """

    kind: Kind
    reason: str
    intent: str
    topic: str
    probability: float = 0.0
    article: str | None = None
    options: tuple[Option, ...] = ()
    question: str | None = None
    missing: str | None = None
    needs_human: bool = False
    priority: str = "normal"
    team: str = "general"
    alternatives: tuple[Mapping[str, Any], ...] = ()


def handed_off(draft: Decision, reason: str, row: Intent | None = None) -> Decision:
    """The same case passed to a person for this reason, to the people who take care of this
    intent.
    """
    decision = replace(
        draft,
        kind=Kind.HANDOFF,
        reason=reason,
        article=None,
        options=(),
        question=None,
        missing=None,
    )
    if reason not in ("second_clarification", "no_article", "assistant_failed"):
        decision = replace(decision, needs_human=True)
    if row is not None:
        decision = replace(
            decision, intent=row.name, topic=row.topic, priority=row.priority, team=row.team
        )
    return decision
