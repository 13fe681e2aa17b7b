"""A browser's side of the widget protocol."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.protocol import State

Frame = dict[str, Any]


class WidgetClient:
    """One tab: opens a session, connects, sends, and keeps every frame it gets."""

    def __init__(self, base_url: str, *, session: str | None = None, locale: str = "en") -> None:
        self.base_url = base_url
        self.locale = locale
        self.session = session
        self.frames: list[Frame] = []
        self.events: dict[int, Frame] = {}
        self.state: Frame = {}
        self.socket: ClientConnection | None = None
        self._reading: asyncio.Task[None] | None = None
        self._news = asyncio.Condition()

    async def open_session(self) -> str:
        """A new session of the server."""
        async with httpx.AsyncClient(base_url=self.base_url, trust_env=False) as http:
            response = await http.post("/api/widget/sessions", json={"locale": self.locale})
        assert response.status_code == 201, response.text
        self.session = response.json()["session"]
        self.state = response.json()["conversation"]
        return self.session

    async def connect(self, *, last_event_id: int | None = None) -> None:
        """Say hello and begin to read; resumes after the newest event known."""
        if self.session is None:
            await self.open_session()
        self.socket = await connect(
            self.base_url.replace("http", "ws") + "/api/widget/socket", proxy=None
        )
        known = max(self.events, default=0) if last_event_id is None else last_event_id
        await self.send({"type": "hello", "session": self.session, "last_event_id": known})
        self._reading = asyncio.create_task(self._read())
        await self.until(lambda: any(frame["type"] == "welcome" for frame in self.frames))

    async def send(self, frame: Frame | str | bytes) -> None:
        """Send a frame."""
        assert self.socket is not None
        await self.socket.send(
            frame if isinstance(frame, str | bytes) else orjson.dumps(frame).decode()
        )

    async def say(self, text: str, *, client_message_id: str | None = None) -> str:
        """Send a message; returns its id."""
        client_message_id = client_message_id or str(uuid4())
        await self.send({"type": "message", "client_message_id": client_message_id, "text": text})
        return client_message_id

    async def until(self, condition: Callable[[], Any], *, seconds: float = 15.0) -> Any:
        """Wait until frames have made `condition` true; returns its value."""
        async with asyncio.timeout(seconds), self._news:
            while not (value := condition()):
                if self._reading is not None and self._reading.done():
                    self._reading.result()
                    raise AssertionError(f"closed before it came true: {self.frames[-5:]}")
                await self._news.wait()
            return value

    async def frame(self, kind: str, **fields: Any) -> Frame:
        """Wait for a frame of that type with those fields."""

        def find() -> Frame | None:
            for frame in self.frames:
                if frame["type"] == kind and all(frame.get(k) == v for k, v in fields.items()):
                    return frame
            return None

        return await self.until(find)  # type: ignore[no-any-return]

    async def event(self, condition: Callable[[Frame], bool]) -> Frame:
        """Wait for an event."""
        return await self.until(  # type: ignore[no-any-return]
            lambda: next((event for event in self.events.values() if condition(event)), None)
        )

    async def reply(self, number: int = 1) -> Frame:
        """Wait for the assistant's n-th message."""
        return await self.until(  # type: ignore[no-any-return]
            lambda: (self.by("assistant") + [None] * number)[number - 1]
        )

    def by(self, actor: str) -> list[Frame]:
        """Messages of one actor, in order."""
        return [
            event
            for _, event in sorted(self.events.items())
            if event["actor"] == actor and event["type"] == "message"
        ]

    def notices(self) -> list[str]:
        """Codes of the notices, in order."""
        return [e["code"] for _, e in sorted(self.events.items()) if e["type"] == "notice"]

    async def close(self) -> None:
        """Leave."""
        if self.socket is not None and self.socket.state is not State.CLOSED:
            await self.socket.close()
        if self._reading is not None:
            await asyncio.gather(self._reading, return_exceptions=True)
            self._reading = None

    async def _read(self) -> None:
        assert self.socket is not None
        try:
            async for data in self.socket:
                frame = orjson.loads(data)
                self.frames.append(frame)
                if frame["type"] == "event":
                    event = frame["event"]
                    assert event["id"] not in self.events, "an event came twice"
                    assert event["id"] > max(self.events, default=0), "events came out of order"
                    self.events[event["id"]] = event
                elif "conversation" in frame:
                    self.state = frame["conversation"]
                async with self._news:
                    self._news.notify_all()
        finally:
            async with self._news:
                self._news.notify_all()
