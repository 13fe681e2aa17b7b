"""When a person is needed, why, and who should take it. Pure.

In the order of the harm a mistake would do: a life, an account, despair and threats, missing money,
a plain wish for a person; then the one probability that a person is needed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from knowledge.decision import Decision, Kind, handed_off
from knowledge.intents import Handling, Intent, Intents
from knowledge.need import Need
from knowledge.signals import UPSET_FROM, Signal, feeling, signals
from knowledge.understanding import Understanding

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
# money is gone which article they mean costs more. For what the intents alone say; where the
# message's tone is known, `Need` has a threshold of its own.
HANDOFF_FROM = 0.4
# An intent that needs a person names the case from this probability on.
NAMED_FROM = 0.2
# An intent at least this likely names what a message is about.
SURE = 0.5
# Small talk, and what is not ours, are that surely from this probability on.
DECLINE_FROM = 0.6

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

PERSON = "human_agent"
# What a threat or a cry for help is about where the message says nothing else.
COMPLAINT = "complaint"
_URGENT = (Signal.SELF_HARM, Signal.DISTRESS)


@dataclass(frozen=True)
class PersonRules:
    """Decides whether a message goes to a person, given the intents and the fitted need."""

    intents: Intents
    need: Need

    def called(self, understanding: Understanding, draft: Decision) -> Decision | None:
        """The hand-over of a message that by itself calls for a person, else None; `draft` names
        what it is about.
        """
        found = signals(understanding, draft.topic)
        if Signal.SELF_HARM in found:
            return self._signalled(Signal.SELF_HARM, understanding, draft)
        if understanding.mass(frozenset(DANGER)) >= DANGER_FROM:
            name = next(name for name, _ in understanding.ranking if name in DANGER)
            return handed_off(draft, DANGER[name], self.intents.get(name))
        if found and (found[0] is Signal.DISTRESS or not self._is_declined(understanding)):
            return self._signalled(found[0], understanding, draft)
        if understanding.intent == PERSON and understanding.confidence >= PERSON_FROM:
            return handed_off(draft, "asked_for_person", self.intents.get(PERSON))
        return None

    def needed(self, understanding: Understanding, draft: Decision) -> Decision | None:
        """The hand-over of a message that needs a person by everything that is known together:
        five ways of missing money are one need, however unsure it is which.
        """
        if not draft.needs_human:
            return None
        names = self.handed_over()
        likeliest = next((name for name, _ in understanding.ranking if name in names), None)
        if likeliest is None or understanding.mass(names) < NAMED_FROM:
            return handed_off(draft, "needs_person")
        return handed_off(draft, REASONS.get(likeliest, "needs_person"), self.intents[likeliest])

    def is_needed(self, understanding: Understanding) -> bool:
        """Whether everything that is known together says that a person is needed."""
        if self._is_declined(understanding) or self._is_small_talk(understanding):
            return False
        needing = frozenset(name for name, row in self.intents.items() if row.needs_human)
        probability = self.need.probability(understanding, needing)
        if understanding.needs_human is None:
            return probability >= HANDOFF_FROM
        return probability >= self.need.threshold

    def handed_over(self) -> frozenset[str]:
        """The intents that go to a person, but for the plain wish for one."""
        rows = self.intents.with_handling(Handling.HANDOFF)
        return frozenset(row.name for row in rows if row.name != PERSON)

    def _signalled(self, signal: Signal, understanding: Understanding, draft: Decision) -> Decision:
        if signal is Signal.MONEY_MISSING:
            return handed_off(draft, signal.value, self._missing_money(draft.topic))
        decision = handed_off(draft, signal.value)
        if signal in _URGENT:
            decision = replace(decision, priority="urgent")
        elif signal is not Signal.ASKED_FOR_PERSON:
            decision = replace(decision, priority=_raised(draft.priority))
        row = self.intents.get(understanding.intent)
        unsaid = row is None or row.handling in (Handling.SMALLTALK, Handling.DECLINE)
        fallback = PERSON if signal is Signal.ASKED_FOR_PERSON else COMPLAINT
        if (unsaid or understanding.confidence < SURE) and fallback in self.intents:
            decision = replace(decision, intent=fallback, topic=self.intents.topic(fallback))
        return decision

    def _is_declined(self, understanding: Understanding) -> bool:
        """Whether the message is about something that is surely not ours."""
        return self._is(Handling.DECLINE, understanding)

    def _is_small_talk(self, understanding: Understanding) -> bool:
        return self._is(Handling.SMALLTALK, understanding)

    def _is(self, handling: Handling, understanding: Understanding) -> bool:
        row = self.intents.get(understanding.intent)
        sure = understanding.confidence >= DECLINE_FROM
        return sure and row is not None and row.handling is handling

    def _missing_money(self, topic: str) -> Intent | None:
        """The intent of missing money in a topic, for its team and priority."""
        missing = (name for name, reason in REASONS.items() if reason == "money_missing")
        rows = (self.intents[name] for name in missing if name in self.intents)
        return next((row for row in rows if row.topic == topic), None)


def with_feeling(decision: Decision, understanding: Understanding) -> Decision:
    """The same decision where the customer is angry or afraid: a hand-over has more haste, and
    nobody who is very angry is asked what they mean.
    """
    unclear = decision.kind is Kind.CLARIFY and decision.reason == "low_confidence"
    if unclear and understanding.tone.get("anger", 0.0) >= UPSET_FROM:
        decision = handed_off(decision, "upset")
    if decision.kind is Kind.HANDOFF and feeling(understanding) in ("anger", "distress"):
        return replace(decision, priority=_raised(decision.priority))
    return decision


def _raised(priority: str) -> str:
    return "high" if priority == "normal" else priority
