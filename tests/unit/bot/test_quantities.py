"""Numbers and periods of time as people write them."""

from __future__ import annotations

import pytest

from bot.language.quantities import find_durations, parse_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("100", 100),
        ("1,250", 1250),
        ("1,250.75", 1250.75),
        ("1.250,75", 1250.75),
        ("0,5", 0.5),
        ("0.0001", 0.0001),
        ("0,125", 0.125),
        ("1.000.000", 1_000_000),
        ("10 000", 10_000),
        ("1'000", 1000),
    ],
)
def test_numbers(text: str, value: float) -> None:
    assert parse_number(text) == value


def test_a_suffix_multiplies() -> None:
    assert parse_number("1.5", "k") == 1500
    assert parse_number("2", "M") == 2_000_000


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("pending for 3 days", 72),
        ("6h already", 6),
        ("waiting 45 min", 0.75),
        ("two weeks ago", 336),
        ("half an hour", 0.5),
        ("a couple of days", 48),
        ("since yesterday nothing", 24),
        ("24-hour hold", 24),
        ("lleva dos días pendiente", 48),
        ("уже 5 часов", 5),
        ("iki gündür bekliyor", 48),
        ("chờ hai ngày rồi", 48),
        ("há três semanas", 504),
        ("over a month", 720),
    ],
)
def test_durations_in_hours(text: str, hours: float) -> None:
    assert [entity.value for entity in find_durations(text)] == [hours]


@pytest.mark.parametrize(
    "text", ["", "no time here", "day trading", "2fa code", "the hourly candle", "may"]
)
def test_what_is_no_duration(text: str) -> None:
    assert find_durations(text) == []
