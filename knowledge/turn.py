"""One message from what was understood to what is decided, for live turns and `teller route`."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from knowledge.articles import Article
from knowledge.base import KnowledgeBase
from knowledge.continuation import chosen_option, follows_up, points_back
from knowledge.gate import Decision, Gate, Kind, Option, TurnContext
from knowledge.guided import Progress, Step
from knowledge.index import Vectors
from knowledge.person import DANGER
from knowledge.search import Candidate, Prior
from knowledge.understanding import Understanding
from knowledge.wishes import Further, Outcome, combined, in_order
from knowledge.wishes import record as wishes_record

CANDIDATES = 5
# Enough that some of them are of the topic that is spoken of.
CANDIDATES_OF_TOPIC = 25
# The intent of "yes".
AGREED = "affirm"
NO_OPTION = Option("")


@dataclass(frozen=True)
class Turn:
    """What was decided about one message, and what it rests on.

    `asset` and `network` are what the article is made specific with; `rule` names the way to the
    decision (gate, choice, follow_up); milliseconds are those of search and of deciding. `further`
    are the other wishes of the message, the more urgent first. `check` is the step of a guided
    check that is said, `progress` where a check stands afterwards, `solved` what the customer said
    of an answer, `tried` what was tried before a hand-over, for the agent.
    """

    decision: Decision
    understanding: Understanding
    candidates: tuple[Candidate, ...] = ()
    asset: str | None = None
    network: str | None = None
    rule: str = "gate"
    milliseconds: Mapping[str, float] = field(default_factory=dict)
    further: tuple[Further, ...] = ()
    check: Step | None = None
    progress: Progress | None = None
    solved: Mapping[str, Any] | None = None
    tried: tuple[str, ...] = ()

    @property
    def offered(self) -> tuple[Option, ...]:
        """The choices that lead to the other wishes of the message."""
        return tuple(each.option for each in self.further if each.outcome is Outcome.OFFERED)

    def record(self) -> dict[str, Any]:
        """The routing record as JSON values, without a word of the message."""
        decision = self.decision
        more: dict[str, Any] = {"check": self.check.record()} if self.check is not None else {}
        if self.solved is not None:
            more["solved"] = dict(self.solved)
        return more | {
            "intent": decision.intent,
            "topic": decision.topic,
            "confidence": round(self.understanding.confidence, 4),
            "in_scope": round(self.understanding.in_scope, 4),
            "decision": decision.kind.value,
            "reason": decision.reason,
            "probability": round(decision.probability, 4),
            "article": decision.article if decision.kind is Kind.ANSWER else None,
            "alternatives": [dict(alternative) for alternative in decision.alternatives],
            "entities": [entity.plain() for entity in self.understanding.entities],
            "language": self.understanding.language,
            "needs_human": decision.needs_human,
            "tone": {name: round(value, 3) for name, value in self.understanding.tone.items()},
            "wishes": wishes_record(self),
            "rule": self.rule,
            "milliseconds": {name: round(value, 2) for name, value in self.milliseconds.items()},
        }


def decide_turn(
    base: KnowledgeBase,
    understanding: Understanding,
    context: TurnContext,
    *,
    vector: Vectors | None = None,
) -> Turn:
    """Search and decide about a typed message; `vector` is its encoding if that is known.

    Of several wishes the most urgent one is decided, the others come with it (`Turn.further`).
    """
    whole = _decide_one(base, understanding, context, vector)
    if not understanding.wishes:
        return whole
    alone = [_decide_one(base, wish, context) for wish in understanding.wishes]
    kept = in_order(alone, base)
    if len(kept) < 2:
        return whole
    # A feeling, a threat or a call for a person is about the most urgent one. The others keep
    # their own answers.
    tone, needs_human = understanding.tone, understanding.needs_human
    first = replace(kept[0].understanding, tone=tone, needs_human=needs_human)
    treated = _decide_one(base, first, context)
    dangers = DANGER.values()
    if whole.decision.reason in dangers and treated.decision.reason not in dangers:
        # An account in danger is never read out of a message by dividing it.
        return whole
    spent = [turn.milliseconds for turn in (whole, *alone, treated)]
    milliseconds = {name: sum(each[name] for each in spent) for name in treated.milliseconds}
    return combined(replace(treated, milliseconds=milliseconds), kept[1:], base)


def _decide_one(
    base: KnowledgeBase,
    understanding: Understanding,
    context: TurnContext,
    vector: Vectors | None = None,
) -> Turn:
    started = time.perf_counter()
    searcher = base.searcher(understanding.language)
    prior = Prior.of(understanding.ranking, base.topic_of)
    candidates = tuple(
        searcher.search(understanding.text, prior=prior, count=CANDIDATES, vector=vector)
    )
    searched = time.perf_counter()
    decision, rule, option = _decide(base, understanding, candidates, context)
    decided = time.perf_counter()
    return Turn(
        decision=decision,
        understanding=understanding,
        candidates=candidates,
        asset=understanding.entity("asset") or option.asset,
        network=understanding.entity("network") or option.network,
        rule=rule,
        milliseconds={"search": 1000 * (searched - started), "decide": 1000 * (decided - searched)},
    )


def choose_turn(
    base: KnowledgeBase, understanding: Understanding, option: Option, *, rule: str = "choice"
) -> Turn:
    """The turn of a tapped choice: nothing is left to doubt. An article that is gone since then is
    a case for a person.
    """
    started = time.perf_counter()
    decision = _chosen(base, understanding, option, ())
    return Turn(
        decision=decision,
        understanding=understanding,
        asset=understanding.entity("asset"),
        network=understanding.entity("network"),
        rule=rule,
        milliseconds={"search": 0.0, "decide": 1000 * (time.perf_counter() - started)},
    )


def _decide(
    base: KnowledgeBase,
    understanding: Understanding,
    candidates: tuple[Candidate, ...],
    context: TurnContext,
) -> tuple[Decision, str, Option]:
    """The decision, the rule that led to it, and the choice that was typed (else NO_OPTION)."""
    gate = base.gate
    known = base.searcher(understanding.language).known_words(understanding.text)
    decision = gate.decide(understanding, candidates, context, known_words=known)
    if decision.kind is Kind.HANDOFF and decision.reason != "second_clarification":
        return decision, "gate", NO_OPTION
    option = chosen_option(understanding.text, context.pending, understanding.language)
    if option is None and decision.intent == AGREED and decision.kind is Kind.SMALLTALK:
        # "Yes" takes the only thing that was offered.
        option = context.pending[0] if len(context.pending) == 1 else None
    if option is not None:
        return _chosen(base, understanding, option, candidates), "choice", option
    last = base.article(context.last_article) if context.last_article else None
    if last is not None and follows_up(understanding, last):
        again = gate.decide_article(last, replace(decision, options=(), question=None))
        return (
            replace(again, reason="follow_up", intent=_intent(again, last)),
            "follow_up",
            NO_OPTION,
        )
    if last is not None and not understanding.wishes and _asks_of(last, understanding, decision):
        found = _of_last(base, understanding, last)
        again = gate.decide_article(found, replace(decision, options=(), question=None))
        again = replace(again, reason="follow_up", intent=_intent(again, found))
        return again, "follow_up", NO_OPTION
    return decision, "gate", NO_OPTION


def _asks_of(last: Article, understanding: Understanding, decision: Decision) -> bool:
    """Whether the message asks more about the last article without naming anything."""
    unclear = decision.kind in (Kind.CLARIFY, Kind.HANDOFF)
    return points_back(understanding) or (unclear and points_back(understanding, aspects=True))


def _of_last(base: KnowledgeBase, understanding: Understanding, last: Article) -> Article:
    """The article that a question about the last one wants: it, or another of its topic.

    A question that names nothing is searched for with the last article's title; one for a fee or a
    limit has the word that tells the articles of a topic apart.
    """
    named = base.article(last.id, understanding.language) or last
    alone = points_back(understanding)
    text = f"{named.title}: {understanding.text}" if alone else understanding.text
    count = CANDIDATES if alone else CANDIDATES_OF_TOPIC
    for candidate in base.searcher(understanding.language).search(text, count=count):
        article = base.article(candidate.article)
        near = article is not None and (article.topic == last.topic or article.id == last.id)
        if article is not None and near and article.choices is None:
            return article
    return last


def _chosen(
    base: KnowledgeBase,
    understanding: Understanding,
    option: Option,
    candidates: tuple[Candidate, ...],
) -> Decision:
    gate: Gate = base.gate
    if option.intent is not None and option.intent in base.intents:
        return gate.decide_intent(option.intent, understanding, candidates)
    article = base.article(option.article) if option.article else None
    if article is None:
        return gate.decide_intent("human_agent", understanding, candidates)
    draft = Decision(Kind.ANSWER, "chosen", understanding.intent, article.topic)
    decision = gate.decide_article(article, draft)
    return replace(decision, intent=_intent(decision, article))


def _intent(decision: Decision, article: Article) -> str:
    """The intent of a turn whose article is known: the message's own if the article answers it."""
    if decision.intent in article.intents or not article.intents:
        return decision.intent
    return article.intents[0]
