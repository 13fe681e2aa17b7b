"""Every pair of owner and action: allowed as the table says, or refused with the reason."""

from __future__ import annotations

from typing import get_args

import pytest

from conversations.errors import TransitionError
from conversations.ownership import OWNERS, TRANSITIONS, Action, Owner, next_owner

ALLOWED = {
    "bot": {"hand_off": "waiting", "take": "human", "close": "closed"},
    "waiting": {"take": "human", "give_back": "bot", "close": "closed"},
    "human": {
        "transfer": "human",
        "requeue": "waiting",
        "give_back": "bot",
        "close": "closed",
    },
    "closed": {"reopen": "bot", "hand_off": "waiting"},
}


@pytest.mark.parametrize("owner", OWNERS)
@pytest.mark.parametrize("action", get_args(Action))
def test_each_action_leads_where_the_table_says_or_is_refused(owner: Owner, action: Action) -> None:
    expected = ALLOWED[owner].get(action)

    if expected is None:
        with pytest.raises(TransitionError, match="possible now"):
            next_owner(owner, action)
    else:
        assert next_owner(owner, action) == expected


def test_every_owner_can_be_left_and_reached() -> None:
    assert {owner for owner, _ in TRANSITIONS} == set(OWNERS)
    assert set(TRANSITIONS.values()) == set(OWNERS)


def test_a_conversation_can_always_be_closed_until_it_is() -> None:
    for owner in ("bot", "waiting", "human"):
        assert next_owner(owner, "close") == "closed"


def test_a_person_can_always_be_asked_for() -> None:
    for owner in ("bot", "closed"):
        assert next_owner(owner, "hand_off") == "waiting"
