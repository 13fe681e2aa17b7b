from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.services import Services
from actions.turns import TurnAction
from knowledge.articles import Choices, Option
from knowledge.base import KnowledgeBase
from knowledge.language import LanguageDetector
from knowledge.responses import Responses
from knowledge.testing import make_article, make_base

INTENTS = {
    "withdraw_fee": {
        "topic": "withdraw_limits_fees",
        "handling": "answer",
        "label": "Withdrawal fees",
    },
    "savings_rates": {"topic": "savings_earn", "handling": "answer", "label": "Savings rates"},
    "deposit_missing": {
        "topic": "deposit_crypto",
        "handling": "handoff",
        "label": "Deposit missing",
        "needs_human": True,
        "priority": "high",
        "team": "payments",
    },
    "human_agent": {
        "topic": "human_agent",
        "handling": "handoff",
        "label": "Talk to a person",
        "needs_human": True,
    },
    "greeting": {"topic": "greeting", "handling": "smalltalk", "label": "Hello"},
    "oos_coding": {"topic": "oos_coding", "handling": "decline", "label": "Code"},
    "unintelligible": {"topic": "unintelligible", "handling": "decline", "label": "Unreadable"},
}
FEES = (
    "{% if asset %}{{ asset }} costs {{ facts.fee }}.{% else %}It costs {{ facts.fee }}.{% endif %}"
)
ARTICLES = [
    make_article(
        "fees",
        title="Withdrawal fees",
        intents=("withdraw_fee",),
        questions=("what is the withdrawal fee",),
        body=FEES + "\n\n## Steps\n1. Look.",
        uses=("asset", "network"),
        follow_ups=("limits", "flexible", "fixed"),
    ),
    make_article("limits", title="Withdrawal limits", uses=("asset",), body=FEES),
    make_article("flexible", topic="savings_earn", title="Flexible rates"),
    make_article("fixed", topic="savings_earn", title="Fixed rates"),
    make_article(
        "apy",
        topic="savings_earn",
        intents=("savings_rates",),
        questions=("apy",),
        choices=Choices(
            "Which savings do you mean?",
            (Option("Flexible savings", "flexible"), Option("Fixed savings", "fixed")),
        ),
    ),
]


class Held:
    """Knowledge that is there already, or is missing."""

    def __init__(self, base: KnowledgeBase | Exception) -> None:
        self.base = base

    def get(self) -> KnowledgeBase:
        if isinstance(self.base, Exception):
            raise self.base
        return self.base


@pytest.fixture(scope="session")
def base() -> KnowledgeBase:
    facts = {"fee": 2, "exchange": {"name": "Acme", "site": "https://acme.example"}}
    return make_base(ARTICLES, INTENTS, facts=facts)


@pytest.fixture
def services(base: KnowledgeBase) -> Services:
    return Services(Held(base), LanguageDetector(), Responses.load(), "https://acme.example/help")


class Conversation:
    """Sends messages to the actions as Rasa would, and keeps the slots in between."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.slots: dict[str, Any] = {}
        self.number = 0

    async def say(
        self,
        text: str,
        intent: str = "withdraw_fee",
        confidence: float = 0.95,
        *,
        action: str = "action_answer",
        entities: tuple[dict[str, Any], ...] = (),
        clarifications: int = 0,
        language: str | None = None,
        wishes: tuple[dict[str, Any], ...] = (),
        spoken: dict[str, Any] | None = None,
        tone: dict[str, float] | None = None,
    ) -> dict[str, Any]:
        self.number += 1
        message = {
            "text": text,
            "intent": {"name": intent, "confidence": confidence},
            "intent_ranking": [{"name": intent, "confidence": confidence}],
            "entities": list(entities),
            "in_scope": 0.9,
            "wishes": list(wishes),
            "tone": tone or {},
            "metadata": {
                "language": language or (spoken or {}).get("language"),
                "event_id": self.number,
                "context": {"clarifications": clarifications, "spoken": spoken},
            },
        }
        tracker = Tracker("c", dict(self.slots), message, [], False, None, {}, "action_listen")
        dispatcher = CollectingDispatcher()
        events = await TurnAction(action, self.services).run(dispatcher, tracker, {})
        self.slots |= {
            event["name"]: event["value"] for event in events if event["event"] == "slot"
        }
        (sent,) = dispatcher.messages
        payload: dict[str, Any] = sent["custom"]["teller"]
        return payload


@pytest.fixture
def conversation(services: Services) -> Conversation:
    return Conversation(services)


@pytest.fixture
def start(services: Services) -> Callable[[Services], Conversation]:
    return Conversation
