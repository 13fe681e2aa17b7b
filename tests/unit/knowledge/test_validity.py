"""Facts show from the day they are valid until the day they are not."""

from __future__ import annotations

import textwrap
from datetime import date
from pathlib import Path

import pytest

from knowledge.checks import check
from knowledge.errors import FactsError
from knowledge.facts import FactGroup, load_facts
from knowledge.intents import Intents
from knowledge.testing import make_article

TERMS = Path(__file__).parents[3] / "knowledge" / "terms.yml"
INTENTS = Intents.from_plain(
    {"fee": {"topic": "withdraw_limits_fees", "handling": "answer", "label": "Fees"}}
)
FEES = """
    name: Acme
    fees:
      currency: USDT
      versions:
      - {valid_until: 2026-12-31, send: 1}
      - {valid_from: 2027-01-01, send: 2}
    offer:
      valid_from: 2026-12-01
      valid_until: 2026-12-24
      rate: 0.1
"""


def facts(tmp_path: Path, text: str = FEES, *, today: date) -> FactGroup:
    path = tmp_path / "facts.yml"
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return load_facts(path, today=today)


@pytest.mark.parametrize(
    ("today", "send", "offered"),
    [
        (date(2026, 11, 30), 1, False),
        (date(2026, 12, 1), 1, True),
        (date(2026, 12, 24), 1, True),
        (date(2026, 12, 31), 1, False),
        (date(2027, 1, 1), 2, False),
    ],
)
def test_the_newest_version_that_is_valid_counts(
    tmp_path: Path, today: date, send: int, offered: bool
) -> None:
    found = facts(tmp_path, today=today)
    assert (found.fees.currency, found.fees.send) == ("USDT", send)
    assert ("offer" in found) is offered
    assert "versions" not in found.fees


def test_what_is_left_out_says_why_and_what_changes_says_when(tmp_path: Path) -> None:
    before = facts(tmp_path, today=date(2026, 11, 20)).validity
    assert before.lapsed == {"facts.offer": "it is valid from 2026-12-01 on"}
    assert before.next_change() == date(2026, 12, 1)
    after = facts(tmp_path, today=date(2027, 2, 1)).validity
    assert after.lapsed == {"facts.offer": "it was valid until 2026-12-24"}
    assert after.next_change() is None


def test_a_group_without_a_valid_version_is_left_out(tmp_path: Path) -> None:
    text = "fees:\n  versions:\n  - {valid_until: 2026-01-01, send: 1}\n"
    found = facts(tmp_path, text, today=date(2026, 6, 1))
    assert "fees" not in found
    assert found.validity.lapsed == {"facts.fees": "none of its versions is valid today"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("fees: {valid_from: soon}", "facts.fees.valid_from: must be a date"),
        ("fees: {valid_from: 2027-01-01, valid_until: 2026-01-01}", "facts.fees.valid_until"),
        ("fees: {versions: 3}", "facts.fees.versions: must be a list"),
        ("fees: {versions: [{send: 1}]}", "facts.fees.versions: must be a list"),
        ("a: {b: {valid_until: x}}", "facts.a.b.valid_until"),
    ],
)
def test_dates_that_say_nothing_stop_the_build(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(FactsError) as caught:
        facts(tmp_path, text, today=date(2026, 1, 1))
    assert says in str(caught.value)


def test_an_article_of_lapsed_facts_is_withheld_and_reported(tmp_path: Path) -> None:
    found = facts(tmp_path, today=date(2026, 12, 25))
    using = make_article("offer", intents=("fee",), body="It is {{ facts.offer.rate }}.")
    other = make_article("fees", intents=("fee",), body="It is {{ facts.fees.send }}.")
    report = check([using, other], found, INTENTS, today=date(2026, 12, 25))
    assert [article.id for article in report.published] == ["fees"]
    assert report.withheld == ("offer.en",)
    assert report.errors == []
    assert report.warnings == [
        "offer.en: withheld, it uses facts.offer, and it was valid until 2026-12-24 (owner general)"
    ]


def test_a_fact_that_never_was_still_stops_the_build(tmp_path: Path) -> None:
    found = facts(tmp_path, today=date(2026, 12, 25))
    article = make_article("fees", intents=("fee",), body="It is {{ facts.gone.rate }}.")
    assert check([article], found, INTENTS, today=date(2026, 12, 25)).errors


def test_what_is_due_within_a_month_is_told_soonest_first(tmp_path: Path) -> None:
    today = date(2026, 12, 1)
    found = facts(tmp_path, today=today)
    soon = make_article("soon", intents=("fee",), review_by=date(2026, 12, 10))
    late = make_article("late", intents=("fee",), review_by=date(2027, 3, 1))
    report = check([soon, late], found, INTENTS, today=today)
    assert report.due == (
        "soon.en: to be reviewed by 2026-12-10 (owner general)",
        "facts.offer is no longer valid on 2026-12-25",
    )
