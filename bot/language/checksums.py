"""Check sums of addresses, as the chains' own documents define them."""

from __future__ import annotations

import base64
import hashlib

BITCOIN_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
RIPPLE_ALPHABET = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32_CONSTANTS = (1, 0x2BC830A3)  # bech32 (BIP 173) and bech32m (BIP 350)


def base58(text: str, alphabet: str = BITCOIN_ALPHABET) -> bytes | None:
    """The bytes that `text` writes in base 58, None where a character is not of the alphabet."""
    number = 0
    for character in text:
        digit = alphabet.find(character)
        if digit < 0:
            return None
        number = number * 58 + digit
    zeros = len(text) - len(text.lstrip(alphabet[0]))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def base58check(text: str, alphabet: str = BITCOIN_ALPHABET) -> bytes | None:
    """Version and payload of a base58check string, None where the check sum is wrong."""
    raw = base58(text, alphabet)
    if raw is None or len(raw) < 5:
        return None
    body, check = raw[:-4], raw[-4:]
    expected = hashlib.sha256(hashlib.sha256(body).digest()).digest()[:4]
    return body if check == expected else None


def bech32(text: str) -> bool:
    """Whether a bech32 or bech32m string checks (BIP 173, BIP 350)."""
    lower = text.lower()
    prefix, _, data = lower.rpartition("1")
    if text not in (lower, text.upper()) or not prefix or len(data) < 6:
        return False
    values = [_BECH32.find(character) for character in data]
    if min(values) < 0:
        return False
    expanded = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix] + values
    return _polymod(expanded) in _BECH32_CONSTANTS


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(
            (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
        ):
            if top >> bit & 1:
                check ^= generator
    return check


def eip55(address: str) -> bool | None:
    """Whether the capitals of `0x...` are its check sum; None where it has no mixed case."""
    digits = address[2:]
    if digits in (digits.lower(), digits.upper()):
        return None
    digest = keccak256(digits.lower().encode()).hex()
    return all(
        character == (character.upper() if int(nibble, 16) >= 8 else character.lower())
        for character, nibble in zip(digits, digest[: len(digits)], strict=True)
    )


def ss58(text: str) -> bool:
    """Whether a Polkadot address (network 0) checks."""
    raw = base58(text)
    if raw is None or len(raw) != 35 or raw[0] != 0:
        return False
    return hashlib.blake2b(b"SS58PRE" + raw[:-2], digest_size=64).digest()[:2] == raw[-2:]


def ton(text: str) -> bool:
    """Whether a user-friendly TON address checks."""
    try:
        raw = base64.urlsafe_b64decode(text)
    except ValueError:
        return False
    return len(raw) == 36 and _crc16(raw[:-2]) == int.from_bytes(raw[-2:], "big")


def stellar(text: str) -> bool:
    """Whether a Stellar account id checks."""
    try:
        raw = base64.b32decode(text)
    except ValueError:
        return False
    return len(raw) == 35 and _crc16(raw[:-2]) == int.from_bytes(raw[-2:], "little")


def _crc16(data: bytes) -> int:
    """CRC-16/XMODEM."""
    check = 0
    for byte in data:
        check ^= byte << 8
        for _ in range(8):
            check = (check << 1 ^ 0x1021 if check & 0x8000 else check << 1) & 0xFFFF
    return check


_ROUNDS = (
    0x0000000000000001, 0x0000000000008082, 0x800000000000808A, 0x8000000080008000,
    0x000000000000808B, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
    0x000000000000008A, 0x0000000000000088, 0x0000000080008009, 0x000000008000000A,
    0x000000008000808B, 0x800000000000008B, 0x8000000000008089, 0x8000000000008003,
    0x8000000000008002, 0x8000000000000080, 0x000000000000800A, 0x800000008000000A,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
)  # fmt: skip
_WIDE = (1 << 64) - 1
_RATE = 136


def keccak256(data: bytes) -> bytes:
    """Keccak-256 with the padding of before FIPS 202, as Ethereum uses it (hashlib has not)."""
    padded = bytearray(data + b"\x01")
    padded += b"\0" * (-len(padded) % _RATE)
    padded[-1] |= 0x80
    lanes = [[0] * 5 for _ in range(5)]
    for start in range(0, len(padded), _RATE):
        for lane in range(_RATE // 8):
            word = padded[start + 8 * lane : start + 8 * lane + 8]
            lanes[lane % 5][lane // 5] ^= int.from_bytes(word, "little")
        _permute(lanes)
    return b"".join(lanes[lane % 5][lane // 5].to_bytes(8, "little") for lane in range(4))


def _permute(lanes: list[list[int]]) -> None:
    for constant in _ROUNDS:
        parity = [row[0] ^ row[1] ^ row[2] ^ row[3] ^ row[4] for row in lanes]
        for x in range(5):
            mixed = parity[x - 1] ^ _rotate(parity[(x + 1) % 5], 1)
            for y in range(5):
                lanes[x][y] ^= mixed
        x, y, current = 1, 0, lanes[1][0]
        for step in range(24):
            x, y = y, (2 * x + 3 * y) % 5
            current, lanes[x][y] = lanes[x][y], _rotate(current, (step + 1) * (step + 2) // 2)
        for y in range(5):
            row = [lanes[x][y] for x in range(5)]
            for x in range(5):
                lanes[x][y] = row[x] ^ (~row[(x + 1) % 5] & _WIDE & row[(x + 2) % 5])
        lanes[0][0] ^= constant


def _rotate(value: int, by: int) -> int:
    by %= 64
    return (value << by | value >> (64 - by)) & _WIDE
