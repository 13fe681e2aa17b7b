"""Several wishes in one message: which is treated, and what becomes of the others. Pure.

The most urgent one is treated: what a person has to see first, by the queue's priority; then money
on its way; then whatever else fails or cannot wait; then questions. Wishes of the same weight keep
the order of the message.

While the assistant has the conversation, the others are offered as choices. Where it hands over, a
tap would reach an agent instead of an answer. So what an article surely answers is answered at
once, and what else was asked goes to the agent with the rest. What it is not known to be about is
not offered under a name that may be wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from knowledge.gate import Decision, Kind, Option
from knowledge.intents import PRIORITIES, Handling
from knowledge.signals import MONEY_TOPICS

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase
    from knowledge.turn import Turn

# A wish that no article surely answers is named by its intent from this confidence on.
NAMED_FROM = 0.4


class Outcome(StrEnum):
    """What becomes of a wish beside the one that is treated."""

    ANSWERED = "answered"
    OFFERED = "offered"
    PASSED_ON = "passed_on"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Further:
    """Another wish of the message: the turn it would have been, and the choice that leads to it."""

    turn: Turn
    outcome: Outcome
    option: Option


def in_order(turns: Sequence[Turn], base: KnowledgeBase) -> list[Turn]:
    """The wishes of a message, the most urgent first, given the turn that each would have alone.

    Small talk and what is not ours is left out, and of two that have the same answer the later one.
    """
    kept: list[Turn] = []
    for turn in sorted(turns, key=lambda turn: urgency(turn.decision, base)):
        if _is_support(turn.decision, base) and not any(_same(turn, other) for other in kept):
            kept.append(turn)
    return kept


def combined(treated: Turn, others: Sequence[Turn], base: KnowledgeBase) -> Turn:
    """The turn of a message with several wishes, given the treated one and the others in order."""
    further = [_further(turn, treated, base) for turn in others]
    return replace(treated, further=tuple(each for each in further if each is not None))


def urgency(decision: Decision, base: KnowledgeBase) -> tuple[int, ...]:
    """Sorts decisions, the most urgent first."""
    if decision.kind is Kind.HANDOFF:
        return 0, PRIORITIES.index(decision.priority), int(decision.reason != "money_missing")
    row = base.intents.get(decision.intent)
    fails = row is not None and row.problem
    return 1, int(not (fails and decision.topic in MONEY_TOPICS)), int(not fails)


def record(turn: Turn) -> list[dict[str, Any]]:
    """The wishes for the routing record, the treated one first; empty where there is only one."""
    if not turn.further:
        return []
    treated = _row(turn, "treated")
    return [treated, *(_row(each.turn, each.outcome.value) for each in turn.further)]


def _row(turn: Turn, outcome: str) -> dict[str, Any]:
    understanding, decision = turn.understanding, turn.decision
    start, end = understanding.span or (0, len(understanding.text))
    return {
        "outcome": outcome,
        "intent": decision.intent,
        "topic": decision.topic,
        "confidence": round(understanding.confidence, 4),
        "in_scope": round(understanding.in_scope, 4),
        "decision": decision.kind.value,
        "reason": decision.reason,
        "article": decision.article,
        "start": start,
        "end": end,
    }


def _is_support(decision: Decision, base: KnowledgeBase) -> bool:
    row = base.intents.get(decision.intent)
    if row is not None and row.handling in (Handling.SMALLTALK, Handling.DECLINE):
        return decision.kind is Kind.HANDOFF
    return decision.kind in (Kind.ANSWER, Kind.CLARIFY, Kind.HANDOFF)


def _same(one: Turn, other: Turn) -> bool:
    """Whether two wishes have the same answer, or need the same person for the same."""
    first, second = one.decision, other.decision
    if first.kind is Kind.HANDOFF and second.kind is Kind.HANDOFF:
        return first.topic == second.topic
    if first.article is not None and first.article == second.article:
        return (one.asset, one.network) == (other.asset, other.network)
    return first.intent == second.intent and first.article == second.article


def _further(turn: Turn, treated: Turn, base: KnowledgeBase) -> Further | None:
    option = _option(turn, base)
    if option is None:
        return None
    decision = turn.decision
    unsure = decision.kind is Kind.CLARIFY and decision.reason == "low_confidence"
    if unsure and turn.understanding.confidence < NAMED_FROM:
        return Further(turn, Outcome.UNCLEAR, option)
    if treated.decision.kind is not Kind.HANDOFF:
        return Further(turn, Outcome.OFFERED, option)
    sure = turn.decision.kind is Kind.ANSWER
    return Further(turn, Outcome.ANSWERED if sure else Outcome.PASSED_ON, option)


def _option(turn: Turn, base: KnowledgeBase) -> Option | None:
    decision = turn.decision
    row = base.intents.get(decision.intent)
    if decision.kind is Kind.HANDOFF:
        return Option(row.label, intent=row.name) if row is not None else None
    article = base.article(decision.article) if decision.article else None
    if article is None and row is not None:
        article = base.gate.article_of(row, turn.candidates)
    if article is None:
        return None
    return Option(article.title, article=article.id, asset=turn.asset, network=turn.network)
