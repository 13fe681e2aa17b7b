"""Addresses, transaction hashes and order ids, told by their form and check sum."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot.language import checksums
from bot.language.entity import Entity

EVM_NETWORKS = ("ERC20", "BEP20", "POLYGON", "ARBITRUM", "OPTIMISM", "BASE", "AVAXC")

_BASE58 = r"[1-9A-HJ-NP-Za-km-z]"
_EDGE, _END = r"(?<![A-Za-z0-9])", r"(?![A-Za-z0-9])"


def _base58check(*versions: int) -> Callable[[str], bool]:
    def checks(text: str) -> bool:
        body = checksums.base58check(text)
        return body is not None and len(body) == 21 and body[0] in versions

    return checks


def _ripple(text: str) -> bool:
    body = checksums.base58check(text, checksums.RIPPLE_ALPHABET)
    return body is not None and len(body) == 21 and body[0] == 0


def _solana(text: str) -> bool:
    mixed = any(c.islower() for c in text) and any(c.isupper() for c in text)
    raw = checksums.base58(text)
    return mixed and any(c.isdigit() for c in text) and raw is not None and len(raw) == 32


# Form, check and networks. What checks is taken; the first that checks wins.
_KINDS: Sequence[tuple[str, Callable[[str], bool], tuple[str, ...]]] = (
    (r"(?:bc1|BC1)[A-Za-z0-9]{11,87}", checksums.bech32, ("BTC",)),
    (r"ltc1[a-z0-9]{11,87}", checksums.bech32, ("LTC",)),
    (r"cosmos1[a-z0-9]{38,58}", checksums.bech32, ("ATOM",)),
    (r"addr1[a-z0-9]{50,110}", checksums.bech32, ("ADA",)),
    (rf"[13]{_BASE58}{{25,34}}", _base58check(0, 5), ("BTC",)),
    (rf"[LM]{_BASE58}{{25,34}}", _base58check(48, 50), ("LTC",)),
    (rf"D{_BASE58}{{25,34}}", _base58check(30), ("DOGE",)),
    (rf"T{_BASE58}{{33}}", _base58check(0x41), ("TRC20",)),
    (rf"r{_BASE58}{{24,34}}", _ripple, ("XRP",)),
    (r"[EUk0]Q[A-Za-z0-9_-]{46}", checksums.ton, ("TON",)),
    (r"G[A-Z2-7]{55}", checksums.stellar, ("XLM",)),
    (rf"1{_BASE58}{{45,47}}", checksums.ss58, ("DOT",)),
    (r"bitcoincash:[qp][a-z0-9]{41}", lambda _: True, ("BCH",)),
    (r"0\.0\.\d{3,10}", lambda _: True, ("HBAR",)),
    (rf"{_BASE58}{{32,44}}", _solana, ("SOL",)),
)
_COMPILED = [(re.compile(_EDGE + form + _END), check, networks) for form, check, networks in _KINDS]
_EVM = re.compile(_EDGE + r"0[xX][0-9a-fA-F]{40}" + _END)
_HASH = re.compile(_EDGE + r"(?:0x)?[0-9a-fA-F]{64}" + _END)
_SIGNATURE = re.compile(_EDGE + _BASE58 + r"{86,88}" + _END)
_ORDER = re.compile(
    r"(?:order|trade|withdrawal|deposit|transaction|transfer|reference|ref|ticket|case)"
    r"[ ]*(?:id|no\.?|nr\.?|number|num)?[ ]*(?:is|:|#|№|=)*[ ]*"
    r"(?P<id>[A-Za-z0-9][A-Za-z0-9-]{4,35})" + _END,
    re.IGNORECASE,
)
_MARKED = re.compile(r"#(?P<id>[A-Za-z0-9-]{6,36})" + _END)
_LONG_NUMBER = re.compile(r"(?<![\w.,])(?P<id>\d{12,20})(?![\w]|[.,]\d)")


def find_codes(text: str) -> list[Entity]:
    """Addresses (`networks` tells where they can be used), then hashes, then order ids."""
    found: list[Entity] = []
    if not any(character.isdigit() for character in text):
        return found
    for match in _EVM.finditer(text):
        checks = checksums.eip55(match.group())
        more = {"networks": list(EVM_NETWORKS)}
        if checks is False:
            more["checksum"] = "wrong"
        found.append(Entity("address", match.group(), *match.span(), more))
    for match in [*_HASH.finditer(text), *_SIGNATURE.finditer(text)]:
        _add(found, Entity("tx_hash", match.group(), *match.span()))
    for form, check, networks in _COMPILED:
        for match in form.finditer(text):
            if check(match.group()):
                _add(
                    found,
                    Entity("address", match.group(), *match.span(), {"networks": list(networks)}),
                )
    for form in (_ORDER, _MARKED, _LONG_NUMBER):
        for match in form.finditer(text):
            entity = _order(match.group("id"), *match.span("id"))
            if entity is not None:
                _add(found, entity)
    return found


def _order(text: str, start: int, end: int) -> Entity | None:
    # "order of 2 BTC" and "withdrawal 100usdt" name no id: one has five figures or more.
    if sum(character.isdigit() for character in text) < 5:
        return None
    return Entity("order_id", text, start, end)


def _add(found: list[Entity], entity: Entity) -> None:
    if not any(entity.overlaps(other) for other in found):
        found.append(entity)
