"""Token buckets: how much one sender may do, kept in memory and bounded."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable


class RateLimit:
    """One bucket per key. Each process counts by itself, so N replicas allow N times as much."""

    def __init__(
        self,
        *,
        rate: float,
        burst: int,
        keys: int = 50_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """
        Args:
            rate: permits per second in the long run.
            burst: permits at once after a pause.
            keys: how many keys are remembered; the longest unseen one is forgotten first.
            clock: seconds, rising.
        """
        self._rate = rate
        self._burst = burst
        self._keys = keys
        self._clock = clock
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def take(self, key: Hashable) -> float:
        """Use one permit of `key`: 0.0 if there was one, else the seconds until the next."""
        now = self._clock()
        permits, seen = self._buckets.pop(key, (float(self._burst), now))
        permits = min(self._burst, permits + (now - seen) * self._rate)
        wait = 0.0 if permits >= 1 else (1 - permits) / self._rate
        self._buckets[key] = (permits - 1 if not wait else permits, now)
        if len(self._buckets) > self._keys:
            self._buckets.popitem(last=False)
        return wait
