"""Rasa's actions. The rules of the dialogue choose one by its intent; the gate has the last word.

Every action does the same on purpose: an intent is only the classifier's best guess, so whether to
answer, ask, decline or hand off is decided by everything that is known, not by the guess alone. The
action that Rasa chose stands in the routing record as the rule.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import structlog
from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions.checks import Tapped, asked_again, guided_turn, tapped_turn
from actions.errors import ChoiceError
from actions.language import Language, before, told
from actions.memory import Memory
from actions.replies import failed, handoff, note, replies
from actions.services import Services
from actions.solved import Verdict, solved_turn, tried, typed_verdict
from knowledge.base import KnowledgeBase
from knowledge.encoder import unpack_vector
from knowledge.errors import KnowledgeError
from knowledge.gate import Kind, Option
from knowledge.turn import Turn, choose_turn, decide_turn
from knowledge.understanding import Understanding, nothing_understood

_log = structlog.get_logger(__name__)

ACTIONS = (
    "action_answer",
    "action_choose",
    "action_hand_off",
    "action_small_talk",
    "action_decline",
    "action_default_fallback",
)
# What a tapped choice may say beside what it leads to.
SPECIFIC = ("asset", "network")


class TurnAction(Action):  # type: ignore[misc]  # rasa-sdk publishes no types
    """One of ACTIONS: answers the latest message with one JSON message `{"teller": ...}`."""

    def __init__(self, name: str, services: Services) -> None:
        self._name = name
        self._services = services

    def name(self) -> str:
        return self._name

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Answer the latest message. Whatever goes wrong, the customer is told and handed over."""
        started = time.perf_counter()
        try:
            payload, events = self._answer(tracker)
        except Exception as error:
            # The last line of defence: an exception would be silence for the customer.
            payload, events = self._fail(error, tracker)
        dispatcher.utter_message(json_message={"teller": payload})
        record = payload["record"]
        _log.info(
            "turn",
            conversation=tracker.sender_id,
            action=self._name,
            intent=record["intent"],
            decision=record["decision"],
            reason=record["reason"],
            article=record["article"],
            probability=record["probability"],
            milliseconds=round(1000 * (time.perf_counter() - started), 2),
        )
        return events

    def _answer(self, tracker: Tracker) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        message = tracker.latest_message
        metadata = message.get("metadata") or {}
        base = self._services.knowledge.get()
        memory = Memory.read(tracker.slots, metadata)
        language = self._language(message, metadata)
        turn = self._turn(base, message, language, memory)
        kept = memory.after(turn)
        seed = metadata.get("event_id") or message.get("message_id") or message.get("text") or 0
        payload = {
            "replies": replies(
                turn,
                base,
                self._services,
                seed=seed,
                first=memory.last_topic is None,
                switched=language.switched,
            ),
            "record": turn.record()
            | {
                "spoken": language.spoken.plain(),
                "rule": f"{self._name}:{turn.rule}",
                "build": base.build,
            },
            "handoff": handoff(turn, base),
            "note": note(turn),
        }
        # Said here, Rasa need not ask its policies what comes next.
        return payload, [*kept.events(tracker.slots), dict(FollowupAction("action_listen"))]

    def _language(self, message: Mapping[str, Any], metadata: Mapping[str, Any]) -> Language:
        if _is_choice(message):
            return Language.unchanged(metadata)
        return Language.of(str(message.get("text") or ""), metadata, self._services)

    def _turn(
        self, base: KnowledgeBase, message: Mapping[str, Any], language: Language, memory: Memory
    ) -> Turn:
        """The turn of a message: decided by itself, then by what the conversation was about."""
        decided = self._decide(base, message, language.spoken.reply, memory)
        turn = memory.specified(told(decided, language, memory, base, self._services))
        turn = self._in_context(turn, message, language, memory, base)
        if turn.decision.kind is Kind.HANDOFF:
            turn = replace(turn, tried=tried(memory, base))
        return turn

    def _in_context(
        self,
        turn: Turn,
        message: Mapping[str, Any],
        language: Language,
        memory: Memory,
        base: KnowledgeBase,
    ) -> Turn:
        """The turn as a guided check or an open question about an answer makes it."""
        if language.reason is not None:
            return asked_again(turn, memory, base)
        named = _named(message) if _is_choice(message) else {}
        tapped = Tapped.of(named)
        if tapped is not None:
            return tapped_turn(turn, tapped, memory, base)
        verdict = Verdict.of(named) if named else typed_verdict(turn, memory, self._services)
        if verdict is not None:
            return solved_turn(turn, verdict, memory, base, self._services)
        return guided_turn(turn, memory, base, self._services.responses)

    def _decide(
        self, base: KnowledgeBase, message: Mapping[str, Any], language: str, memory: Memory
    ) -> Turn:
        text = str(message.get("text") or "")
        if _is_choice(message):
            named = Understanding.from_parse(message, language=language, text=text)
            specified = tuple(each for each in named.entities if each.name in SPECIFIC)
            understanding = replace(named, ranking=(), entities=specified)
            return choose_turn(base, understanding, _option(message))
        if not any(character.isalnum() for character in text):
            understanding = nothing_understood(text, language)
        else:
            understanding = Understanding.from_parse(message, language=language)
        vector = unpack_vector(message.get("vector"), str(base.manifest.get("encoder")))
        return decide_turn(base, understanding, memory.context, vector=vector)

    def _fail(
        self, error: Exception, tracker: Tracker
    ) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        expected = isinstance(error, KnowledgeError | ChoiceError)
        _log.error(
            "turn_failed",
            action=self._name,
            code=getattr(error, "code", type(error).__name__),
            # Our own messages name files and keys; a foreign one might repeat what was written.
            error=str(error) if expected else None,
            exc_info=None if expected else error,
        )
        spoken = before(tracker.latest_message.get("metadata") or {})
        said, passed = failed(self._services, spoken.reply)
        record = failed_record(self._name) | {"language": spoken.reply}
        return {"replies": said, "record": record, "handoff": passed}, []


def _is_choice(message: Mapping[str, Any]) -> bool:
    return (message.get("intent") or {}).get("name") == "choose"


def failed_record(action: str) -> dict[str, Any]:
    """The routing record of a turn that failed."""
    return {
        "intent": None,
        "topic": "human_agent",
        "confidence": 0.0,
        "in_scope": 0.0,
        "decision": Kind.HANDOFF.value,
        "reason": "assistant_failed",
        "probability": 0.0,
        "article": None,
        "alternatives": [],
        "entities": [],
        "language": "en",
        "needs_human": False,
        "rule": f"{action}:failed",
        "milliseconds": {},
    }


def _named(message: Mapping[str, Any]) -> dict[str, Any]:
    """What the channel put into the entities of the `choose` message."""
    entities = message.get("entities") or ()
    return {str(entity.get("entity")): entity.get("value") for entity in entities}


def _option(message: Mapping[str, Any]) -> Option:
    """The choice that was tapped."""
    named = _named(message)
    if Tapped.of(named) is not None or Verdict.of(named) is not None:
        # It is dealt with where checks and answers are; a person if they are gone since then.
        return Option("", intent="human_agent")
    if isinstance(named.get("article"), str):
        return Option("", article=named["article"])
    if isinstance(named.get("intent"), str):
        return Option("", intent=named["intent"])
    raise ChoiceError(
        "A choice needs an entity `article`, `intent`, `tree` or `solved`; check bot/channel.py."
    )
