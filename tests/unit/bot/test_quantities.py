"""Numbers as people write them."""

from __future__ import annotations

import pytest

from bot.language.quantities import parse_number


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
