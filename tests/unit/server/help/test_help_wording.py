"""Dates, numbers and names as each language has them."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.responses import Responses
from server.help.wording import Wording, plural

RESPONSES = Responses.load()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "November 10, 2026"),
        ("es", "10 de noviembre de 2026"),
        ("pt", "10 de novembro de 2026"),
        ("ru", "10 ноября 2026 г."),
        ("tr", "10 Kasım 2026"),
        ("vi", "10/11/2026"),
    ],
)
def test_days(language: str, said: str) -> None:
    assert Wording(RESPONSES, language).date(date(2026, 11, 10)) == said


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "1 статья"),
        (2, "2 статьи"),
        (5, "5 статей"),
        (11, "11 статей"),
        (12, "12 статей"),
        (21, "21 статья"),
        (24, "24 статьи"),
        (111, "111 статей"),
    ],
)
def test_russian_counts(count: int, said: str) -> None:
    assert Wording(RESPONSES, "ru").articles(count) == said


def test_other_languages_know_one_and_many() -> None:
    assert [plural("en", count) for count in (0, 1, 2, 21)] == ["many", "one", "many", "many"]


def test_what_has_no_name_yet_is_read_out() -> None:
    wording = Wording(RESPONSES, "es")
    assert wording.topic("brand_new") == "Brand new"
    assert wording.group("brand_new") == "Brand new"
    assert wording.topic("savings_earn") == "Ahorro y staking"
    assert Wording.name("vi") == "Tiếng Việt"
