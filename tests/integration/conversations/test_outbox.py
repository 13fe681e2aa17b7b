"""The outbox's contract, held by a channel that records."""

from __future__ import annotations

from tests.support.channel import OutboxContract, RecordingChannel


class TestRecordingChannel(OutboxContract):
    def make_channel(self) -> RecordingChannel:
        return RecordingChannel()
