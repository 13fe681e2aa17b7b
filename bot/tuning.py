"""What Rasa does anew on every turn though the answer never changes, done once.

`install` is called by the assistant process before the model loads. Each replacement gives the same
result as what it replaces; tests hold them against Rasa's own.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from rasa.core import tracker_store
from rasa.core.policies.rule_policy import RulePolicy
from rasa.shared.core.events import Event
from sqlalchemy import event
from sqlalchemy.engine import Engine


def install() -> None:
    """Put ours in Rasa's place, for this process."""
    # Rasa walks all subclasses of Event for each event that it reads from the tracker store.
    Event.resolve_by_type = staticmethod(lru_cache(maxsize=256)(Event.resolve_by_type))
    # Rasa looks for its schema before every read and write; our migrations have made it.
    tracker_store.ensure_schema_exists = lambda _session: None
    # Rules on what was literally said are looked for first; where no rule has any, that is in vain.
    RulePolicy._find_action_from_rules = _skip_vain_search(RulePolicy._find_action_from_rules)
    event.listen(Engine, "connect", _relax_commits)


def _skip_vain_search(search: Callable[..., Any]) -> Callable[..., Any]:
    def find(
        self: RulePolicy, tracker: Any, domain: Any, use_text_for_last_user_input: bool
    ) -> Any:
        if use_text_for_last_user_input and not _rules_on_text(self):
            return None, None, False
        return search(self, tracker, domain, use_text_for_last_user_input)

    return find


def _rules_on_text(policy: RulePolicy) -> bool:
    """Whether any rule of the model names a customer's words instead of an intent."""
    known: bool | None = getattr(policy, "_teller_rules_on_text", None)
    if known is None:
        known = any('"text"' in key for key in policy.lookup["rules"])
        policy._teller_rules_on_text = known
    return known


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
