"""The decision about one message: answer it, ask back, or pass it to a person. Pure: no clock, no
files, no network.

The order is that of the harm a mistake would do. An account in danger, a plain wish for a person
and missing money come first and need little certainty; then what the classifier is sure of; then
the one calibrated probability that the best article answers. What is left is asked once, and passed
on the second time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from knowledge.articles import Article
from knowledge.calibration import Calibration, features
from knowledge.intents import Handling, Intent, Intents
from knowledge.search import Candidate
from knowledge.signals import Signal, signals
from knowledge.understanding import Understanding


class Kind(StrEnum):
    """What happens with the message."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    HANDOFF = "handoff"
    SMALLTALK = "smalltalk"
    DECLINE = "decline"


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


# Little certainty is needed where silence could cost the customer the account; a calibrated .3
# means that three in ten such messages really are in danger.
DANGER = {
    "account_hacked": "account_danger",
    "unauthorised_transaction": "account_danger",
    "scam_lost_money": "scam",
    "secret_shared": "secret_shared",
}
DANGER_FROM = 0.3
PERSON_FROM = 0.4
# Handing over what an article could have answered costs an agent a minute; asking somebody whose
# money is gone which article they mean costs more. Out of fold, .4 means 84 % right.
HANDOFF_FROM = 0.4
SMALLTALK_FROM = 0.5
# The same where a clarifying question is open.
SMALLTALK_INSTEAD_FROM = 0.85
DECLINE_FROM = 0.6
DECLINE_FOREIGN_FROM = 0.9
# Below this a message is hardly about the exchange: article titles would be odd choices to offer.
SCOPE_FLOOR = 0.15
# An intent at least this likely is worth a choice of its own.
LIKELY = 0.12
# An intent at least this likely names what a message is about.
SURE = 0.5
MAXIMUM_CLARIFICATIONS = 1
MAXIMUM_OPTIONS = 3

REASONS = {
    "human_agent": "asked_for_person",
    "deposit_missing": "money_missing",
    "fiat_deposit_missing": "money_missing",
    "withdraw_missing": "money_missing",
    "fiat_withdraw_missing": "money_missing",
    "wrong_network_sent": "recovery_needed",
    "memo_missing_sent": "recovery_needed",
    "account_restricted": "account_restricted",
    "futures_dispute": "dispute",
    "fee_dispute": "dispute",
    "outage_loss": "dispute",
    "complaint": "complaint",
    "compensation": "complaint",
    "repeated_request": "repeated_request",
    "deceased_customer": "deceased_customer",
} | DANGER

# What to offer when nothing is known of the message but that it is a question.
COMMON = ("deposit_not_credited", "withdraw_pending", "verify_identity")


@dataclass(frozen=True)
class Gate:
    """Decides, given the table of intents, the articles by id, and the fitted calibration.

    `languages` are those that the classifier was taught.
    """

    intents: Intents
    articles: Mapping[str, Article]
    calibration: Calibration
    languages: frozenset[str] = frozenset({"en"})

    def decide(
        self,
        understanding: Understanding,
        candidates: Sequence[Candidate],
        context: TurnContext,
        *,
        known_words: float = 1.0,
    ) -> Decision:
        """What to do with a message, given the articles found for it, best first."""
        draft = self._draft(understanding, candidates, known_words)
        decision = (
            self._danger(understanding, draft)
            or self._signalled(understanding, draft)
            or self._person(understanding, draft)
            or self._by_intent(understanding, draft)
            or self._by_article(understanding, candidates, draft)
            or self._unclear(understanding, candidates, draft)
        )
        if (
            decision.kind is Kind.SMALLTALK
            and context.clarifications
            and understanding.confidence < SMALLTALK_INSTEAD_FROM
        ):
            # Asked what was meant, people seldom begin to chat: it is another unclear answer.
            decision = self._unclear(understanding, candidates, draft)
        if decision.kind is Kind.CLARIFY and context.clarifications >= MAXIMUM_CLARIFICATIONS:
            return handed_off(decision, "second_clarification")
        return decision

    def reaches_articles(self, understanding: Understanding) -> bool:
        """Whether the decision about this message is left to the articles found for it."""
        draft = self._draft(understanding, (), 1.0)
        return not (
            self._danger(understanding, draft)
            or self._signalled(understanding, draft)
            or self._person(understanding, draft)
            or self._by_intent(understanding, draft)
        )

    def answerable(self, understanding: Understanding) -> float:
        """The probability that the message is of an intent that articles answer."""
        return sum(
            confidence
            for name, confidence in understanding.ranking
            if name in self.intents and self.intents[name].handling is Handling.ANSWER
        )

    def decide_intent(
        self, name: str, understanding: Understanding, candidates: Sequence[Candidate]
    ) -> Decision:
        """The decision when the customer has chosen this intent: no doubt is left about what is
        meant.
        """
        row = self.intents[name]
        draft = replace(self._draft(understanding, candidates, 1.0), intent=name, topic=row.topic)
        if row.handling is Handling.HANDOFF:
            return handed_off(draft, REASONS.get(name, "needs_person"), row)
        if row.handling is Handling.SMALLTALK:
            return replace(draft, kind=Kind.SMALLTALK, reason="chosen")
        article = self.article_of(row, candidates)
        if article is None:
            return handed_off(draft, "no_article", row)
        return self.decide_article(article, draft)

    def decide_article(self, article: Article, draft: Decision) -> Decision:
        """The decision when this article is the one: it is given, or asks its own question."""
        chosen = replace(draft, article=article.id, topic=article.topic, probability=1.0)
        if article.choices is not None:
            return self._ask_choices(article, chosen)
        return replace(chosen, kind=Kind.ANSWER, reason="chosen")

    def article_of(self, row: Intent, candidates: Sequence[Candidate]) -> Article | None:
        """The article that answers an intent: the best found, else the table's first, else the
        first that names it; never one that only asks back.
        """
        named = [name for name in sorted(self.articles) if row.name in self.articles[name].intents]
        answering = [
            name
            for name in (*row.articles, *named)
            if name in self.articles and self.articles[name].choices is None
        ]
        found = [candidate.article for candidate in candidates if candidate.article in answering]
        return self.articles[(found or answering)[0]] if answering else None

    def _draft(
        self, understanding: Understanding, candidates: Sequence[Candidate], known_words: float
    ) -> Decision:
        probability = 0.0
        if candidates:
            values = features(
                understanding,
                candidates,
                answerable=self.answerable(understanding),
                known_words=known_words,
            )
            probability = self.calibration.probability(values)
        row = self.intents.get(understanding.intent)
        needed = frozenset(name for name, other in self.intents.items() if other.needs_human)
        return Decision(
            kind=Kind.CLARIFY,
            reason="low_confidence",
            intent=understanding.intent,
            topic=self.intents.topic(understanding.intent),
            probability=probability,
            needs_human=understanding.mass(needed) >= HANDOFF_FROM,
            priority=row.priority if row is not None else "normal",
            team=row.team if row is not None else "general",
            alternatives=self._alternatives(understanding, candidates),
        )

    def _danger(self, understanding: Understanding, draft: Decision) -> Decision | None:
        if understanding.mass(frozenset(DANGER)) < DANGER_FROM:
            return None
        name = next(name for name, _ in understanding.ranking if name in DANGER)
        return handed_off(draft, DANGER[name], self.intents.get(name))

    def _signalled(self, understanding: Understanding, draft: Decision) -> Decision | None:
        found = signals(understanding, draft.topic)
        if not found:
            return None
        row = self.intents.get(understanding.intent)
        declined = (
            row is not None
            and row.handling is Handling.DECLINE
            and understanding.confidence >= DECLINE_FROM
        )
        if declined and found[0] is not Signal.DISTRESS:
            return None
        decision = handed_off(draft, found[0].value)
        if found[0] is not Signal.ASKED_FOR_PERSON:
            decision = replace(
                decision, priority="high" if draft.priority == "normal" else draft.priority
            )
        fallback = "human_agent" if found[0] is Signal.ASKED_FOR_PERSON else "complaint"
        vague = understanding.confidence < SURE or (
            row is not None and row.handling in _NOT_SUPPORT
        )
        if vague and found[0] is not Signal.MONEY_MISSING and fallback in self.intents:
            decision = replace(decision, intent=fallback, topic=self.intents.topic(fallback))
        return decision

    def _person(self, understanding: Understanding, draft: Decision) -> Decision | None:
        if (
            understanding.mass(frozenset({"human_agent"})) < PERSON_FROM
            or understanding.intent != "human_agent"
        ):
            return None
        return handed_off(draft, "asked_for_person", self.intents.get("human_agent"))

    def _by_intent(self, understanding: Understanding, draft: Decision) -> Decision | None:
        """What the intents decide together: five ways of missing money are one need for a person,
        however unsure it is which.
        """
        needed = self._likeliest(understanding, self._needing_person())
        if needed is not None and needed[1] >= HANDOFF_FROM:
            row = self.intents[needed[0]]
            return handed_off(draft, REASONS.get(row.name, "needs_person"), row)
        talk = understanding.intent in self._handled(Handling.SMALLTALK)
        # Half a goodbye and half a greeting are neither: small talk has to be one kind for sure.
        if talk and understanding.confidence >= SMALLTALK_FROM:
            return self._named(draft, understanding.intent, Kind.SMALLTALK)
        declined = self._likeliest(understanding, self._handled(Handling.DECLINE))
        # What the classifier cannot read looks out of scope to it; that is no reason to decline.
        enough = DECLINE_FROM if understanding.language in self.languages else DECLINE_FOREIGN_FROM
        if declined is not None and declined[1] >= enough:
            return self._named(draft, declined[0], Kind.DECLINE)
        return None

    def _likeliest(
        self, understanding: Understanding, names: frozenset[str]
    ) -> tuple[str, float] | None:
        """The likeliest of these intents, and the probability that one of them is meant."""
        first = next((name for name, _ in understanding.ranking if name in names), None)
        return (first, understanding.mass(names)) if first is not None else None

    def _handled(self, kind: Handling) -> frozenset[str]:
        return frozenset(row.name for row in self.intents.with_handling(kind))

    def _needing_person(self) -> frozenset[str]:
        # A wish for a person has its own, plainer rule.
        return frozenset(
            row.name
            for row in self.intents.with_handling(Handling.HANDOFF)
            if row.name != "human_agent"
        )

    def _named(self, draft: Decision, name: str, kind: Kind) -> Decision:
        row = self.intents[name]
        reason = row.topic if kind is Kind.DECLINE else name
        return replace(draft, kind=kind, reason=reason, intent=name, topic=row.topic)

    def _by_article(
        self, understanding: Understanding, candidates: Sequence[Candidate], draft: Decision
    ) -> Decision | None:
        if not candidates:
            return None
        # A phrasing that somebody wrote for an article is no guess.
        if not candidates[0].exact and draft.probability < self.calibration.answer:
            return None
        article = self.articles[candidates[0].article]
        # The intent may differ from the article's: the article won with every signal, so its topic
        # is the better one.
        intent = _best_intent(understanding, article)
        draft = replace(draft, intent=intent, topic=article.topic, article=article.id)
        if article.choices is not None:
            return self._ask_choices(article, draft)
        missing = next(
            (name for name in article.requires if understanding.entity(name) is None), None
        )
        if missing is not None:
            return replace(draft, kind=Kind.CLARIFY, reason="missing_fact", missing=missing)
        return replace(draft, kind=Kind.ANSWER, reason="confident")

    def _ask_choices(self, article: Article, draft: Decision) -> Decision:
        assert article.choices is not None
        options = tuple(
            Option(option.label, article=option.article) for option in article.choices.options
        )
        return replace(
            draft,
            kind=Kind.CLARIFY,
            reason="ambiguous",
            article=article.id,
            options=options,
            question=article.choices.question,
        )

    def _unclear(
        self, understanding: Understanding, candidates: Sequence[Candidate], draft: Decision
    ) -> Decision:
        asking = next(
            (
                self.articles[candidate.article]
                for candidate in candidates[:3]
                if self.articles[candidate.article].choices is not None
            ),
            None,
        )
        short = len(understanding.text.split()) <= 4
        if asking is not None and short and understanding.in_scope >= SCOPE_FLOOR:
            return self._ask_choices(asking, draft)
        return replace(draft, options=self._options(understanding, candidates))

    def _options(
        self, understanding: Understanding, candidates: Sequence[Candidate]
    ) -> tuple[Option, ...]:
        """What may be meant: the articles of likely intents, likely needs for a person, then what
        search found.
        """
        vague = understanding.in_scope < SCOPE_FLOOR and understanding.confidence < SURE
        if vague or understanding.language not in self.languages:
            return self._distinct(self._option(name, ()) for name in COMMON)
        likely = [name for name, confidence in understanding.ranking if confidence >= LIKELY]
        people = {name for name in likely if name in self._needing_person()}
        found = [
            Option(candidate.title, article=candidate.article)
            for candidate in candidates
            if self.articles[candidate.article].choices is None
            # The person is offered already; the article about it would be the same choice twice.
            and not people & set(candidate.intents)
        ]
        options = self._distinct([*(self._option(name, candidates) for name in likely), *found])
        if len(options) > 1:
            return options
        return self._distinct([*options, *(self._option(name, ()) for name in COMMON)])

    def _distinct(self, options: Iterable[Option | None]) -> tuple[Option, ...]:
        offered = {option.label: option for option in options if option is not None}
        return tuple(offered.values())[:MAXIMUM_OPTIONS]

    def _option(self, name: str, candidates: Sequence[Candidate]) -> Option | None:
        row = self.intents.get(name)
        if row is None or row.handling in _NOT_SUPPORT or name == "human_agent":
            return None
        if row.handling is Handling.HANDOFF:
            return Option(row.label, intent=name)
        article = self.article_of(row, candidates)
        return Option(article.title, article=article.id) if article is not None else None

    def _alternatives(
        self, understanding: Understanding, candidates: Sequence[Candidate]
    ) -> tuple[Mapping[str, Any], ...]:
        others = [
            (name, confidence)
            for name, confidence in understanding.ranking
            if name != understanding.intent
        ]
        intents = [
            {"intent": name, "topic": self.intents.topic(name), "confidence": round(confidence, 4)}
            for name, confidence in others[:3]
        ]
        articles = [
            {
                "article": candidate.article,
                "title": candidate.title,
                "score": round(candidate.score, 4),
            }
            for candidate in candidates[:3]
        ]
        return (*intents, *articles)


_NOT_SUPPORT = (Handling.SMALLTALK, Handling.DECLINE)


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


def _best_intent(understanding: Understanding, article: Article) -> str:
    """The likeliest intent that the article answers, else the first that it names."""
    likeliest = (name for name, _ in understanding.ranking if name in article.intents)
    return next(likeliest, article.intents[0] if article.intents else understanding.intent)
