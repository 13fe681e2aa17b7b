"""Words that mean a person is needed whatever the topic: a plain wish for one, threats, distress,
missing money.

Each pattern is narrow on purpose: a false alarm here costs an agent's time, and the classifier sees
the rest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from knowledge.understanding import Understanding


class Signal(StrEnum):
    """Why a person is needed, as the routing record names it. Ordered: the first that applies is
    the reason.
    """

    DISTRESS = "distress"
    LEGAL_THREAT = "legal_threat"
    PRESS_THREAT = "press_threat"
    MONEY_MISSING = "money_missing"
    REPEATED_REQUEST = "repeated_request"
    ASKED_FOR_PERSON = "asked_for_person"


_PERSON = (
    r"(?:humans?|human being|(?:real|actual|live) (?:person|people|human|agent|someone)|person|"
    r"agents?|operator|representative|(?:support|customer|service) (?:rep|agent|person|specialist)|"
    r"manager|supervisor|some(?:one|body) (?:real|human|from (?:support|your team))|staff member)"
)

_ENGLISH: Mapping[Signal, re.Pattern[str]] = {
    Signal.ASKED_FOR_PERSON: re.compile(
        rf"^\W*(?:please )?(?:an? )?{_PERSON}(?: please| pls| now)*\W*$"
        rf"|\b(?:talk|speak|chat|connect|transfer|pass|hand|put|forward|escalate)\b"
        rf"(?: \w+){{0,4}}? "
        rf"(?:to|with|through to) (?:an? |the |your |any )?{_PERSON}\b"
        rf"|\b(?:want|need|get me|give me|can i have|can i get|let me have|bring)\b(?: to see)? "
        rf"(?:an? |some )?{_PERSON}\b"
        rf"|\b(?:not|no|stop) (?:an? |the |with the |talking to an? )?(?:bot|robot|machine)s?\b"
        rf".*\b{_PERSON}\b"
    ),
    Signal.LEGAL_THREAT: re.compile(
        r"\b(?:lawyers?|attorneys?|solicitor|lawsuit|sue (?:you|u|calder)|suing (?:you|u)|"
        r"take (?:you|this) to court|see you in court|legal action|legal proceedings|ombudsman|"
        r"(?:report|complain)(?:ing|ed)? (?:you |this )?(?:to|with) (?:the )?"
        r"(?:regulator|authorit\w+|fca|sec|bafin|police|consumer protection))\b"
    ),
    Signal.PRESS_THREAT: re.compile(
        r"\b(?:go(?:ing)?|talk(?:ing)?|write|writing|turn(?:ing)?|tell(?:ing)?|contact(?:ing)?|"
        r"inform(?:ing)?) (?:to )?(?:the )?(?:press|media|newspapers?|journalists?)\b"
        r"|\bi(?: a|')m a journalist\b|\bexpose you (?:on|in|to)\b"
    ),
    Signal.DISTRESS: re.compile(
        r"\b(?:suicid\w*|kill(?:ing)? my ?self|end(?:ing)? my life|take my own life|"
        r"(?:don'?t|do not) want to live|harm(?:ing)? my ?self|life savings|lost everything|"
        r"can'?t (?:pay|afford) (?:my |the )?(?:rent|food|bills|mortgage|medication|medicine)|"
        r"i(?: a|')m (?:so )?desperate)\b"
    ),
    Signal.REPEATED_REQUEST: re.compile(
        r"\b(?:(?:second|third|fourth|fifth|\d+(?:nd|rd|th)) time "
        r"(?:i|that i|asking|writing|contacting)|how many times (?:do|must|should) i|"
        r"(?:no ?body|no one|nobody at support|none of you|support never|you never) "
        r"(?:ever |has |have )?(?:answer\w*|repl\w+|respond\w*|got back|gets back|helped)|"
        r"(?:still )?(?:no|without (?:an?|any)|not (?:a single|one)) (?:answer|reply|response) "
        r"(?:from (?:you|support|anyone)|since|for|to my|yet)|"
        r"(?:already|have) (?:opened|sent|submitted|raised|created) (?:\w+ ){0,2}tickets?\b"
        r".*\b(?:no|nobody|nothing|without|never)|"
        r"keep (?:ignoring|closing my ticket)|(?:you are|being|been) ignor(?:ed|ing))\b"
    ),
}

# Money that has not arrived counts as missing after a day, or when it is shown as complete.
_LATE = re.compile(
    r"\bsince (?:yesterday|last (?:week|month|night)|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|june|july|"
    r"august|september|october|november|december)\b"
    r"|\b(?:for|over|several|many|few|couple of) (?:\w+ )?(?:days|weeks|months)\b"
    r"|\b(?:a|one|last) (?:week|month) ago\b|\blast (?:week|month)\b|\bdays ago\b|\byesterday\b"
)
_UNARRIVED = re.compile(
    r"\b(?:not|never|haven'?t|hasn'?t|didn'?t|isn'?t|wasn'?t|still|nothing|no|without|missing|"
    r"stuck|pending|waiting|where|disappeared|vanished|gone|lost|processing)\b"
)
_COMPLETE = re.compile(
    r"\b(?:complete[d]?|success(?:ful(?:ly)?)?|confirmed|finished|done|marked as sent|"
    r"shows? (?:as )?sent|says? (?:it(?:'s| is| was)? )?(?:sent|paid|processed))\b"
)
_NOT_RECEIVED = re.compile(
    r"\b(?:not|never|didn'?t|hasn'?t|haven'?t|isn'?t|nothing|no)\b(?: \w+){0,5}? "
    r"(?:receiv\w*|arriv\w*|credit\w*|reach\w*|show\w*|got|get|here|there|come|came|funds|"
    r"money|coins?|balance|wallet)\b"
    r"|\b(?:nothing|zero|empty|0) (?:in|on|at) (?:my|the)\b|\bwhere is\b|\bwallet is empty\b"
)
_QUESTION = re.compile(
    r"^\W*(?:how long|what is|how do|how many|when will|do you|does)\b"
    r"(?!.*\b(?:my|still|already|been)\b)"
)

_MONEY_TOPICS = frozenset({"deposit_crypto", "deposit_fiat", "withdraw_crypto", "withdraw_fiat"})
_STATUS_INTENTS = frozenset(
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
DAY_HOURS = 24.0


def signals(understanding: Understanding, topic: str) -> tuple[Signal, ...]:
    """Every signal of a message, the gravest first. `topic` is that of its likeliest intent."""
    text = understanding.text.lower().replace("’", "'")
    found = {signal for signal, pattern in _ENGLISH.items() if pattern.search(text)}
    if money_missing(understanding, topic):
        found.add(Signal.MONEY_MISSING)
    return tuple(signal for signal in Signal if signal in found)


def money_missing(understanding: Understanding, topic: str) -> bool:
    """Whether money is missing or stuck for a day or more, or shown complete and not arrived."""
    if topic not in _MONEY_TOPICS or understanding.mass(_STATUS_INTENTS) < 0.3:
        return False
    text = understanding.text.lower().replace("’", "'")
    if _QUESTION.search(text) or not _UNARRIVED.search(text):
        return False
    late = understanding.hours() >= DAY_HOURS or _LATE.search(text) is not None
    return late or (_COMPLETE.search(text) is not None and _NOT_RECEIVED.search(text) is not None)
