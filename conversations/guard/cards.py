"""Card numbers: the right length for their issuer, and a right check digit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from conversations.guard.findings import Finding
from conversations.guard.patterns import any_of, either

_NUMBER = re.compile(r"(?<![\w.,-])(?:\d[ -]?){12,18}\d(?![\w-]|[.,]\d)")
# Lengths that issuers use, by what a number begins with.
_ISSUERS = (
    (re.compile(r"4"), {13, 16, 19}),
    (re.compile(r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"), {16}),
    (re.compile(r"3[47]"), {15}),
    (re.compile(r"30[0-5]|3[689]"), {14, 16}),
    (re.compile(r"35"), {16}),
    (re.compile(r"60|64|65|62|220|81"), {16, 17, 18, 19}),
    (re.compile(r"50|56|57|58|6[0-9]"), {16, 17, 18, 19}),
)
# One in ten of any such numbers has a right check digit by chance: what is said to be something
# else is not a card.
_SAYS_OTHER = re.compile(
    either(
        r"""
        order uid user\s?id \bid ticket case ref(?:erence)? trade memo tag invoice transaction
        tx\w* hash block tracking
        """
    )
    + r"[\s\w]{0,12}[:#=]?\s*#?$"
)
_SAYS_CARD = any_of(
    "card visa master amex tarjeta carte karte cart[ãa]o carta карт kart 卡 カード 카드"
)
BEFORE = 40


def find_cards(folded: str) -> Iterator[Finding]:
    """Numbers of payment cards."""
    for match in _NUMBER.finditer(folded):
        digits = re.sub(r"[ -]", "", match.group())
        if not has_check_digit(digits) or not _is_issued(digits):
            continue
        before = folded[max(0, match.start() - BEFORE) : match.start()]
        if _SAYS_OTHER.search(before) and not _SAYS_CARD.search(before):
            continue
        yield Finding(match.start(), match.end(), "card_number")


def has_check_digit(digits: str) -> bool:
    """Luhn's algorithm (ISO/IEC 7812-1)."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _is_issued(digits: str) -> bool:
    return any(
        start.match(digits) is not None and len(digits) in lengths for start, lengths in _ISSUERS
    )
