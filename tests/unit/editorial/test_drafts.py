"""What an editor sees while typing: findings with lines, and what a customer would read."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from editorial.drafts import Surroundings, review
from knowledge.facts import FactGroup
from knowledge.intents import Intents
from knowledge.responses import Responses
from knowledge.testing import make_article

TEXT = """---
id: fees
title: Withdrawal fees
topic: withdraw_limits_fees
intents: [withdraw_fee]
questions:
  - how much does it cost to withdraw
owner: payments
updated: 2026-11-10
review_by: 2027-05-10
follow_ups: [limits]
---
{% set f = facts.fees %}
{% if asset in f %}{{ asset }} costs {{ f[asset] | amount }}.{% else %}It depends.{% endif %}

## Steps
1. Do it.
"""

AROUND = Surroundings(
    articles=[
        make_article("limits", questions=("how much can i withdraw",)),
        make_article("fees", title="Live", questions=("how much does it cost to withdraw",)),
    ],
    facts=FactGroup({"assets": {"USDT": {}, "BTC": {}}, "fees": {"USDT": 1, "BTC": 0.0001}}),
    intents=Intents.from_plain(
        {"withdraw_fee": {"topic": "withdraw_limits_fees", "handling": "answer", "label": "Fees"}}
    ),
    today=date(2026, 12, 1),
    responses=Responses.load(),
    known=frozenset({"overdue"}),
)


def look(text: str, **options: Any):  # type: ignore[no-untyped-def]
    return review(text, "fees", "en", AROUND, **options)


def lines(text: str) -> list[tuple[int | None, str]]:
    return [(finding.line, finding.message) for finding in look(text).findings]


def test_a_good_text_has_no_findings_and_is_previewed_for_a_coin() -> None:
    found = look(TEXT, asset="BTC")
    assert found.findings == ()
    assert found.publishable
    assert found.preview is not None
    assert found.preview.short == "BTC costs 0.0001."
    assert found.preview.details == "## Steps\n1. Do it."
    general = look(TEXT).preview
    assert general is not None
    assert general.short == "It depends."


def test_the_countries_that_it_holds_for_are_part_of_the_preview() -> None:
    assert look(TEXT).as_json()["preview"]["holds"] is None
    found = look(TEXT.replace("---\n{%", "jurisdiction: [Germany, Norway]\n---\n{%"))
    assert found.as_json()["preview"]["holds"] == "This holds for customers in Germany and Norway."


def test_a_dead_link_a_used_phrasing_and_a_typed_number_are_found_with_their_lines() -> None:
    text = (
        TEXT.replace("[limits]", "[limits, gone]")
        .replace("cost to withdraw\n", "cost to withdraw\n  - how much can I withdraw?\n")
        .replace("1. Do it.", "1. Wait 5 hours.")
    )
    found = lines(text)
    assert (12, "the follow-up gone does not exist") in found
    assert any(line == 8 and "is also one of limits" in message for line, message in found)
    assert any(line == 18 and "belongs into facts.yml" in message for line, message in found)
    assert not look(text).publishable


def test_a_withheld_article_may_be_named() -> None:
    assert lines(TEXT.replace("[limits]", "[overdue]")) == []


def test_a_missing_fact_is_found_for_whichever_coin_lacks_it() -> None:
    (finding,) = look(TEXT.replace("facts.fees", "facts.prices")).findings
    assert finding.line == 13
    assert "facts.prices is not in facts.yml" in finding.message


def test_broken_front_matter_keeps_the_preview_of_the_body() -> None:
    found = look(TEXT.replace("owner: payments", "owner: nobody"))
    assert [finding.line for finding in found.findings] == [8]
    assert found.preview is not None
    assert found.preview.short == "It depends."


def test_a_template_that_cannot_be_read_says_so_once() -> None:
    found = look(TEXT.replace("{% endif %}", ""))
    assert found.preview is None
    assert len(found.findings) == 1
    assert found.findings[0].severity == "error"


def test_an_overdue_review_and_a_missing_english_article_are_warnings() -> None:
    overdue = look(TEXT.replace("2027-05-10", "2026-11-20"))
    assert [finding.severity for finding in overdue.findings] == ["warning"]
    assert overdue.publishable
    assert overdue.findings[0].line == 10
    assert "to be reviewed by 2026-11-20" in overdue.findings[0].message
    text = TEXT.replace("id: fees", "id: nueva").replace("cost to withdraw", "cuesta retirar")
    found = review(text.replace("Withdrawal fees", "Comisiones"), "nueva", "es", AROUND)
    assert [finding.severity for finding in found.findings] == ["warning"]
    assert "English" in found.findings[0].message


@pytest.mark.parametrize(
    ("line", "says"),
    [("state: draft", "it is a draft"), ("audience: agents", "it is for agents alone")],
)
def test_what_would_keep_it_from_customers_is_a_warning_with_its_line(line: str, says: str) -> None:
    found = look(TEXT.replace("---\n{%", f"{line}\n---\n{{%"))
    (finding,) = found.findings
    assert (finding.severity, finding.line) == ("warning", 12)
    assert finding.message == f"{says}: published, it is withheld from customers"
    assert found.publishable
