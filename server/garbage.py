"""Garbage collection of a process that has started: what it loaded stays, so nobody looks there."""

from __future__ import annotations

import gc

# A turn makes thousands of objects and leaves few; Python's own 700 would look for garbage several
# times in each.
COLLECT_AFTER = (20_000, 20, 20)


def settle() -> None:
    """Leave what was loaded at the start out of all later collections, and collect less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
