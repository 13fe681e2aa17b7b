"""The date of an article is the day on which it was published."""

from __future__ import annotations

from datetime import date

from editorial.changes import dated_on

DAY = date(2026, 12, 3)


def test_the_front_matter_says_the_day_and_the_text_is_left_alone() -> None:
    text = "---\nid: a\nupdated: 2026-01-01\n---\nupdated: never\n---\n"
    assert dated_on(text, DAY) == "---\nid: a\nupdated: 2026-12-03\n---\nupdated: never\n---\n"


def test_a_text_without_front_matter_stays_as_it_is() -> None:
    assert dated_on("updated: 2026-01-01\n", DAY) == "updated: 2026-01-01\n"
