"""What the list of articles says of each: what is live, what is a draft, what is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from editorial.catalogue import catalogue
from editorial.library import File
from editorial.revisions import Revision
from knowledge.articles import parse_article

TODAY = date(2026, 12, 1)
TEXT = """---
id: fees
title: Fees
topic: withdraw_limits_fees
intents: [withdraw_fee]
questions: [q]
owner: payments
updated: 2026-11-10
review_by: 2027-05-10
---
Text.
"""
FILE = File(Path("fees.en.md"), TEXT, parse_article(TEXT, "fees", "en", source="fees"))
KEY = ("fees", "en")


def revision(number: int, text: str = TEXT, **changes: object) -> Revision:
    made = Revision(
        "fees", "en", number, number - 1, "draft", False, text, "", "Mia", datetime.now(UTC)
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def row(files, newest=(), live=()):  # type: ignore[no-untyped-def]
    return catalogue(files, newest, live)[KEY].as_json(TODAY)


def test_a_file_alone_is_live() -> None:
    found = row({KEY: FILE})
    assert (found["state"], found["changed"], found["base"]) == ("live", False, 0)
    assert (found["title"], found["owner"], found["review"]) == ("Fees", "payments", "later")


def test_a_draft_over_a_file_is_a_change_and_its_title_is_shown() -> None:
    found = row({KEY: FILE}, [revision(1, TEXT.replace("Fees", "New fees"))])
    assert (found["state"], found["changed"], found["title"]) == ("live", True, "New fees")
    assert found["base"] == 1


def test_a_draft_that_says_what_is_live_is_no_change() -> None:
    assert row({KEY: FILE}, [revision(1)])["changed"] is False


def test_a_draft_alone_is_not_live_even_if_it_cannot_be_read() -> None:
    found = row({}, [revision(1, "---\ntitle: 'Half'\n")])
    assert (found["state"], found["title"], found["topic"]) == ("draft", "Half", None)


def test_what_is_published_counts_and_what_is_withdrawn_is_gone() -> None:
    second = revision(2, TEXT.replace("Text.", "Other."), state="published")
    found = row({KEY: FILE}, [second], [second])
    assert (found["state"], found["changed"], found["live_revision"]) == ("live", False, 2)
    gone = revision(3, state="withdrawn", withdraws=True)
    assert row({KEY: FILE}, [gone], [gone])["state"] == "withdrawn"


def test_an_article_past_its_review_is_withheld() -> None:
    text = TEXT.replace("2027-05-10", "2026-11-20")
    late = revision(1, text, state="published")
    found = row({KEY: FILE}, [late], [late])
    assert (found["state"], found["review"]) == ("withheld", "overdue")
    assert found["hindrance"] == "review"
    soon = revision(1, TEXT.replace("2027-05-10", "2026-12-20"))
    assert row({}, [soon])["review"] == "soon"


@pytest.mark.parametrize(
    ("line", "state", "hindrance"),
    [
        ("state: draft", "withheld", "draft"),
        ("audience: agents", "withheld", "agents"),
        ("audience: business", "live", None),
        ("state: published", "live", None),
        ("jurisdiction: [Germany]", "live", None),
    ],
)
def test_what_its_front_matter_keeps_from_customers_is_withheld(
    line: str, state: str, hindrance: str | None
) -> None:
    text = TEXT.replace("---\nText", f"{line}\n---\nText")
    file = File(Path("fees.en.md"), text, parse_article(text, "fees", "en", source="fees"))
    found = row({KEY: file})
    assert (found["state"], found["hindrance"]) == (state, hindrance)
    # What a draft over it says concerns nobody yet; its fields are those that an editor sees.
    open_again = row({KEY: file}, [revision(1)])
    assert (open_again["state"], open_again["changed"]) == (state, True)
    assert (open_again["audience"], open_again["jurisdiction"]) == ("customers", [])


def test_whom_and_where_an_article_is_for_is_told() -> None:
    text = TEXT.replace("---\nText", "audience: business\njurisdiction: [Germany]\n---\nText")
    found = row({}, [revision(1, text)])
    assert (found["audience"], found["jurisdiction"]) == ("business", ["Germany"])
    broken = row({}, [revision(1, "---\n")])
    assert (broken["audience"], broken["jurisdiction"], broken["hindrance"]) == (None, [], None)
