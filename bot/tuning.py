"""What Rasa does anew on every turn though the answer never changes, done once.

`install` is called by the assistant process before the model loads. Each replacement gives the same
result as what it replaces; tests hold them against Rasa's own.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from rasa.shared.core.events import Event
from sqlalchemy import event
from sqlalchemy.engine import Engine


def install() -> None:
    """Put ours in Rasa's place, for this process."""
    # Rasa walks all subclasses of Event for each event that it reads from the tracker store.
    Event.resolve_by_type = staticmethod(lru_cache(maxsize=256)(Event.resolve_by_type))
    event.listen(Engine, "connect", _relax_commits)


def _relax_commits(connection: Any, _record: Any) -> None:
    """Do not wait for the disk: the log of the conversation is the server's, and it does wait.

    A crash of PostgreSQL can cost the assistant the slots of its last moments, nothing else.
    """
    if not hasattr(connection, "server_version"):
        return
    cursor = connection.cursor()
    cursor.execute("SET synchronous_commit TO off")
    cursor.close()
    connection.commit()
