"""The decision about one message: answer it, ask back, or pass it to a person. Pure: no clock, no
files, no network.

The order is that of the harm a mistake would do. Whether a person is needed comes first
(knowledge/person.py); then small talk and what is not ours; then the one calibrated probability
that the best article answers. What is left is asked once, and passed on the second time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from knowledge.articles import Article
from knowledge.calibration import Calibration, features
from knowledge.decision import Decision, Kind, Option, TurnContext, handed_off
from knowledge.intents import Handling, Intent, Intents
from knowledge.need import Need
from knowledge.person import DECLINE_FROM, REASONS, SURE, PersonRules, with_feeling
from knowledge.search import Candidate
from knowledge.understanding import Understanding

# A decision is taken here, whatever it is made of.
__all__ = ["Decision", "Gate", "Kind", "Option", "TurnContext", "handed_off"]


SMALLTALK_FROM = 0.5
# The same where a clarifying question is open.
SMALLTALK_INSTEAD_FROM = 0.85
DECLINE_FOREIGN_FROM = 0.9
# Below this a message is hardly about the exchange: article titles would be odd choices to offer.
SCOPE_FLOOR = 0.15
# An intent at least this likely is worth a choice of its own.
LIKELY = 0.12
MAXIMUM_CLARIFICATIONS = 1
MAXIMUM_OPTIONS = 3

# What to offer when nothing is known of the message but that it is a question.
COMMON = ("deposit_not_credited", "withdraw_pending", "verify_identity")


@dataclass(frozen=True)
class Gate:
    """Decides, given the table of intents, the articles by id, and what was fitted: the calibration
    of answers and the need of a person.

    `languages` are those that the classifier was taught.
    """

    intents: Intents
    articles: Mapping[str, Article]
    calibration: Calibration
    languages: frozenset[str] = frozenset({"en"})
    need: Need = field(default_factory=Need.load)

    @property
    def _persons(self) -> PersonRules:
        return PersonRules(self.intents, self.need)

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
            self._persons.called(understanding, draft)
            or self._by_phrasing(understanding, candidates, draft)
            or self._persons.needed(understanding, draft)
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
        decision = with_feeling(decision, understanding)
        if decision.kind is Kind.CLARIFY and context.clarifications >= MAXIMUM_CLARIFICATIONS:
            return with_feeling(handed_off(decision, "second_clarification"), understanding)
        return decision

    def reaches_articles(self, understanding: Understanding) -> bool:
        """Whether the decision about this message is left to the articles found for it."""
        draft = self._draft(understanding, (), 1.0)
        return not (
            self._persons.called(understanding, draft)
            or self._persons.needed(understanding, draft)
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
        return Decision(
            kind=Kind.CLARIFY,
            reason="low_confidence",
            intent=understanding.intent,
            topic=self.intents.topic(understanding.intent),
            probability=probability,
            needs_human=self._persons.is_needed(understanding),
            priority=row.priority if row is not None else "normal",
            team=row.team if row is not None else "general",
            alternatives=self._alternatives(understanding, candidates),
        )

    def _by_intent(self, understanding: Understanding, draft: Decision) -> Decision | None:
        talk = understanding.intent in self._handled(Handling.SMALLTALK)
        # Half a goodbye and half a greeting are neither: small talk has to be one kind for sure,
        # and like what people say there, or "that stuff over there" is taken for a no.
        known = understanding.in_scope >= SCOPE_FLOOR
        if talk and known and understanding.confidence >= SMALLTALK_FROM:
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

    def _named(self, draft: Decision, name: str, kind: Kind) -> Decision:
        row = self.intents[name]
        reason = row.topic if kind is Kind.DECLINE else name
        return replace(draft, kind=kind, reason=reason, intent=name, topic=row.topic)

    def _by_phrasing(
        self, understanding: Understanding, candidates: Sequence[Candidate], draft: Decision
    ) -> Decision | None:
        """A phrasing that somebody wrote for an article is no guess, unless it is one for which the
        article is not enough.
        """
        if not candidates or not candidates[0].exact:
            return None
        answered = self.articles[candidates[0].article].intents
        if any(self.intents[name].needs_human for name in answered if name in self.intents):
            return None
        return self._by_article(understanding, candidates, draft)

    def _by_article(
        self, understanding: Understanding, candidates: Sequence[Candidate], draft: Decision
    ) -> Decision | None:
        if not candidates:
            return None
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
        people = {name for name in likely if name in self._persons.handed_over()}
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


def _best_intent(understanding: Understanding, article: Article) -> str:
    """The likeliest intent that the article answers, else the first that it names."""
    likeliest = (name for name, _ in understanding.ranking if name in article.intents)
    return next(likeliest, article.intents[0] if article.intents else understanding.intent)
