"""What a guided check says: its question with the answers to tap, and its outcome."""

from __future__ import annotations

from typing import Any

from actions.checks import labels, offer, text_of
from actions.services import Services
from actions.shape import Reply, choice, feedback, link, person, reply, said_in
from knowledge.base import KnowledgeBase
from knowledge.guided import Progress, Step
from knowledge.trees import End, Question


def offers(
    progress: Progress | None, base: KnowledgeBase, services: Services, language: str
) -> list[dict[str, Any]]:
    """The choice that begins a check or goes on with it; none where there is no check."""
    if progress is None or progress.tree not in base.trees or base.trees[progress.tree].collects:
        return []
    return [choice(offer(progress, services.responses, language), {"tree": progress.tree})]


def asked(step: Step, base: KnowledgeBase, services: Services, language: str) -> Reply:
    """The question of a step."""
    question, tree = step.node, step.tree
    assert isinstance(question, Question)
    say = services.responses.say
    text = text_of(question.ask, step.progress, base, language)
    if step.again:
        text = f"{say('check.again', language)}\n\n{text}"
    elif not step.progress.asked and not tree.collects:
        text = f"{say('check.begin', language)}\n\n{text}"
    found = labels(question, step.progress, base, language)
    # These can be tapped while the conversation waits for a person.
    collects = {"collects": True} if tree.collects else {}
    choices = [
        choice(label, {"tree": tree.id, "node": question.id, "answer": answer, **collects})
        for answer, label in found.items()
    ]
    if step.again:
        choices.append(person(services, language))
    return reply(text, choices=choices, language=said_in(services, language))


def ended(step: Step, base: KnowledgeBase, services: Services, language: str) -> Reply:
    """The outcome of a step: what was found, why, and what to do."""
    outcome = step.outcome
    assert outcome is not None
    text = text_of(outcome.text, step.progress, base, language)
    article = base.article(outcome.article or step.tree.article, language)
    linked = link(article, services, language) if article is not None else None
    spoken = said_in(services, language)
    if outcome.end is End.TICKET:
        told = wanted(step, services, language) if not step.tree.collects else ""
        return reply("\n\n".join(filter(None, (text, told))), article=linked, language=spoken)
    choices = [person(services, language)] if outcome.end is not End.SELF_SERVICE else []
    asks = feedback(article.id, services, language) if article is not None else None
    if outcome.end is End.NOT_RECOVERABLE:
        # Nobody whose coins are gone is asked whether that solved it.
        asks = None
    return reply(text, choices=choices, article=linked, feedback=asks, language=spoken)


def wanted(step: Step, services: Services, language: str) -> str:
    """What of a ticket's fields is still to be told; "" where nothing is."""
    say = services.responses.say
    names = [say(f"check.field.{name}", language) for name in step.missing]
    return say("check.wanted", language, fields=", ".join(names)) if names else ""
