"""Private keys and access tokens: by their own form, or by what is said of them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from conversations.guard.findings import Finding
from conversations.guard.patterns import any_of

_BITCOIN = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_RIPPLE = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
_B58 = "1-9A-HJ-NP-Za-km-z"

# Forms that stand for a private key and for nothing else.
_KEY_FORMS = re.compile(
    rf"""(?<![A-Za-z0-9])(?:
        (?P<wif>5[{_B58}]{{50}}|[KL][{_B58}]{{51}})          # Bitcoin and its relatives
      | [xyztuv]prv[{_B58}]{{90,120}}                        # extended keys (BIP-32)
      | 6P[{_B58}]{{56}}                                     # encrypted with a passphrase (BIP-38)
      | S[A-Z2-7]{{55}}                                      # Stellar; accounts begin with G
      | PVT_(?:K1|R1|WA)_[{_B58}]{{40,60}}                   # EOS
      | (?:edsk|spsk|p2sk)[{_B58}]{{50,94}}                  # Tezos
      | (?:root_xsk|acct_xsk|addr_xsk|xprv|ed25519e?_sk|nsec|suiprivkey)1[02-9ac-hj-np-z]{{50,220}}
    )(?![A-Za-z0-9])""",
    re.VERBOSE,
)
_PEM = re.compile(
    r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----.{0,12000}?"
    r"(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|\Z)",
    re.DOTALL,
)
# A key file of Solana: the 64 (or 32) bytes as numbers.
_BYTES = re.compile(r"\[\s*(?:\d{1,3}\s*,\s*){31,63}\d{1,3}\s*\]")
# These need a right checksum: much else looks like them.
_CHECKED = re.compile(
    rf"(?<![A-Za-z0-9])(?:s[{_B58}]{{27,30}}|[9c][{_B58}]{{50,51}})(?![A-Za-z0-9])"
)
_TOKENS = re.compile(
    r"""(?<![A-Za-z0-9])(?:
        AKIA[0-9A-Z]{16} | gh[pousr]_[A-Za-z0-9]{36,} | xox[abprs]-[A-Za-z0-9-]{10,}
      | sk_(?:live|test)_[A-Za-z0-9]{16,} | sk-[A-Za-z0-9_-]{20,}
      | eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16,}
      | \d{8,10}:AA[A-Za-z0-9_-]{32,34}
    )""",
    re.VERBOSE,
)

# Hexadecimal of 32 bytes is a transaction hash or a private key: the words around it decide.
_HEX = re.compile(
    r"(?<![A-Za-z0-9])(?:0x)?(?:[0-9a-f]{128}|[0-9a-f]{64}|[0-9a-f]{32})(?![A-Za-z0-9])"
)
_BASE58_KEY = re.compile(rf"(?<![A-Za-z0-9])[{_B58}]{{86,88}}(?![A-Za-z0-9])")
_SAYS_KEY = any_of(
    r"""
    priv(?:ate)?[\s_-]*keys? (?:secret|spend(?:ing)?|view|signing)[\s_-]*keys? keystore
    (?:clave|llave|chave)\s+privada cl[eé]\s+priv[eé]e privater?n?\s+schl[uü]ssel
    chiave\s+privata klucz\s+prywatny (?:приватн|закрыт)\w+\s+ключ\w* özel\s+anahtar
    私钥 私鑰 秘密鍵 개인\s?키 khóa\s+riêng
    """
)
_SAYS_HASH = any_of(
    r"""
    \btx\w* hash transaction \btrx\b transacci[oó]n transa[cç][aã]o transaktion транзакц
    хеш хэш 交易 哈希 block swap withdraw deposit explorer
    """
)
BEFORE = 80
AFTER = 40


def find_keys(text: str, folded: str) -> Iterator[Finding]:
    """Private keys and access tokens; transaction hashes and addresses stay."""
    for pattern in (_KEY_FORMS, _PEM):
        for match in pattern.finditer(text):
            yield Finding(match.start(), match.end(), "private_key")
    for match in _BYTES.finditer(text):
        numbers = [int(number) for number in re.findall(r"\d+", match.group())]
        if len(numbers) in (32, 64) and max(numbers) < 256:
            yield Finding(match.start(), match.end(), "private_key")
    for match in _CHECKED.finditer(text):
        if _is_checked_key(match.group()):
            yield Finding(match.start(), match.end(), "private_key")
    for match in _TOKENS.finditer(text):
        yield Finding(match.start(), match.end(), "api_secret")
    yield from _spoken_of_as_keys(text, folded)


def _spoken_of_as_keys(text: str, folded: str) -> Iterator[Finding]:
    matches = [*_HEX.finditer(folded), *_BASE58_KEY.finditer(text)]
    if not matches or not _SAYS_KEY.search(folded):
        return
    previous_end, previous_is_key = -BEFORE, False
    for match in sorted(matches, key=lambda found: found.start()):
        if 0 <= match.start() - previous_end <= 10:
            is_key = previous_is_key  # a list of them
        else:
            is_key = _is_spoken_of_as_key(folded, match.start(), match.end(), previous_end)
        if is_key:
            yield Finding(match.start(), match.end(), "private_key")
        previous_end, previous_is_key = match.end(), is_key


def _is_spoken_of_as_key(folded: str, start: int, end: int, previous_end: int) -> bool:
    """Whether the nearest word about it says key rather than transaction."""
    before = folded[max(0, start - BEFORE, previous_end) : start]
    key, other = _last(_SAYS_KEY, before), _last(_SAYS_HASH, before)
    if key != other:
        return key > other
    after = folded[end : end + AFTER]
    says_key = _SAYS_KEY.search(after)
    says_hash = _SAYS_HASH.search(after)
    if says_key is None:
        return False
    return says_hash is None or says_key.start() < says_hash.start()


def _last(pattern: re.Pattern[str], text: str) -> int:
    position = -1
    for match in pattern.finditer(text):
        position = match.start()
    return position


def _is_checked_key(token: str) -> bool:
    if token[0] == "s":
        return _base58_check(token, _RIPPLE)
    return _base58_check(token, _BITCOIN)


def _base58_check(token: str, alphabet: str) -> bool:
    """Whether the last four bytes are the double SHA-256 of the rest (Base58Check)."""
    number = 0
    for character in token:
        digit = alphabet.find(character)
        if digit < 0:
            return False
        number = number * 58 + digit
    data = number.to_bytes((number.bit_length() + 7) // 8, "big")
    padding = len(token) - len(token.lstrip(alphabet[0]))
    data = b"\0" * padding + data
    if len(data) < 5:
        return False
    body, checksum = data[:-4], data[-4:]
    return hashlib.sha256(hashlib.sha256(body).digest()).digest()[:4] == checksum
