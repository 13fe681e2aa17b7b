"""Check sums of addresses against the examples of the chains' own documents."""

from __future__ import annotations

import pytest

from bot.language import checksums


def test_keccak_of_nothing_and_of_a_sentence() -> None:
    empty = "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    assert checksums.keccak256(b"").hex() == empty
    fox = "4d741b6f1eb29cb2a9b9911c82f56fa8d73b04959d3d9d222895df6c0b28aa15"
    assert checksums.keccak256(b"The quick brown fox jumps over the lazy dog").hex() == fox


def test_keccak_over_several_blocks_differs_from_its_prefix() -> None:
    assert checksums.keccak256(b"a" * 136) != checksums.keccak256(b"a" * 137)


@pytest.mark.parametrize(
    "address",
    [
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    ],
)
def test_capitals_of_ethereum_addresses_check(address: str) -> None:
    assert checksums.eip55(address) is True
    assert checksums.eip55(address.swapcase().replace("X", "x", 1)) is False


def test_an_address_in_one_case_says_nothing_about_its_check_sum() -> None:
    assert checksums.eip55("0x" + "ab" * 20) is None


@pytest.mark.parametrize(
    "address",
    [
        "A12UEL5L",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
        "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
    ],
)
def test_bech32(address: str) -> None:
    assert checksums.bech32(address)
    assert not checksums.bech32(address[:-1] + ("q" if address[-1] != "q" else "p"))


def test_bech32_in_mixed_case_is_wrong() -> None:
    assert not checksums.bech32("bc1Qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4")


def test_base58check() -> None:
    body = checksums.base58check("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa")
    assert body is not None
    assert body[0] == 0
    assert checksums.base58check("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb") is None
    assert checksums.base58check("0OIl") is None


def test_ton_and_stellar() -> None:
    assert checksums.ton("EQCD39VS5jcptHL8vMjEXrzGaRcCVYto7HUn4bpAOg8xqB2N")
    assert not checksums.ton("EQCD39VS5jcptHL8vMjEXrzGaRcCVYto7HUn4bpAOg8xqB2M")
    assert checksums.stellar("GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ")
    assert not checksums.stellar("GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGY")


def test_polkadot() -> None:
    assert checksums.ss58("15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5")
    assert not checksums.ss58("15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp6")
