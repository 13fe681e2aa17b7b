"""Entities by rules: assets, networks, amounts, addresses, hashes, order ids."""

from __future__ import annotations

import pytest

from bot.language.entity import Entity
from bot.language.pipeline import EntityFinder


@pytest.fixture(scope="module")
def finder() -> EntityFinder:
    return EntityFinder()


def values(entities: list[Entity], name: str) -> list[object]:
    return [entity.value for entity in entities if entity.name == name]


@pytest.mark.parametrize(
    ("text", "assets"),
    [
        ("how much do you charge to send usdt out", ["USDT"]),
        ("my tether is gone", ["USDT"]),
        ("TETHER and Bitcoin", ["USDT", "BTC"]),
        ("bitcon deposit", ["BTC"]),
        ("etherium", ["ETH"]),
        ("ethereum classic", ["ETC"]),
        ("bitcoin cash", ["BCH"]),
        ("btc/usdt", ["BTC", "USDT"]),
        ("BTCUSDT perpetual", ["BTC", "USDT"]),
        ("100usdt", ["USDT"]),
        ("shiba inu", ["SHIB"]),
        ("tron", ["TRX"]),
        ("$SOL", ["SOL"]),
        ("NEAR deposit", ["NEAR"]),
        ("10 near stuck", ["NEAR"]),
        ("dot staking", ["DOT"]),
        ("one/usdt", ["ONE", "USDT"]),
        ("мой биткоин", ["BTC"]),
        ("is near the end", []),
        ("send me the link", []),
        ("how hot is it", []),
        ("gas fee, etc.", []),
        ("a ton of money", []),
        ("WHERE IS MY ONE THING YOU PROMISED ME", []),
        ("not ok", []),
    ],
)
def test_assets(finder: EntityFinder, text: str, assets: list[str]) -> None:
    assert values(finder.find(text), "asset") == assets


@pytest.mark.parametrize(
    ("text", "networks"),
    [
        ("usdt trc20", ["TRC20"]),
        ("usdt-TRC-20", ["TRC20"]),
        ("send usdt tron", ["TRC20"]),
        ("bsc or erc20?", ["BEP20", "ERC20"]),
        ("usdt on solana", ["SOL"]),
        ("usdt (sol)", ["SOL"]),
        ("usdc via base network", ["BASE"]),
        ("over the ton network", ["TON"]),
        ("arbitrum one", ["ARBITRUM"]),
        ("lightning", ["LIGHTNING"]),
        ("native segwit address", ["BTC"]),
        ("convert usdt to btc", []),
        ("based on that", []),
        ("forgot the memo on xrp deposit", []),
    ],
)
def test_networks(finder: EntityFinder, text: str, networks: list[str]) -> None:
    assert values(finder.find(text), "network") == networks


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("withdraw 1,250 USDT", 1250, {"asset": "USDT"}),
        ("0.5eth", 0.5, {"asset": "ETH"}),
        ("1,5k usdt", 1500, {"asset": "USDT"}),
        ("$100 bonus", 100, {"currency": "USD"}),
        ("50 eur by card", 50, {"currency": "EUR"}),
        ("R$ 500", 500, {"currency": "BRL"}),
        ("100€", 100, {"currency": "EUR"}),
        ("BTC 0.25", 0.25, {"asset": "BTC"}),
    ],
)
def test_amounts(finder: EntityFinder, text: str, amount: float, unit: dict[str, str]) -> None:
    (found,) = (entity for entity in finder.find(text) if entity.name == "amount")
    assert (found.value, found.more) == (amount, unit)


@pytest.mark.parametrize("text", ["3 days", "2fa", "code 123456", "version 2.1", "in 2025"])
def test_a_number_alone_is_no_amount(finder: EntityFinder, text: str) -> None:
    assert values(finder.find(text), "amount") == []


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "BTC"),
        ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "BTC"),
        ("0x742d35Cc6634C0532925a3b844Bc454e4438f44e", "ERC20"),
        ("TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", "TRC20"),
        ("rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", "XRP"),
        ("4Nd1mBQtrMJVYVfKf2PJy9NZUZdTAsp7D4xWLs4gDB4T", "SOL"),
        ("EQCD39VS5jcptHL8vMjEXrzGaRcCVYto7HUn4bpAOg8xqB2N", "TON"),
        ("GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ", "XLM"),
        ("15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5", "DOT"),
        ("0.0.123456", "HBAR"),
    ],
)
def test_addresses(finder: EntityFinder, address: str, network: str) -> None:
    text = f"I sent it to {address}, please check"
    (found,) = finder.find(text)
    assert (found.name, found.value) == ("address", address)
    assert network in found.more["networks"]
    assert text[found.start : found.end] == address


def test_a_mistyped_capital_of_an_evm_address_is_noted(finder: EntityFinder) -> None:
    (found,) = finder.find("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD")
    assert found.more["checksum"] == "wrong"


def test_a_mistyped_bitcoin_address_is_no_address(finder: EntityFinder) -> None:
    assert values(finder.find("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb"), "address") == []


def test_transaction_hashes(finder: EntityFinder) -> None:
    plain = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"
    for text in (plain, "0x" + plain, "5" * 88):
        assert values(finder.find(f"txid: {text}"), "tx_hash") == [text]


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("order 123456789012 was not executed", "123456789012"),
        ("withdrawal id: W-2025-00017", "W-2025-00017"),
        ("ref #AB12345", "AB12345"),
        ("123456789012345", "123456789012345"),
        ("order of 2 BTC", None),
        ("withdrawal 100usdt", None),
    ],
)
def test_order_ids(finder: EntityFinder, text: str, order: str | None) -> None:
    assert values(finder.find(text), "order_id") == ([order] if order else [])


def test_positions_point_at_the_text(finder: EntityFinder) -> None:
    text = "sent 0.5 eth via arbitrum two days ago"
    spans = {entity.name: text[entity.start : entity.end] for entity in finder.find(text)}
    assert spans == {
        "amount": "0.5 eth",
        "asset": "eth",
        "network": "arbitrum",
        "duration": "two days",
    }


@pytest.mark.parametrize(
    "text",
    ["", "   ", "🚀🚀", "\u200b", "\ud800", "x" * 20_000, "1" * 20_000, "0x" * 9_000, "/" * 99],
)
def test_bad_text_finds_nothing_and_does_not_fail(finder: EntityFinder, text: str) -> None:
    assert finder.find(text) == []


def test_entities_come_in_the_order_of_the_text(finder: EntityFinder) -> None:
    found = finder.find("btc eth usdt trc20 5 days 0.1 btc")
    assert [entity.start for entity in found] == sorted(entity.start for entity in found)
