"""One browser's WebSocket: hello, then frames in and events out until either side closes."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from channels.widget.outgoing import Reader, Writer
from channels.widget.protocol import (
    NO_HELLO,
    PROTOCOL_ERROR,
    UNKNOWN_SESSION,
    FrameError,
    Send,
    encode,
    error_frame,
    read_frame,
    read_hello,
)
from conversations.database import Transactions
from conversations.errors import ConversationError, RateLimitedError, SessionError
from conversations.events import signal
from conversations.feed import Feed
from conversations.inbound import InboundMessage, Inbox
from conversations.rates import RateLimit
from conversations.sessions import Session, find_session

HELLO_TIMEOUT = 10.0
# A client that does not take a frame for so long is dropped; it resumes where it was.
SEND_TIMEOUT = 10.0
# Frames of one connection beyond this rate wait in the network, not in our memory.
FRAMES_PER_SECOND = 100.0
FRAMES_AT_ONCE = 400
TYPING_EVERY = 2.0


class WebSocket(Protocol):
    """What is used of the server's WebSocket."""

    async def recv(self, timeout: float | None = None) -> str | bytes | None:
        """The next message; None after `timeout`."""
        ...

    async def send(self, message: str) -> None:
        """Send a text frame; waits while the client's buffer is full."""
        ...

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Send a close frame."""
        ...

    def fail_connection(self, code: int = 1006, reason: str = "") -> bool:
        """End at once."""
        ...


class ClosedError(Exception):
    """The client is gone."""


class Connection:
    """Serves one socket."""

    def __init__(
        self,
        websocket: WebSocket,
        *,
        database: Transactions,
        feed: Feed,
        inbox: Inbox,
        reader: Reader,
    ) -> None:
        self._websocket = websocket
        self._database = database
        self._feed = feed
        self._inbox = inbox
        self._reader = reader
        self._frames = RateLimit(rate=FRAMES_PER_SECOND, burst=FRAMES_AT_ONCE, keys=1)
        self._typing = RateLimit(rate=1 / TYPING_EVERY, burst=1, keys=1)

    async def run(self) -> None:
        """Until the socket is closed, by whichever side."""
        with suppress(ClosedError):
            try:
                hello = read_hello(await self._first_frame())
                session = await self._database.read(lambda c: find_session(c, hello.session))
            except FrameError as error:
                await self._websocket.close(PROTOCOL_ERROR, str(error))
            except SessionError as error:
                await self._websocket.close(UNKNOWN_SESSION, str(error))
            else:
                await self._serve(session, hello.last_event_id)

    async def close(self, code: int) -> None:
        """Ask the client to come back."""
        await self._websocket.close(code)

    async def _first_frame(self) -> str | bytes:
        frame = await self._receive(HELLO_TIMEOUT)
        if frame is None:
            await self._websocket.close(NO_HELLO, "The first frame has to be a hello.")
            raise ClosedError
        return frame

    async def _serve(self, session: Session, after: int) -> None:
        with self._feed.subscribe(session.conversation_id) as subscription:
            writer = Writer(
                reader=self._reader,
                subscription=subscription,
                conversation_id=session.conversation_id,
                send=self._send,
                after=after,
            )
            tasks = {
                asyncio.create_task(writer.run(), name="widget writer"),
                asyncio.create_task(self._read(session), name="widget reader"),
            }
            try:
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
            for task in done:
                task.result()

    async def _read(self, session: Session) -> None:
        while True:
            frame = await self._receive(None)
            wait = self._frames.take(None)
            if wait:
                await asyncio.sleep(wait)
            try:
                content = read_frame(frame)
            except FrameError as error:
                await self._send(error_frame("bad_frame", str(error), error.client_message_id))
                continue
            if content == "ping":
                await self._send(encode({"type": "pong"}))
            elif content == "typing":
                await self._tell_typing(session.conversation_id)
            else:
                assert isinstance(content, Send)
                await self._accept(session, content)

    async def _accept(self, session: Session, content: Send) -> None:
        try:
            receipt = await self._inbox.receive(inbound(session, content))
        except RateLimitedError as error:
            frame = error_frame(
                error.code,
                str(error),
                content.client_message_id,
                retry_after=round(error.retry_after, 1),
            )
        except ConversationError as error:
            frame = error_frame(error.code, str(error), content.client_message_id)
        else:
            frame = encode(
                {
                    "type": "ack",
                    "client_message_id": content.client_message_id,
                    "event_id": receipt.event_id,
                }
            )
        await self._send(frame)

    async def _tell_typing(self, conversation_id: UUID) -> None:
        if self._typing.take(None):
            return

        async def work(connection: AsyncConnection) -> None:
            await signal(connection, conversation_id, "typing:customer")

        await self._database.read(work)

    async def _receive(self, timeout: float | None) -> str | bytes | None:
        try:
            return await self._websocket.recv(timeout)
        except asyncio.CancelledError:
            # Sanic cancels a reader when the client closes; that is not a cancellation of ours.
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            raise ClosedError from None
        except Exception as error:
            raise ClosedError from error

    async def _send(self, frame: str) -> None:
        try:
            await asyncio.wait_for(self._websocket.send(frame), SEND_TIMEOUT)
        except TimeoutError:
            self._websocket.fail_connection(1006)
            raise ClosedError from None
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            raise ClosedError from None
        except Exception as error:
            raise ClosedError from error


def inbound(session: Session, content: Send) -> InboundMessage:
    """The core's message of what this session sent."""
    return InboundMessage(
        conversation_id=session.conversation_id,
        contact_id=session.contact_id,
        client_message_id=content.client_message_id,
        text=content.text,
        choice=content.choice,
        human=content.human,
    )
