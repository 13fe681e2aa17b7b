"""Facts of the demo exchange that must agree with each other and with what is served."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import yaml

from knowledge.articles import load_articles
from knowledge.facts import load_facts
from knowledge.untranslated import unused

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


def test_every_term_is_a_word_of_the_facts_or_a_place_that_an_article_holds_for() -> None:
    places = {
        place
        for article in load_articles(ROOT / "knowledge" / "articles")
        for place in article.jurisdiction
    }
    assert list(unused(load_facts(ROOT / "knowledge" / "facts.yml"), places)) == []


def test_a_delisted_coin_is_not_listed() -> None:
    assert not set(FACTS["delisting"]["coins"]) & set(FACTS["assets"])
