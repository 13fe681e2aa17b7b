"""Coins and networks have one name each in the search by words, in six languages."""

from __future__ import annotations

import pytest

from knowledge.coins import one_name
from knowledge.lexical import LexicalIndex


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Send Tether over the Tron network!", "send usdt over the trc20"),
        ("тетер через трон", "usdt через trc20"),
        ("bitcoin cash or bitcoin", "bch or btc"),
        ("ERC-20, erc 20 and erc20", "erc20 erc20 and erc20"),
        ("fee en solana", "fee en sol"),
        ("what's one near link", "what's one near link"),
        ("tethered", "tethered"),
        ("", ""),
    ],
)
def test_names(text: str, named: str) -> None:
    assert one_name(text) == named


def test_an_article_is_found_by_another_name_of_its_coin() -> None:
    index = LexicalIndex.build("en", ["The fee of USDT on TRC20", "The fee of bitcoin"])
    scores = index.scores("tether tron network")
    assert scores[0] > 0 == scores[1]
    assert index.scores("btc")[1] > 0
    assert index.knows("tether bitcoins") == 1.0
