"""Personal details out of what is kept to learn from.

The guard has removed secrets before; what tells one person from another goes here: names, addresses
of any kind, numbers of orders, accounts and telephones, and the amounts of one case. What is asked
about stays: coins, networks, steps.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from conversations.guard import guard

# In this order: what an earlier pattern has replaced, a later one does not see.
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("[link]", re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)),
    ("[e-mail]", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("[handle]", re.compile(r"(?<![\w@])@\w{3,}")),
    # IBAN: country, check digits, account.
    ("[account]", re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){2,7}(?:\s?[A-Z0-9]{1,3})?\b")),
    # Hexadecimal: Ethereum addresses and transaction hashes.
    ("[address]", re.compile(r"\b(?:0x)?[0-9a-f]{32,}\b", re.IGNORECASE)),
    # Base58 and bech32: long, with letters and digits both.
    (
        "[address]",
        re.compile(r"\b(?=\w*\d)(?=\w*[A-Za-z])(?:bc1|ltc1|addr1|T|r|[13])?[A-Za-z0-9]{25,110}\b"),
    ),
    ("[address]", re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b")),
    # An amount of one case: at least one decimal and a currency, or a currency sign.
    (
        "[amount]",
        re.compile(
            r"(?<![\w.])(?:[$€£₺₽]\s?\d[\d.,]*|\d[\d.,]*\s?(?:[$€£₺₽]|"
            r"(?:usdt|usdc|btc|eth|bnb|sol|trx|xrp|ltc|doge|ada|dot|usd|eur|gbp|try|tl|rub|brl|vnd)\b))",
            re.IGNORECASE,
        ),
    ),
    # Orders, tickets, identity documents: letters and digits, or many digits.
    ("[number]", re.compile(r"#\s?\w*\d\w*|\b[A-Z]{1,4}-?\d{5,}\b")),
    ("[number]", re.compile(r"(?<!\w)\+?\d(?:[\s().-]?\d){6,}(?!\w)")),
)

_NAME = r"[A-ZÀ-ÝĀ-ŽА-ЯĞİŞÖÜÇĐ][\w'’-]+"
_INTRODUCED = re.compile(
    r"(?P<before>(?i:\b(?:my name is|i am called|me llamo|mi nombre es|meu nome é|me chamo|"
    r"меня зовут|benim adım|adım|ismim|tôi tên là|tên tôi là)\s+))"
    rf"(?P<name>\w[\w'’-]*(?:\s+{_NAME})*)"
)
_CALLED = rf"(?:\[name\]|{_NAME}|(?i:there|again|mr|mrs|ms|bạn|anh|chị)\b)"
_GREETED = re.compile(
    r"^\s*(?i:hi|hello|hey|dear|good (?:morning|afternoon|evening)|hola|buenas|estimad[oa]|"
    r"buen(?:os|as) (?:días|tardes|noches)|olá|oi|bom dia|boa (?:tarde|noite)|"
    r"здравствуйте|привет|добрый (?:день|вечер)|уважаем\w+|merhaba|selam|sayın|"
    rf"xin chào|chào)(?:,?\s+{_CALLED}){{0,4}}\s*[,.!:–—-]+\s*"
)
_SIGNED = re.compile(
    r"\n?\s*(?:best|kind|warm)?\s*(?:regards|wishes)\b.*\Z|\n\s*(?:cheers|thanks|best|yours)\s*,.*\Z|"
    r"\n?\s*(?:un saludo|saludos|atenciosamente|abraços|с уважением|saygılarımızla|saygılarımla|"
    r"iyi günler dilerim|trân trọng)\b.*\Z",
    re.IGNORECASE | re.DOTALL,
)


def without_personal(text: str, *, names: Iterable[str | None] = ()) -> str:
    """`text` with marks such as ``[address]`` for personal details, and secrets removed once more.

    Args:
        names: of the people in the conversation, as far as they are known.
    """
    kept = guard(text).text
    for mark, pattern in _PATTERNS:
        kept = pattern.sub(mark, kept)
    kept = _INTRODUCED.sub(lambda found: f"{found['before']}[name]", kept)
    for part in _parts(names):
        kept = re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", "[name]", kept, flags=re.IGNORECASE)
    return re.sub(r"\[name\](?:[\s-]+\[name\])+", "[name]", kept).strip()


def without_courtesies(text: str) -> str:
    """An agent's answer without the greeting at its beginning and the signature at its end."""
    body = _GREETED.sub("", text, count=1)
    body = _SIGNED.sub("", body).strip()
    return body[:1].upper() + body[1:]


def has_marks(text: str) -> bool:
    """Whether something was removed from it: such a text is about one case, not about many."""
    return bool(re.search(r"\[[a-z][a-z -]* ?(?:removed)?\]", text))


def _parts(names: Iterable[str | None]) -> list[str]:
    """The words of names, the longer first; initials and particles would hit innocent words."""
    parts = {part for name in names if name for part in re.split(r"[\s,.]+", name)}
    return sorted((part for part in parts if len(part) > 2), key=lambda part: (-len(part), part))
