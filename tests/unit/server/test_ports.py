"""Ports: free ones are taken as wanted, taken ones are named or passed over."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from server import ports


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_taken_port_is_not_free(taken: int) -> None:
    assert not ports.is_free("127.0.0.1", taken)


def test_a_taken_port_is_an_error_that_names_the_setting(taken: int) -> None:
    with pytest.raises(ports.PortTakenError, match=f"TELLER_PORT={taken}"):
        ports.choose("127.0.0.1", taken, setting="TELLER_PORT", search=False)


def test_with_search_a_later_port_is_chosen(taken: int) -> None:
    chosen = ports.choose("127.0.0.1", taken, setting="TELLER_PORT", search=True)
    assert taken < chosen <= taken + ports.ATTEMPTS


def test_the_wanted_port_is_chosen_when_it_is_free() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert ports.choose("127.0.0.1", port, setting="TELLER_PORT", search=True) == port
