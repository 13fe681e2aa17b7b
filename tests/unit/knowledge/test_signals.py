"""Tones that mean that a person is needed, and what becomes of a feeling."""

from __future__ import annotations

import pytest

from knowledge.signals import FROM, Signal, feeling, money_missing, shows, signals
from knowledge.understanding import Understanding


def message(
    text: str = "words", intent: str = "withdraw_fee", confidence: float = 0.8, **tone: float
) -> Understanding:
    return Understanding(
        text, "en", intent, confidence, 0.9, ((intent, confidence),), tone=tone, needs_human=0.5
    )


@pytest.mark.parametrize(
    ("tone", "signal"),
    [
        ("self_harm", Signal.SELF_HARM),
        ("distress", Signal.DISTRESS),
        ("threat", Signal.LEGAL_THREAT),
        ("repeated", Signal.REPEATED_REQUEST),
        ("person", Signal.ASKED_FOR_PERSON),
    ],
)
def test_a_tone_is_a_signal_from_its_threshold_on(tone: str, signal: Signal) -> None:
    enough = FROM[tone]
    assert signals(message(**{tone: enough}), "withdraw_limits_fees") == (signal,)
    assert signals(message(**{tone: enough - 0.01}), "withdraw_limits_fees") == ()


def test_anger_alone_needs_nobody() -> None:
    assert signals(message(anger=0.99), "withdraw_limits_fees") == ()


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("i go to the press", Signal.PRESS_THREAT),
        ("voy a la prensa", Signal.PRESS_THREAT),
        ("иду к журналистам", Signal.PRESS_THREAT),
        ("gazetecilere anlatacağım", Signal.PRESS_THREAT),
        ("tôi sẽ đưa lên báo", Signal.PRESS_THREAT),
        ("vou levar para a imprensa", Signal.PRESS_THREAT),
        ("my lawyer will write to you", Signal.LEGAL_THREAT),
    ],
)
def test_a_threat_with_the_public_is_told_from_one_with_the_law(text: str, signal: Signal) -> None:
    assert signals(message(text, threat=0.9), "withdraw_crypto") == (signal,)


def test_the_gravest_comes_first() -> None:
    known = message(person=0.9, threat=0.9, distress=0.9, self_harm=0.3)
    assert signals(known, "complaint_feedback") == (
        Signal.SELF_HARM,
        Signal.DISTRESS,
        Signal.LEGAL_THREAT,
        Signal.ASKED_FOR_PERSON,
    )


def test_waiting_for_money_is_missing_money() -> None:
    assert money_missing(message(intent="withdraw_pending", waiting=0.8), "withdraw_crypto")
    assert not money_missing(message(intent="withdraw_pending", waiting=0.3), "withdraw_crypto")


def test_waiting_for_anything_else_is_not() -> None:
    assert not money_missing(message(intent="kyc_review_time", waiting=0.9), "kyc_verification")
    # How to deposit is a question about money that is not on its way.
    assert not money_missing(message(intent="deposit_how", waiting=0.9), "deposit_crypto")


def test_without_tone_there_is_no_signal() -> None:
    known = Understanding("my lawyer", "en", "complaint", 0.9, 0.9, (("complaint", 0.9),))
    assert signals(known, "complaint_feedback") == ()
    assert feeling(known) is None
    assert not shows(known, "anger")


@pytest.mark.parametrize(
    ("tone", "felt"),
    [
        ({"anger": 0.9}, "anger"),
        ({"anger": 0.9, "distress": 0.2}, "distress"),
        ({"waiting": 0.9}, "waiting"),
        ({"waiting": 0.9, "anger": 0.6}, "anger"),
        ({"threat": 0.9}, None),
        ({"anger": 0.2, "waiting": 0.3}, None),
    ],
)
def test_what_the_reply_says_a_word_about(tone: dict[str, float], felt: str | None) -> None:
    assert feeling(message(**tone)) == felt
