"""Guided checks in a conversation: offered under an answer, asked, answered, left and taken up
again.

An answer to the question that waits is taken wherever it comes from: a tap, a label or a few words
typed for it, or what a message names. Whatever calls for a person comes first. Another question is
answered as always, and the check can be gone on with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from actions.memory import Memory
from knowledge.base import KnowledgeBase
from knowledge.continuation import PERSON, chosen_option
from knowledge.gate import Decision, Kind, Option, handed_off
from knowledge.guided import (
    Progress,
    Step,
    advance,
    answered,
    named,
    offered,
    read,
)
from knowledge.person import REASONS
from knowledge.responses import Responses
from knowledge.trees import End, Outcome, Question, Tree
from knowledge.turn import Turn

RULE = "check"
REASON = "guided_check"
# These hand-overs wait for no answer to a question.
FIRST = frozenset(
    {
        "self_harm", "distress", "upset", "legal_threat", "press_threat", "asked_for_person",
        "account_danger", "scam", "secret_shared", "deceased_customer", "assistant_failed",
    }
)  # fmt: skip
# Answers to a question are read in these words, too.
_CHAT = ("affirm", "deny")


@dataclass(frozen=True)
class Tapped:
    """A choice of a check: the check itself, or an answer to one of its questions."""

    tree: str
    node: str | None = None
    answer: str | None = None

    @classmethod
    def of(cls, entities: Mapping[str, Any]) -> Tapped | None:
        """From the entities of a tapped choice; None where it is no choice of a check."""
        tree = entities.get("tree")
        node, answer = entities.get("node"), entities.get("answer")
        return cls(tree, node, answer) if isinstance(tree, str) else None


def tapped_turn(turn: Turn, tapped: Tapped, memory: Memory, base: KnowledgeBase) -> Turn:
    """The turn of a tapped choice of a check. A check that is gone since then needs a person."""
    tree = base.trees.get(tapped.tree)
    if tree is None:
        return turn
    progress = memory.check
    if progress is None or progress.tree != tree.id:
        progress = Progress(tree.id).told(asset=memory.asset, network=memory.network)
    if tapped.node is None or tapped.answer is None:
        return _said(turn, advance(tree, progress, base.renderer.facts), base)
    if not isinstance(tree.nodes.get(tapped.node), Question):
        return _said(turn, advance(tree, progress, base.renderer.facts), base)
    step = answered(tree, replace(progress, node=tapped.node), tapped.answer, base.renderer.facts)
    return _said(turn, step, base)


def guided_turn(turn: Turn, memory: Memory, base: KnowledgeBase, responses: Responses) -> Turn:
    """The turn of a typed message, as a check that is under way or offered makes it."""
    progress = memory.check
    tree = base.trees.get(progress.tree) if progress is not None else None
    if turn.decision.kind is Kind.HANDOFF and turn.decision.reason in FIRST:
        return _handed(turn, base)
    if progress is None or tree is None:
        return _offered(turn, memory, base)
    if progress.node is None or progress.paused:
        if _takes_up(turn, progress, responses):
            progress = progress.told(**named(turn.understanding))
            return _said(turn, advance(tree, progress, base.renderer.facts), base)
        return _offered(turn, memory, base)
    question = tree.nodes.get(progress.node)
    if not isinstance(question, Question):
        return _offered(turn, memory, base)
    found = named(turn.understanding)
    answer = read(
        question,
        turn.understanding,
        labels(question, progress, base, turn.understanding.language),
        alone=not _another(turn, tree),
    )
    if answer == PERSON.intent:
        row = base.intents.get("human_agent")
        decision = handed_off(turn.decision, "asked_for_person", row)
        return replace(turn, decision=decision, rule=RULE, further=())
    if answer is not None:
        step = answered(tree, progress.told(**found), answer, base.renderer.facts)
        return _said(turn, step, base)
    return _elsewhere(turn, tree, progress.told(**found), memory, base)


def asked_again(turn: Turn, memory: Memory, base: KnowledgeBase) -> Turn:
    """The turn of a message that only asks for a language: a question that waits is said in it."""
    progress = memory.check
    waits = progress is not None and progress.node is not None and not progress.paused
    if progress is None or not waits or progress.tree not in base.trees:
        return replace(turn, progress=progress)
    step = advance(base.trees[progress.tree], progress, base.renderer.facts)
    return _said(turn, step, base)


def labels(
    question: Question, progress: Progress, base: KnowledgeBase, language: str
) -> dict[str, str]:
    """What can be tapped for a question, by answer, as the customer reads it."""
    facts = base.renderer.facts
    found: dict[str, str] = {}
    for each in offered(question, progress, facts):
        if isinstance(each, str):
            found[each] = each
        else:
            found[each.id] = text_of(each.label, progress, base, language)
    return found


def text_of(
    texts: Mapping[str, str], progress: Progress, base: KnowledgeBase, language: str
) -> str:
    """A text of a check in a language, else in English, filled with facts and what is known."""
    said = language if language in texts else "en"
    known = progress.known
    return base.phrases.fill(
        texts[said],
        said,
        asset=known.get("asset"),
        network=known.get("network"),
        known=dict(known),
        answers=dict(progress.answers),
    )


def offer(progress: Progress, responses: Responses, language: str) -> str:
    """What the choice of a check is called: to begin it, or to go on with it."""
    return responses.say("check.offer" if progress.node is None else "check.resume", language)


def _takes_up(turn: Turn, progress: Progress, responses: Responses) -> bool:
    """Whether the choice of the check was typed."""
    language = turn.understanding.language
    label = offer(progress, responses, language)
    return chosen_option(turn.understanding.text, [Option(label)], language) not in (None, PERSON)


def _another(turn: Turn, tree: Tree) -> bool:
    """Whether the message is surely about something else than the check."""
    decision = turn.decision
    sure = decision.kind in (Kind.ANSWER, Kind.DECLINE) or decision.reason == "ambiguous"
    return sure and decision.intent not in tree.intents


def _elsewhere(
    turn: Turn, tree: Tree, progress: Progress, memory: Memory, base: KnowledgeBase
) -> Turn:
    """A message that gives no answer to the question: it is about something else, or unclear."""
    decision = turn.decision
    chat = decision.kind is Kind.SMALLTALK and decision.intent not in _CHAT
    if decision.kind is Kind.HANDOFF and decision.reason != "second_clarification":
        return _handed(turn, base)
    if _another(turn, tree) or chat:
        return replace(turn, progress=replace(progress, paused=True))
    if memory.clarifications:
        row = base.intents.get(tree.intents[0])
        team = row.team if row is not None else decision.team
        decision = replace(
            handed_off(decision, "second_clarification"),
            intent=tree.intents[0],
            topic=tree.topic,
            team=team,
        )
        return replace(turn, decision=decision, rule=RULE, further=())
    step = advance(tree, progress, base.renderer.facts)
    same = step.node.id == progress.node
    # What it named may be the answer to this question or a later one after all.
    return _said(turn, replace(step, again=same), base)


def _offered(turn: Turn, memory: Memory, base: KnowledgeBase) -> Turn:
    """The turn with what it offers: the check of its answer, or to go on with one."""
    decision, running = turn.decision, memory.check
    if decision.kind is Kind.HANDOFF:
        return _handed(turn, base)
    if running is not None and running.node is not None and running.tree in base.trees:
        return replace(turn, progress=replace(running, paused=True))
    if decision.kind is not Kind.ANSWER:
        return replace(turn, progress=running)
    tree = base.trees.serving(decision.intent, decision.article)
    if tree is None:
        return turn
    progress = Progress(tree.id).told(**named(turn.understanding))
    return replace(turn, progress=progress.told(asset=turn.asset, network=turn.network))


def _handed(turn: Turn, base: KnowledgeBase) -> Turn:
    """A hand-over; where a check collects what helps, its first question comes along."""
    tree = base.trees.collecting(turn.decision.intent)
    if tree is None:
        return turn
    progress = Progress(tree.id).told(**named(turn.understanding))
    step = advance(tree, progress, base.renderer.facts)
    return replace(turn, check=step, progress=step.progress)


def _said(turn: Turn, step: Step, base: KnowledgeBase) -> Turn:
    """The turn in which a check asks or ends."""
    known = step.progress.known
    turn = replace(
        turn,
        check=step,
        progress=step.progress if step.outcome is None else None,
        asset=_text(known.get("asset")),
        network=_text(known.get("network")),
        rule=RULE,
        further=(),
    )
    return replace(turn, decision=_decision(turn.decision, step, base))


def _decision(decision: Decision, step: Step, base: KnowledgeBase) -> Decision:
    tree, outcome = step.tree, step.outcome
    draft = replace(
        decision,
        kind=Kind.CHECK,
        reason=REASON,
        intent=decision.intent if decision.intent in tree.intents else tree.intents[0],
        topic=tree.topic,
        probability=1.0,
        article=None,
        options=(),
        question=None,
        missing=None,
        needs_human=False,
    )
    if outcome is None or tree.collects:
        return draft
    if outcome.end is End.TICKET:
        return _ticket(draft, outcome, base)
    article = base.article(outcome.article or tree.article)
    return replace(draft, kind=Kind.ANSWER, article=article.id if article is not None else None)


def _ticket(draft: Decision, outcome: Outcome, base: KnowledgeBase) -> Decision:
    name = outcome.intent or ""
    return handed_off(draft, REASONS.get(name, "needs_person"), base.intents.get(name))


def _text(value: str | float | None) -> str | None:
    return str(value) if value is not None else None
