"""From a decision to what the customer reads, and what an agent needs to take over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from actions.check_replies import asked, ended, offers
from actions.language import RULE, SWITCHED
from actions.services import Services
from actions.shape import Reply, choice, feedback, link, person, reply, said_in
from knowledge.articles import Article
from knowledge.base import KnowledgeBase
from knowledge.content import FALLBACK_LANGUAGE
from knowledge.gate import Decision, Kind, Option
from knowledge.jurisdiction import holds_in
from knowledge.language_wish import own_names
from knowledge.signals import feeling, shows
from knowledge.turn import Turn
from knowledge.wishes import Further, Outcome

RELATED = 2
_CLARIFYING = {"vague": "clarify.vague", "not_solved": "solved.sorry"}

# How an agent reads what a message shows.
TONES = {
    "self_harm": "may harm themselves",
    "distress": "in distress",
    "anger": "angry",
    "threat": "threatens",
    "repeated": "wrote before",
    "waiting": "waiting a day or more",
}
# Reasons whose own sentence speaks to the feeling.
CARING = frozenset(
    {
        "self_harm",
        "distress",
        "upset",
        "legal_threat",
        "press_threat",
        "repeated_request",
        "complaint",
        "scam",
        "account_danger",
        "deceased_customer",
    }
)


def replies(
    turn: Turn,
    base: KnowledgeBase,
    services: Services,
    *,
    seed: int | str,
    first: bool,
    switched: bool = False,
) -> list[Reply]:
    """The replies of a turn, at least one. `seed` chooses between wordings; `first` says that the
    conversation has only begun: then a customer whose language we do not write is told so;
    `switched` that the message asked for its language.
    """
    written, *more = [
        _write(turn, base, services, seed),
        *(_answer_too(each, base, services) for each in turn.further if _answered(each)),
    ]
    _mention(written, turn, base, services)
    said = _before(written, turn, services, first=first, switched=switched)
    said += _care(turn, services, seed)
    written["text"] = "\n\n".join([*said, written["text"]])
    return [written, *more, *_collecting(turn, base, services)]


def _before(
    written: Reply, turn: Turn, services: Services, *, first: bool, switched: bool
) -> list[str]:
    """What is said about the language before the reply itself."""
    say, language = services.responses.say, turn.understanding.language
    said = []
    if switched and not _only_language(turn):
        said.append(say("language.switched_and_more", language))
    if language in services.responses.languages:
        if written["article"] is not None and written["language"] != language:
            said.append(say("language.article_in_english", language))
        return said
    note = f"language_note.{language}"
    if first and turn.decision.topic != "unintelligible" and services.responses.has(note):
        said.append(say(note))
    return said


def _care(turn: Turn, services: Services, seed: int | str) -> list[str]:
    """A sentence about the feeling that the message shows, where the reply has none of its own."""
    decision = turn.decision
    felt = feeling(turn.understanding)
    own = decision.kind is Kind.HANDOFF and decision.reason in CARING
    if felt is None or own or decision.kind in (Kind.SMALLTALK, Kind.DECLINE):
        return []
    return [services.responses.say(f"care.{felt}", turn.understanding.language, seed=seed)]


def handoff(turn: Turn, base: KnowledgeBase) -> dict[str, Any] | None:
    """Who should take over and why; None unless the turn was handed off."""
    decision = turn.decision
    if decision.kind is not Kind.HANDOFF:
        return None
    return {
        "reason": decision.reason,
        "priority": decision.priority,
        "team": decision.team,
        "topic": decision.topic,
        "summary": summary(turn, base),
    }


def summary(turn: Turn, base: KnowledgeBase) -> str:
    """One line for the agent: what it is about, why it came, and what was named. No message
    text.
    """
    decision, step = turn.decision, turn.check
    row = base.intents.get(decision.intent)
    if step is not None and step.outcome is not None:
        # A ticket: its fields say all that the message could, and more.
        return " · ".join([row.label if row is not None else decision.intent, step.summary()])
    parts = [row.label if row is not None else decision.intent, decision.reason.replace("_", " ")]
    named = [value for value in (turn.asset, turn.network) if value]
    if named:
        parts.append(" ".join(named))
    amounts = [str(e.value) for e in turn.understanding.entities if e.name == "amount"]
    if amounts:
        parts.append("amount " + ", ".join(amounts[:2]))
    hours = turn.understanding.hours()
    if hours:
        parts.append(f"for {hours / 24:.0f} days" if hours >= 48 else f"for {hours:.0f} hours")
    parts.extend(text for name, text in TONES.items() if shows(turn.understanding, name))
    kinds = {"tx_hash": "transaction id given", "order_id": "order id given"}
    parts.extend(text for name, text in kinds.items() if turn.understanding.entity(name))
    for each in turn.further:
        answered = " (answered)" if _answered(each) else ""
        clear = each.outcome is not Outcome.UNCLEAR
        parts.append(f"also asked: {each.option.label if clear else 'unclear'}{answered}")
    if decision.reason == "second_clarification" and turn.candidates:
        parts.append("nearest article: " + turn.candidates[0].title)
    parts.extend(turn.tried)
    return " · ".join(parts)


def note(turn: Turn) -> str | None:
    """What a check gathered after the hand-over, for the agents alone; None but at its end."""
    step = turn.check
    ended_now = step is not None and step.tree.collects and step.outcome is not None
    return step.summary() if step is not None and ended_now else None


def failed(services: Services, language: str) -> tuple[list[Reply], dict[str, Any]]:
    """What is said, and passed on, when a turn could not be worked out at all."""
    text = services.responses.say("handoff.assistant_failed", language)
    told = reply(text, language=said_in(services, language))
    passed = {
        "reason": "assistant_failed",
        "priority": "normal",
        "team": "general",
        "topic": "human_agent",
        "summary": "The assistant failed while working on this message.",
    }
    return [told], passed


def _write(turn: Turn, base: KnowledgeBase, services: Services, seed: int | str) -> Reply:
    decision, language = turn.decision, turn.understanding.language
    step = turn.check
    if step is not None and not _collects(turn):
        say = ended if step.outcome is not None else asked
        return say(step, base, services, language)
    if decision.kind is Kind.ANSWER:
        article = base.article(decision.article or "", language)
        assert article is not None
        return _answer(article, turn, base, services)
    if decision.kind is Kind.CLARIFY:
        return _clarify(turn, base, services, language, seed)
    if _only_language(turn):
        return _about_language(turn, services, seed)
    return reply(_sentence(turn, base, services, seed), language=said_in(services, language))


def _sentence(turn: Turn, base: KnowledgeBase, services: Services, seed: int | str) -> str:
    """What is said by a response alone."""
    decision, language = turn.decision, turn.understanding.language
    key = f"{decision.kind.value}.{_subject(decision)}"
    if turn.solved is not None and turn.solved["solved"]:
        key = "solved.glad"
    if not services.responses.has(key):
        key = "handoff.default" if decision.kind is Kind.HANDOFF else "decline.oos_general"
    return services.responses.say(key, language, seed=seed, exchange=base.brand)


def _collects(turn: Turn) -> bool:
    """Whether questions that help whoever takes over begin with this hand-over."""
    step = turn.check
    return step is not None and step.tree.collects and turn.decision.kind is Kind.HANDOFF


def _collecting(turn: Turn, base: KnowledgeBase, services: Services) -> list[Reply]:
    """The first of these questions, as a message of its own after everything else."""
    if turn.check is None or not _collects(turn):
        return []
    language = turn.understanding.language
    first = asked(turn.check, base, services, language)
    led = services.responses.say("check.collect", language)
    return [first | {"text": f"{led} {first['text']}"}]


def _only_language(turn: Turn) -> bool:
    return turn.rule == RULE and turn.decision.kind is Kind.SMALLTALK


def _about_language(turn: Turn, services: Services, seed: int | str) -> Reply:
    """The answer to a message that only asks for a language."""
    known, language = services.responses.languages, turn.understanding.language
    key = "switched" if turn.decision.reason == SWITCHED else "unsupported"
    text = services.responses.say(
        f"language.{key}", language, seed=seed, languages=own_names(known)
    )
    return reply(text, language=said_in(services, language))


def _subject(decision: Decision) -> str:
    """The last part of the response's key."""
    if decision.kind is Kind.HANDOFF:
        return decision.reason
    return decision.intent if decision.kind is Kind.SMALLTALK else decision.topic


def _answer(article: Article, turn: Turn, base: KnowledgeBase, services: Services) -> Reply:
    rendered = base.renderer.render(article, asset=turn.asset, network=turn.network)
    language = turn.understanding.language
    holds = holds_in(article, base.renderer.facts, services.responses, language)
    return reply(
        "\n\n".join(filter(None, (rendered.short, holds))),
        details=rendered.details or None,
        choices=[
            *offers(turn.progress, base, services, language),
            *_related(article, base, services, language),
        ],
        article=link(article, services, language),
        feedback=feedback(article.id, services, language),
        language=article.language,
    )


def _related(
    article: Article, base: KnowledgeBase, services: Services, language: str
) -> list[dict[str, Any]]:
    """The choices that lead on from an article. One that is called as what was just answered, for
    it has no title in the language yet, would look like the same again.
    """
    labels = services.labels.intents(language)
    taken = {article.title, *(labels.get(name, "") for name in article.intents)}
    choices = []
    for name in article.follow_ups:
        label = services.labels.article(name, base, language)
        if label and label not in taken:
            taken.add(label)
            choices.append(choice(label, {"article": name}))
    return choices[:RELATED]


def _answered(wish: Further) -> bool:
    return wish.outcome is Outcome.ANSWERED


def _answer_too(wish: Further, base: KnowledgeBase, services: Services) -> Reply:
    """The answer to another wish of a message that was handed over for the first one."""
    language = wish.turn.understanding.language
    article = base.article(wish.turn.decision.article or "", language)
    assert article is not None
    # A person has the conversation now: a choice would get no answer.
    told = _answer(article, wish.turn, base, services) | {"choices": [], "feedback": None}
    led = services.responses.say("wishes.answered", language, title=article.title)
    return told | {"text": f"{led}\n\n{told['text']}"}


def _mention(said: Reply, turn: Turn, base: KnowledgeBase, services: Services) -> None:
    """Say what becomes of the other wishes that are not answered at once, and offer them."""
    for outcome, key in ((Outcome.OFFERED, "also"), (Outcome.PASSED_ON, "passed_on")):
        labels = [
            option.label
            for option in _in_language(
                [each.option for each in turn.further if each.outcome is outcome],
                turn,
                base,
                services,
            )
        ]
        if labels:
            mentioned = services.responses.say(
                f"wishes.{key}", turn.understanding.language, others=", ".join(labels)
            )
            said["text"] = f"{said['text']}\n\n{mentioned}"
    offered = [
        choice(option.label, option.choice)
        for option in _in_language(turn.offered, turn, base, services)
    ]
    if offered:
        kept = [each for each in said["choices"] if each["choice"] not in offered]
        # Asked back, what was asked comes first; under an answer, what was asked for does.
        asking = turn.decision.kind is Kind.CLARIFY
        people = [each for each in kept if "human" in each["choice"]]
        others = [each for each in kept if each not in people][: None if asking else RELATED - 1]
        said["choices"] = [*others, *offered, *people] if asking else [*offered, *others]


def _in_language(
    options: Sequence[Option], turn: Turn, base: KnowledgeBase, services: Services
) -> tuple[Option, ...]:
    return services.labels.options(options, base, turn.understanding.language)


def _clarify(
    turn: Turn, base: KnowledgeBase, services: Services, language: str, seed: int | str
) -> Reply:
    decision = turn.decision
    progress = turn.progress if turn.solved is not None or _under_way(turn) else None
    say = services.responses.say
    if decision.missing is not None:
        text = say(f"clarify.{decision.missing}", language, seed=seed)
    elif decision.question is not None:
        text = _question(decision, base, language) or say("clarify.question", language, seed=seed)
    else:
        key = _CLARIFYING.get(decision.reason, "clarify.question")
        text = say(key, language, seed=seed)
    choices = [
        *offers(progress, base, services, language),
        *(choice(option.label, option.choice) for option in decision.options),
        person(services, language),
    ]
    return reply(text, choices=choices, language=said_in(services, language))


def _under_way(turn: Turn) -> bool:
    """Whether a check waits for an answer while something else is spoken of."""
    return turn.progress is not None and turn.progress.node is not None


def _question(decision: Decision, base: KnowledgeBase, language: str) -> str:
    """The question that an article of choices asks; "" where it is not there in the language."""
    article = base.article(decision.article or "", language)
    if article is not None and article.choices is not None and article.language == language:
        return article.choices.question
    return decision.question or "" if language == FALLBACK_LANGUAGE else ""
