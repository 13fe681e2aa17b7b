"""Finding a port to listen on."""

from __future__ import annotations

import socket
from contextlib import closing

ATTEMPTS = 20


class PortTakenError(Exception):
    """No port can be had; the text says which setting to change."""


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen on `port` now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        # A listener that was just stopped leaves connections in TIME_WAIT; servers set this too.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def choose(host: str, wanted: int, *, setting: str, search: bool) -> int:
    """`wanted`, or with `search` the first free port of the 20 after it.

    Raises:
        PortTakenError: nothing is free.
    """
    if is_free(host, wanted):
        return wanted
    if not search:
        raise PortTakenError(
            f"{setting}={wanted}: another program listens there. Stop it, name another port, "
            "or set TELLER_PORT_TAKEN=next."
        )
    for port in range(wanted + 1, min(wanted + 1 + ATTEMPTS, 65536)):
        if is_free(host, port):
            return port
    raise PortTakenError(
        f"{setting}={wanted}: it and the {ATTEMPTS} ports after it are taken; name another."
    )
