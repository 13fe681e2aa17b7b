"""The language of a turn: what the conversation is held in from this message on, and what the
customer reads of a decision in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from actions.memory import Memory
from actions.services import Services
from knowledge.base import KnowledgeBase
from knowledge.gate import Kind
from knowledge.language_wish import Wish, language_wish
from knowledge.spoken import Spoken
from knowledge.turn import Turn
from knowledge.wishes import Outcome

RULE = "language"
SWITCHED = "language_switched"
UNSUPPORTED = "language_unsupported"


@dataclass(frozen=True)
class Language:
    """What is spoken after a message, and the wish in it; `switched` when it was granted."""

    spoken: Spoken
    wish: Wish | None = None
    switched: bool = False

    @classmethod
    def unchanged(cls, metadata: Mapping[str, Any]) -> Language:
        """For a tapped choice, which is said in our own words."""
        return cls(before(metadata))

    @classmethod
    def of(cls, text: str, metadata: Mapping[str, Any], services: Services) -> Language:
        """For a message that was typed."""
        known = services.responses.languages
        earlier = before(metadata)
        wish = language_wish(text)
        spoken = earlier.after(text, wish, services.languages, known)
        granted = spoken.wished and wish is not None and wish.language in (None, spoken.language)
        return cls(spoken, wish, switched=granted)

    @property
    def reason(self) -> str | None:
        """Why nothing but the language is spoken of; None where the message says something else."""
        if self.wish is None or not self.wish.alone:
            return None
        if self.switched:
            return SWITCHED
        return UNSUPPORTED if self.wish.language is not None else None


def before(metadata: Mapping[str, Any]) -> Spoken:
    """What the request says about the conversation so far."""
    context = metadata.get("context") or {}
    return Spoken.read({**(context.get("spoken") or {}), "language": metadata.get("language")})


def told(
    turn: Turn, language: Language, memory: Memory, base: KnowledgeBase, services: Services
) -> Turn:
    """The turn as the customer is told of it: a message that only asks for a language is answered
    by that alone, and choices are read in the conversation's language.
    """
    if language.reason is not None:
        turn = _said_again(turn, language.reason, memory, base)
    decision, reply = turn.decision, language.spoken.reply
    options = services.labels.options(decision.options, base, reply, asking=decision.article)
    further = [
        replace(each, option=services.labels.options([each.option], base, reply)[0])
        if each.outcome is Outcome.OFFERED
        else each
        for each in turn.further
    ]
    return replace(turn, decision=replace(decision, options=options), further=tuple(further))


def _said_again(turn: Turn, reason: str, memory: Memory, base: KnowledgeBase) -> Turn:
    """What was asked or answered last, for whoever did not understand it; else just a word about
    the language.
    """
    last = base.article(memory.last_article) if memory.last_article else None
    decision = replace(
        turn.decision,
        kind=Kind.SMALLTALK,
        reason=reason,
        article=None,
        options=(),
        question=None,
        missing=None,
        needs_human=False,
    )
    if reason == SWITCHED and memory.pending:
        decision = replace(decision, kind=Kind.CLARIFY, options=memory.pending)
    elif reason == SWITCHED and last is not None:
        decision = replace(decision, kind=Kind.ANSWER, article=last.id, topic=last.topic)
    return replace(turn, decision=decision, further=(), rule=RULE)
