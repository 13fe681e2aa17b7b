"""What in a message's tone means that a person is needed, whatever the topic.

The probabilities come with the parse (bot/intents/tone.py). Each threshold was chosen on the
out-of-fold predictions of the training data, in six languages; docs/tone.md has the figures. Money
that is missing is the one signal that depends on what the message is about.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from knowledge.understanding import Understanding
from knowledge.words import fold


class Signal(StrEnum):
    """Why a person is needed, as the routing record names it. Ordered: the first that applies is
    the reason.
    """

    SELF_HARM = "self_harm"
    DISTRESS = "distress"
    LEGAL_THREAT = "legal_threat"
    PRESS_THREAT = "press_threat"
    MONEY_MISSING = "money_missing"
    REPEATED_REQUEST = "repeated_request"
    ASKED_FOR_PERSON = "asked_for_person"


# From these probabilities on a tone is a signal by itself: in cross-validation on data/tone, much
# of which was written to mislead, nine of ten messages above them show it. Of self-harm as many
# are found as can be; its few false alarms cost an agent a friendly sentence.
FROM: Mapping[str, float] = {
    "anger": 0.4,
    "distress": 0.25,
    "self_harm": 0.1,
    "threat": 0.3,
    "repeated": 0.6,
    "waiting": 0.6,
    "person": 0.5,
}
# From these on the reply begins with a word about the feeling.
FELT_FROM: Mapping[str, float] = {"distress": 0.15, "anger": 0.4, "waiting": 0.6}
# Nobody who is this angry is asked what they mean.
UPSET_FROM = 0.5

_PUBLIC = re.compile(
    r"\b(?:press|media|newspapers?|journalists?|reporters?|twitter|reddit|tiktok|youtube|facebook|"
    r"instagram|trustpilot|reviews?|followers|viral|public|news|prensa|periodistas?|periodico|"
    r"noticias|redes|seguidores|imprensa|jorna(?:l|lista)|reclame aqui|internet|пресс\w+|"
    r"журналист\w*|газет\w*|сми|новост\w+|ютуб\w*|паблик\w*|отзовик\w*|канал\w*|подписчик\w*|"
    r"basin\w*|gazete\w*|haber\w*|sosyal|medya\w*|twittera|eksi\w*|takipci\w*|bao chi|len bao|"
    r"lam bao|phong vien|boc phot|len mang|group|cong khai)\b"
)

MONEY_TOPICS = frozenset({"deposit_crypto", "deposit_fiat", "withdraw_crypto", "withdraw_fiat"})
_MONEY_INTENTS = frozenset(
    {
        "deposit_not_credited",
        "deposit_missing",
        "fiat_deposit_problem",
        "fiat_deposit_missing",
        "withdraw_pending",
        "withdraw_failed",
        "withdraw_missing",
        "fiat_withdraw_delayed",
        "fiat_withdraw_missing",
    }
)
# Money on its way is what the message may be about.
MONEY_FROM = 0.3


def signals(understanding: Understanding, topic: str) -> tuple[Signal, ...]:
    """Every signal of a message, the gravest first. `topic` is that of its likeliest intent."""
    found = {
        signal
        for name, signal in (
            ("self_harm", Signal.SELF_HARM),
            ("distress", Signal.DISTRESS),
            ("repeated", Signal.REPEATED_REQUEST),
            ("person", Signal.ASKED_FOR_PERSON),
        )
        if shows(understanding, name)
    }
    if shows(understanding, "threat"):
        public = _PUBLIC.search(fold(understanding.text))
        found.add(Signal.PRESS_THREAT if public else Signal.LEGAL_THREAT)
    if money_missing(understanding, topic):
        found.add(Signal.MONEY_MISSING)
    return tuple(signal for signal in Signal if signal in found)


def money_missing(understanding: Understanding, topic: str) -> bool:
    """Whether money is missing or stuck for a day or more, or shown complete and not arrived."""
    about_money = topic in MONEY_TOPICS and understanding.mass(_MONEY_INTENTS) >= MONEY_FROM
    return about_money and shows(understanding, "waiting")


def shows(understanding: Understanding, tone: str) -> bool:
    """Whether a tone is sure enough to be a signal."""
    return understanding.tone.get(tone, 0.0) >= FROM[tone]


def feeling(understanding: Understanding) -> str | None:
    """What a reply should first say a word about: distress, anger or waiting; None if nothing."""
    return next(
        (name for name, enough in FELT_FROM.items() if understanding.tone.get(name, 0.0) >= enough),
        None,
    )
