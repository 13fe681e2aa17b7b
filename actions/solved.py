"""Did this solve it? What a customer says of an answer, tapped or typed, and what follows.

A yes ends it. After the first no, what else may help is offered: the guided check, what is related,
a person. After the second no a person takes over, and reads what was tried.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from actions.memory import Memory
from actions.services import Services
from knowledge.base import KnowledgeBase
from knowledge.gate import Decision, Kind, Option, handed_off
from knowledge.guided import Progress
from knowledge.turn import Turn
from knowledge.words import fold

RULE = "solved"
SOLVED = "solved"
NOT_SOLVED = "not_solved"
MOST_TRIED = 2
_SAID = {"affirm": True, "deny": False}
_OFFERED = 3


@dataclass(frozen=True)
class Verdict:
    """Whether an article solved it."""

    article: str
    solved: bool

    @classmethod
    def of(cls, entities: Mapping[str, Any]) -> Verdict | None:
        """From the entities of a tapped choice; None where it says nothing of an answer."""
        said, about = entities.get("solved"), entities.get("about")
        if said not in ("yes", "no") or not isinstance(about, str):
            return None
        return cls(about, said == "yes")


def typed_verdict(turn: Turn, memory: Memory, services: Services) -> Verdict | None:
    """What a typed message says of the answer before it; None where it says something else.

    Another question that was offered ("shall I answer that next?") is what a plain yes is to.
    """
    asks = memory.check is not None and memory.check.node is not None and not memory.check.paused
    if memory.asked is None or asks or memory.pending:
        return None
    decision, language = turn.decision, turn.understanding.language
    text = fold(turn.understanding.text).strip(" .!")
    for said in ("yes", "no"):
        if text == fold(services.responses.say(f"solved.{said}", language)):
            return Verdict(memory.asked, said == "yes")
    if decision.kind is not Kind.SMALLTALK or decision.intent not in _SAID:
        return None
    return Verdict(memory.asked, _SAID[decision.intent])


def solved_turn(
    turn: Turn, verdict: Verdict, memory: Memory, base: KnowledgeBase, services: Services
) -> Turn:
    """The turn of a verdict."""
    article = base.article(verdict.article)
    topic = article.topic if article is not None else memory.last_topic or turn.decision.topic
    intent = article.intents[0] if article is not None and article.intents else "affirm"
    draft = Decision(Kind.SMALLTALK, SOLVED, intent, topic, probability=1.0)
    said = {"article": verdict.article, "solved": verdict.solved}
    turn = replace(turn, rule=RULE, further=(), solved=said)
    if verdict.solved:
        return replace(turn, decision=draft)
    tried = {*memory.tried, verdict.article}
    row = base.intents.get(intent)
    if len(tried) >= MOST_TRIED:
        decision = replace(handed_off(draft, NOT_SOLVED), team=row.team if row else "general")
        return replace(turn, decision=decision)
    language = turn.understanding.language
    options = services.labels.options(_others(verdict.article, tried, base), base, language)
    progress = _check(intent, verdict.article, memory, base)
    decision = replace(draft, kind=Kind.CLARIFY, reason=NOT_SOLVED, options=options)
    return replace(turn, decision=decision, progress=progress)


def tried(memory: Memory, base: KnowledgeBase) -> tuple[str, ...]:
    """What was tried with the customer before a person is called, for the agent: answers that did
    not solve it, choices that were offered, the questions of a check.
    """
    lines = []
    titles = [article.title for article in map(base.article, memory.tried) if article is not None]
    if titles:
        lines.append("did not solve it: " + ", ".join(titles))
    labels = [option.label for option in memory.pending if option.label]
    if memory.clarifications and labels:
        lines.append("asked to choose between: " + ", ".join(labels))
    progress = memory.check
    if progress is not None and progress.node is not None and progress.tree in base.trees:
        words = [f"{key}: {value}" for key, value in progress.answers.items()]
        named = f"guided check {progress.tree} left at {progress.node}"
        lines.append(" · ".join([named, *words]).replace("_", " "))
    return tuple(lines)


def _others(article: str, tried: set[str], base: KnowledgeBase) -> tuple[Option, ...]:
    """What else may be meant: what the article leads on to."""
    found = base.article(article)
    names = [name for name in (found.follow_ups if found else ()) if name not in tried]
    others = [each for each in map(base.article, names) if each is not None]
    return tuple(Option(each.title, article=each.id) for each in others)[:_OFFERED]


def _check(intent: str, article: str, memory: Memory, base: KnowledgeBase) -> Progress | None:
    if memory.check is not None and memory.check.tree in base.trees:
        return memory.check
    tree = base.trees.serving(intent, article)
    return Progress(tree.id).told(asset=memory.asset, network=memory.network) if tree else None
