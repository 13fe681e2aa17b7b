"""Sanic's WebSocket protocol with two holes closed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from sanic.request import Request
from sanic.server.protocols.websocket_protocol import WebSocketProtocol
from sanic.server.websockets.frame import WebsocketFrameAssembler
from websockets.frames import Frame

# A browser's frames are small. Sanic reads on while earlier frames wait for their handler, so the
# bytes of one connection are counted: what comes in faster than this is not from our widget.
BYTES_AT_ONCE = 4 * 1024 * 1024
BYTES_PER_SECOND = 256 * 1024
TOO_MUCH = 1008
NOT_UTF8 = 1007


class _Assembler(WebsocketFrameAssembler):
    """Closes the connection on text that is not UTF-8, as RFC 6455 asks; Sanic forgets it."""

    __slots__ = ()

    async def put(self, frame: Frame) -> None:
        try:
            await super().put(frame)
        except UnicodeDecodeError:
            self.protocol.fail_connection(NOT_UTF8, "Text has to be UTF-8.")


class SocketProtocol(WebSocketProtocol):
    """The protocol of every connection of the public server."""

    __slots__ = ("_allowance", "_seen")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._allowance = float(BYTES_AT_ONCE)
        self._seen = time.monotonic()

    async def websocket_handshake(
        self, request: Request, subprotocols: Sequence[str] | None = None
    ) -> Any:
        """Upgrade the connection."""
        websocket = await super().websocket_handshake(request, subprotocols)
        websocket.assembler = _Assembler(websocket)
        return websocket

    def data_received(self, data: bytes) -> None:
        """Take bytes from the network."""
        if self.websocket is not None:
            now = time.monotonic()
            refilled = self._allowance + (now - self._seen) * BYTES_PER_SECOND
            self._allowance = min(refilled, BYTES_AT_ONCE) - len(data)
            self._seen = now
            if self._allowance < 0:
                self.websocket.fail_connection(TOO_MUCH, "Too much data at once.")
                return
        super().data_received(data)  # type: ignore[no-untyped-call]  # Sanic's
