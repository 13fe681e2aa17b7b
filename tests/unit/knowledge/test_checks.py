"""What stands between an edit and the customers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from knowledge.articles import Article, Choices, Option
from knowledge.checks import Report, check, main
from knowledge.facts import FactGroup
from knowledge.intents import Intents
from knowledge.testing import make_article

INTENTS = Intents.from_plain(
    {
        "withdraw_fee": {"topic": "withdraw_limits_fees", "handling": "answer", "label": "Fees"},
        "talk": {"topic": "human_agent", "handling": "handoff", "label": "Person"},
    }
)
FACTS = FactGroup(
    {
        "assets": {"BTC": {"networks": ["BTC"]}, "ETH": {"networks": ["ERC20"]}},
        "networks": {"BTC": {"name": "Bitcoin"}, "ERC20": {"name": "Ethereum"}},
        "fees": {"BTC": 1},
    }
)
TODAY = date(2026, 12, 1)


def article(name: str = "fees", **values: Any) -> Article:
    return make_article(name, **({"intents": ("withdraw_fee",)} | values))


def run(*articles: Article) -> Report:
    return check(articles, FACTS, INTENTS, today=TODAY)


def test_good_content_has_nothing_to_report() -> None:
    report = run(article())
    assert (report.errors, report.warnings, len(report.published)) == ([], [], 1)


def test_an_article_past_its_review_is_withheld_and_reported() -> None:
    report = run(article(), article("old", review_by=date(2026, 11, 30)))
    assert [held.id for held in report.published] == ["fees"]
    assert report.withheld == ("old.en",)
    assert "withheld" in report.warnings[0]
    assert not report.errors


@pytest.mark.parametrize(
    ("values", "says"),
    [({"state": "draft"}, "it is a draft"), ({"audience": "agents"}, "for agents alone")],
)
def test_what_is_not_for_customers_is_withheld_and_reported(
    values: dict[str, Any], says: str
) -> None:
    report = run(article(), article("hidden", **values))
    assert [held.id for held in report.published] == ["fees"]
    assert report.withheld == ("hidden.en",)
    assert says in report.warnings[0]
    assert not report.errors


def test_a_withheld_article_is_no_dead_link() -> None:
    old = article("old", review_by=date(2026, 11, 30))
    assert not run(article(follow_ups=("old",)), old).errors


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"follow_ups": ("gone",)}, "follow-up gone does not exist"),
        ({"follow_ups": ("fees",)}, "its own follow-up"),
        ({"choices": Choices("?", (Option("A", "gone"),))}, "choice gone does not exist"),
        ({"topic": "nowhere"}, "topic nowhere"),
        ({"intents": ("withdraw_fee", "nothing")}, "intent nothing"),
        ({"body": "It costs {{ facts.gone }}."}, r"facts.gone is not in facts.yml"),
        ({"body": "{% if asset %}{{ facts.fees[asset] }}{% else %}x{% endif %}"}, "fees.ETH"),
        ({"body": "{% if asset %}Only {{ asset }}{% endif %}"}, "short answer is empty"),
        ({"body": "It costs 5 USDT."}, "'5 USDT'"),
        ({"body": "It takes 24 hours."}, "'24 hours'"),
        ({"body": "Это займёт 24 часа."}, "'24 часа'"),
        ({"body": "24 saat sürer."}, "'24 saat'"),
        ({"body": "Tarda 3 días."}, "'3 días'"),
        ({"body": "You get 3.5 %."}, "'3.5 %'"),
        ({"body": "Pay $20 at most."}, "belongs into facts.yml"),
    ],
)
def test_a_mistake_stops_the_build(values: dict[str, Any], says: str) -> None:
    report = run(article(**values))
    assert any(says in error for error in report.errors), report.errors


@pytest.mark.parametrize(
    "body",
    [
        "Use 2FA on TRC20, step 3 of the 6-digit code, open 24/7.\n\n1. One\n2. Two",
        "It costs {{ facts.fees.BTC }} USDT and takes {{ 24 }} hours.",
        "{% set days = 3 %}Wait.",
    ],
)
def test_numbers_that_are_nobodys_limits_may_stand(body: str) -> None:
    assert not run(article(body=body)).errors


def test_a_phrasing_belongs_to_one_article() -> None:
    report = run(
        article(questions=("What is the fee?",)), article("other", questions=("what is the FEE",))
    )
    assert "is also one of fees" in report.errors[0]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("{{ facts.level }}", "it shows 'Basic' in English"),
        ("{{ facts.name | term }}", "terms.yml has no wording in ru for 'Calder'"),
        ("{{ facts.level | term }}", None),
    ],
)
def test_an_article_says_the_words_of_the_facts_in_its_language(
    body: str, says: str | None
) -> None:
    facts = FactGroup({"level": "Basic", "name": "Calder", "terms": {"Basic": {"ru": "Базовый"}}})
    russian = article(language="ru", body=body)
    errors = check([article(), russian], facts, INTENTS, today=TODAY).errors
    assert len(errors) == (1 if says else 0), errors
    assert all(says and says in error for error in errors)


def test_a_term_that_nothing_has_is_reported() -> None:
    facts = FactGroup({"level": "Premium", "terms": {"Basic": {"ru": "Базовый"}}})
    report = check([article()], facts, INTENTS, today=TODAY)
    (warning,) = report.warnings
    assert "no fact and no jurisdiction is 'Basic'" in warning
    # An editor who takes a country out of an article could not mend it.
    assert not report.errors


def test_a_country_that_an_article_holds_for_is_a_term() -> None:
    facts = FactGroup({"terms": {"Germany": {"ru": "Германия"}}})
    report = check([article(jurisdiction=("Germany",))], facts, INTENTS, today=TODAY)
    assert (report.errors, report.warnings) == ([], [])


def test_an_intent_without_an_article_is_reported() -> None:
    assert run(article(intents=())).warnings == [
        "data/intents.yml: no article answers withdraw_fee"
    ]


def test_the_command_checks_a_checkout(
    tmp_path: Path, write_article: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "data").mkdir()
    write_article().parents[1].rename(tmp_path / "knowledge" / "articles")
    (tmp_path / "knowledge" / "facts.yml").write_text("fee: 1\n")
    (tmp_path / "data" / "intents.yml").write_text(
        "withdraw_fee: {topic: withdraw_limits_fees, handling: answer, label: Fees}\n"
    )
    assert main(["--root", str(tmp_path)]) == 0
    assert "0 errors, 0 warnings; articles: 1 en" in capsys.readouterr().out
    (tmp_path / "knowledge" / "facts.yml").write_text("free: 1\n")
    assert main(["--root", str(tmp_path)]) == 1
    assert "facts.fee is not in facts.yml" in capsys.readouterr().out
    (tmp_path / "knowledge" / "facts.yml").unlink()
    assert main(["--root", str(tmp_path)]) == 1
