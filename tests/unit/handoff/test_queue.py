"""The expected wait: honest intervals from agents, places and handling times."""

from __future__ import annotations

import pytest

from handoff.queue import PRIOR_HANDLING_SECONDS, Load, expected_wait


def load(**changes: float) -> Load:
    values: dict[str, float] = {
        "agents_online": 2, "free_places": 0, "places": 4, "handled": 0,
        "mean_handling_seconds": 0.0, **changes,
    }  # fmt: skip
    return Load(**values)  # type: ignore[arg-type]  # counts are whole numbers above


def test_nobody_online_means_no_promise() -> None:
    assert expected_wait(1, load(agents_online=0)) is None


def test_a_free_place_means_within_a_minute() -> None:
    assert expected_wait(2, load(free_places=2)) == [0, 60]


def test_the_wait_grows_with_the_place() -> None:
    waits = [expected_wait(place, load()) for place in (1, 4, 16)]
    assert all(wait is not None for wait in waits)
    lows = [wait[0] for wait in waits if wait]
    assert lows == sorted(set(lows))


def test_history_outweighs_the_first_guess() -> None:
    slow = expected_wait(4, load(handled=500, mean_handling_seconds=10 * PRIOR_HANDLING_SECONDS))
    guess = expected_wait(4, load())
    assert slow is not None
    assert guess is not None
    assert slow[0] > 5 * guess[0]


@pytest.mark.parametrize("place", [1, 3, 10, 100])
def test_intervals_are_rounded_as_people_say_them(place: int) -> None:
    low, high = expected_wait(place, load()) or [0, 0]
    assert 0 < low < high
    assert low % (10 if low < 120 else 60) == 0
    assert high % (10 if high < 120 else 60) == 0
