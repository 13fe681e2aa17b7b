"""Token buckets, by a clock of the test's own."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from conversations.rates import RateLimit


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_passes_and_then_the_rate_holds() -> None:
    clock = Clock()
    limit = RateLimit(rate=2, burst=3, clock=clock)

    assert [limit.take("a") for _ in range(3)] == [0, 0, 0]
    assert limit.take("a") == 0.5
    clock.now += 0.5
    assert limit.take("a") == 0
    assert limit.take("a") == 0.5


def test_senders_do_not_share() -> None:
    limit = RateLimit(rate=1, burst=1, clock=Clock())

    assert limit.take("a") == 0
    assert limit.take("b") == 0
    assert limit.take("a") > 0


def test_a_refused_try_costs_nothing() -> None:
    clock = Clock()
    limit = RateLimit(rate=1, burst=1, clock=clock)
    limit.take("a")
    for _ in range(100):
        limit.take("a")
    clock.now += 1

    assert limit.take("a") == 0


def test_the_longest_unseen_sender_is_forgotten_first() -> None:
    limit = RateLimit(rate=0.001, burst=1, keys=2, clock=Clock())
    for name in ("a", "b", "a", "c"):
        limit.take(name)

    assert limit.take("a") > 0
    assert limit.take("b") == 0


@given(st.lists(st.floats(0, 2), max_size=200))
def test_never_more_than_burst_and_rate_allow(pauses: list[float]) -> None:
    clock = Clock()
    limit = RateLimit(rate=3, burst=5, clock=clock)
    passed = 0
    for pause in pauses:
        clock.now += pause
        passed += limit.take("a") == 0

    assert passed <= 5 + 3 * clock.now + 1e-6
