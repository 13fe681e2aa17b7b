"""Facts of the demo exchange that must agree with each other and with what is served."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[3]
FACTS = yaml.safe_load((ROOT / "knowledge" / "facts.yml").read_text("utf-8"))
NAMES = {
    "en": "English",
    "es": "Spanish",
    "pt": "Portuguese",
    "ru": "Russian",
    "tr": "Turkish",
    "vi": "Vietnamese",
}


def test_every_language_that_is_served_is_named() -> None:
    served = {NAMES[path.stem] for path in (ROOT / "data" / "responses").glob("*.yml")}
    assert set(FACTS["support"]["assistant_languages"]) == served
    assert served <= set(FACTS["support"]["chat_languages"])
    assert served <= set(FACTS["notifications"]["app_languages"])


def test_a_delisted_coin_can_be_withdrawn_as_long_as_the_rule_says() -> None:
    rule = timedelta(days=FACTS["delisting"]["withdrawal_days"])
    for name, coin in FACTS["delisting"]["coins"].items():
        ended = date.fromisoformat(coin["trading_ended"])
        assert date.fromisoformat(coin["withdrawals_until"]) == ended + rule, name


def test_a_delisted_coin_is_not_listed() -> None:
    assert not set(FACTS["delisting"]["coins"]) & set(FACTS["assets"])
