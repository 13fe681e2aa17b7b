"""The composition root: every port of the core gets its implementation here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import psycopg

from conversations.handoff import HandoffQueue
from handoff.queue import Queue
from server.database import with_options
from server.settings import ROOT, Settings
from server.texts import ResponseTexts


def handoff_queue(settings: Settings) -> HandoffQueue:
    """The queue of people's work."""
    return Queue(promise=timedelta(hours=settings.answer_hours))


def texts(_settings: Settings) -> ResponseTexts:
    """The system's own sentences."""
    return ResponseTexts(ROOT / "data" / "responses")


def article_url(_settings: Settings) -> Callable[[str, str], str]:
    """Addresses of articles, relative to the public server: its name may change, the log stays."""
    return lambda language, article: f"/help/{language}/{article}"


async def listen_connection(url: str) -> psycopg.AsyncConnection:
    """A connection for the feed alone."""
    return await psycopg.AsyncConnection.connect(
        with_options(url, application="teller-feed"),
        autocommit=True,
        connect_timeout=5,
        # A machine that vanished without a word is noticed within half a minute.
        keepalives_idle=10,
        keepalives_interval=5,
        keepalives_count=3,
    )
