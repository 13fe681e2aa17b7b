"""Sessions: what a request must carry."""

from __future__ import annotations

from uuid import uuid4

import pytest

from handoff.agents import Agent, normal_email
from handoff.errors import ForgeryError
from handoff.sessions import SignedIn, check_csrf

SIGNED_IN = SignedIn(
    Agent(uuid4(), "mia@calder.example", "Mia", "agent", "general", "online", 5), csrf="right"
)


@pytest.mark.parametrize("header", [None, "", "wrong", "right ", "rïght"])
def test_a_missing_or_wrong_header_is_refused(header: str | None) -> None:
    with pytest.raises(ForgeryError):
        check_csrf(SIGNED_IN, header)


def test_the_sessions_own_header_passes() -> None:
    check_csrf(SIGNED_IN, "right")


def test_an_address_has_one_spelling() -> None:
    assert normal_email("  Mia@Calder.Example ") == "mia@calder.example"
