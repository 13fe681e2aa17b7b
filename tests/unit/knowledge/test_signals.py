"""Words that mean a person is needed, and words that look like them and do not."""

from __future__ import annotations

import pytest

from knowledge.signals import Signal, money_missing, signals
from knowledge.understanding import Entity, Understanding


def message(
    text: str, intent: str = "deposit_not_credited", confidence: float = 0.8, hours: float = 0
) -> Understanding:
    entities = (Entity("duration", hours),) if hours else ()
    return Understanding(text, "en", intent, confidence, 0.9, ((intent, confidence),), entities)


@pytest.mark.parametrize(
    ("signal", "text"),
    [
        (Signal.ASKED_FOR_PERSON, "agent"),
        (Signal.ASKED_FOR_PERSON, "human please"),
        (Signal.ASKED_FOR_PERSON, "I want to talk to a real person!"),
        (Signal.ASKED_FOR_PERSON, "can you connect me with an agent"),
        (Signal.ASKED_FOR_PERSON, "let me speak to your manager"),
        (Signal.ASKED_FOR_PERSON, "I need a human"),
        (Signal.ASKED_FOR_PERSON, "stop, not a bot, give me a person"),
        (Signal.LEGAL_THREAT, "my lawyer will contact you"),
        (Signal.LEGAL_THREAT, "i will report you to the regulator"),
        (Signal.LEGAL_THREAT, "see you in court"),
        (Signal.PRESS_THREAT, "i am going to the press with this"),
        (Signal.DISTRESS, "those were my life savings"),
        (Signal.DISTRESS, "i want to kill myself"),
        (Signal.DISTRESS, "now I can't pay my rent"),
        (Signal.REPEATED_REQUEST, "this is the third time I ask"),
        (Signal.REPEATED_REQUEST, "nobody answered my ticket"),
        (Signal.REPEATED_REQUEST, "still no reply from support"),
        (Signal.REPEATED_REQUEST, "you keep ignoring me"),
    ],
)
def test_a_person_is_needed(signal: Signal, text: str) -> None:
    assert signal in signals(message(text, "complaint"), "complaint_feedback")


@pytest.mark.parametrize(
    "text",
    [
        "how do i withdraw usdt",
        "what are the agent fees for the referral programme",
        "can a person under 18 register",
        "is there an agent commission",
        "I lost my phone",
        "can i pay with my life insurance",
        "what time does the launch end",
        "please answer: what is the fee?",
        "how long does the second verification take",
        "who can see my personal data",
    ],
)
def test_nothing_of_it_is_meant(text: str) -> None:
    assert signals(message(text, "withdraw_fee"), "withdraw_limits_fees") == ()


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("my deposit has not arrived for 3 days", 72),
        ("usdt still pending since yesterday", 0),
        ("withdrawal stuck, been two days", 48),
        ("it says completed but i have not received the money", 0),
        ("blockchain shows confirmed but nothing in my wallet", 0),
        ("status success, where is my btc", 0),
    ],
)
def test_money_is_missing(text: str, hours: float) -> None:
    assert money_missing(message(text, hours=hours), "deposit_crypto")


@pytest.mark.parametrize(
    ("text", "hours", "topic"),
    [
        ("how long does a deposit take, 24 hours?", 24, "deposit_crypto"),
        ("i sent usdt ten minutes ago and it is not there", 0.2, "deposit_crypto"),
        ("my order is not filled for 3 days", 72, "spot_trading"),
        ("deposited yesterday and all is fine", 0, "deposit_crypto"),
        ("what does completed mean", 0, "withdraw_crypto"),
    ],
)
def test_money_is_not_missing(text: str, hours: float, topic: str) -> None:
    assert not money_missing(message(text, hours=hours), topic)


def test_a_question_about_depositing_is_no_missing_deposit() -> None:
    known = message("not sure how to deposit, waiting 2 days for a guide", "deposit_how", hours=48)
    assert not money_missing(known, "deposit_crypto")


def test_the_gravest_comes_first() -> None:
    known = message("my lawyer and my life savings, give me a person", "complaint")
    assert signals(known, "complaint_feedback")[0] is Signal.DISTRESS
