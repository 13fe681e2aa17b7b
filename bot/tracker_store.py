"""Rasa's SQL tracker store, asking the database once less on each turn."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.orm import Session


class TurnTrackerStore(SQLTrackerStore):
    """Knows how many of a tracker's events it has stored, because it has just read them.

    Rasa counts them in the database again before each save. A conversation's turns run one after
    the other (the server's job lock), so nobody else has stored any in between.
    """

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The tracker, with the count of its stored events noted on it."""
        tracker = await super().retrieve(sender_id)
        if tracker is not None:
            tracker.stored_events = len(tracker.events)
        return tracker

    def _additional_events(
        self, session: Session, tracker: DialogueStateTracker
    ) -> Iterator[Event]:
        stored: Any = getattr(tracker, "stored_events", None)
        if stored is None:
            return super()._additional_events(session, tracker)
        added = list(itertools.islice(tracker.events, stored, None))
        tracker.stored_events = stored + len(added)
        return iter(added)
