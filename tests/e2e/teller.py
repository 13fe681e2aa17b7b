"""A whole running Teller for end-to-end tests, and a customer who speaks the widget protocol."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import websockets

START_LIMIT = 120.0
ANSWER_LIMIT = 30.0


class Teller:
    """`teller up` on ports and a state folder of its own."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.log = folder / "log"
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, *, ready: bool = True) -> None:
        environment = {
            key: value for key, value in os.environ.items() if not key.startswith("TELLER_")
        }
        environment.pop("DATABASE_URL", None)
        environment |= {
            "TELLER_STATE_DIR": str(self.folder / "state"),
            "TELLER_PORT": str(self.port),
            "TELLER_PORT_TAKEN": "fail",
            "TELLER_ASSISTANT_PORT": str(free_port()),
            "TELLER_ACTIONS_PORT": str(free_port()),
            "TELLER_LOG_FORMAT": "json",
            **self._environment,
        }
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "server", "up"],
                env=environment,
                stdout=output,
                stderr=output,
                cwd=Path(__file__).parents[2],
            )
        self.wait("/readyz" if ready else "/livez")

    def wait(self, path: str) -> None:
        deadline = time.monotonic() + START_LIMIT
        while time.monotonic() < deadline:
            assert self._process is not None
            if self._process.poll() is not None:
                break
            try:
                if httpx.get(self.url + path, timeout=5, trust_env=False).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
        raise AssertionError(f"{path} was not reached:\n" + self.log.read_text()[-5000:])

    def stop(self) -> int:
        """SIGTERM, as a service manager would; the exit status."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(timeout=60)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def kill_postgres(self) -> None:
        """Kill the embedded PostgreSQL's postmaster the hard way."""
        found = list((self.folder / "state").rglob("postmaster.pid"))
        assert found, "the embedded PostgreSQL does not run"
        os.kill(int(found[0].read_text().split()[0]), signal.SIGKILL)

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def pids(self) -> dict[str, int]:
        running = json.loads((self.folder / "state" / "running.json").read_text())
        pids: dict[str, int] = running["pids"]
        return pids

    def kill(self, name: str) -> int:
        """Kill one process the hard way; returns its id."""
        pid = self.pids()[name]
        os.kill(pid, signal.SIGKILL)
        return pid

    def pause(self, name: str) -> Callable[[], None]:
        """Freeze one process; the result lets it go on."""
        pid = self.pids()[name]
        os.kill(pid, signal.SIGSTOP)
        return lambda: os.kill(pid, signal.SIGCONT)


class Customer:
    """One visitor's widget: a session, a socket, and everything that arrived."""

    def __init__(self, teller: Teller, session: str) -> None:
        self.teller = teller
        self.session = session
        self.events: list[dict[str, Any]] = []
        self.state: dict[str, Any] = {}
        self.frames: list[dict[str, Any]] = []
        self._socket: Any = None
        self._reader: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()

    @property
    def last_event_id(self) -> int:
        return max((event["id"] for event in self.events), default=0)

    async def connect(self) -> None:
        self._socket = await websockets.connect(
            self.teller.url.replace("http", "ws") + "/api/widget/socket", proxy=None
        )
        hello = {"type": "hello", "session": self.session, "last_event_id": self.last_event_id}
        await self._socket.send(json.dumps(hello))
        self._reader = asyncio.create_task(self._read())
        await self.until(lambda: any(frame["type"] == "welcome" for frame in self.frames))

    async def disconnect(self) -> None:
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
        if self._socket is not None:
            await self._socket.close()

    async def reconnect(self) -> None:
        await self.disconnect()
        self.frames.clear()
        deadline = time.monotonic() + ANSWER_LIMIT
        while True:
            try:
                return await self.connect()
            except (OSError, websockets.WebSocketException, AssertionError):
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(0.3)

    async def send(self, kind: str = "message", **fields: Any) -> str:
        client_message_id = fields.pop("client_message_id", str(uuid4()))
        await self._socket.send(
            json.dumps({"type": kind, "client_message_id": client_message_id, **fields})
        )
        return str(client_message_id)

    async def say(self, text: str) -> dict[str, Any]:
        """Send a message and wait for the assistant's next one."""
        seen = self.last_event_id
        await self.send(text=text)
        return await self.answer(after=seen)

    async def answer(self, *, after: int = 0, actor: str = "assistant") -> dict[str, Any]:
        await self.until(lambda: self.find(actor, after) is not None)
        found = self.find(actor, after)
        assert found is not None
        return found

    def find(self, actor: str, after: int) -> dict[str, Any] | None:
        for event in self.events:
            if event["id"] > after and event["type"] == "message" and event["actor"] == actor:
                return event
        return None

    def notices(self) -> list[str]:
        return [event["code"] for event in self.events if event["type"] == "notice"]

    def texts(self, actor: str = "customer") -> list[str]:
        return [
            event["text"]
            for event in self.events
            if event["type"] == "message" and event["actor"] == actor
        ]

    async def until(self, condition: Callable[[], bool], limit: float = ANSWER_LIMIT) -> None:
        try:
            async with asyncio.timeout(limit):
                while not condition():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(
                f"nothing came; state {self.state}, last frames {self.frames[-5:]}\n"
                + self.teller.log.read_text()[-3000:]
            ) from None

    async def _read(self) -> None:
        async for raw in self._socket:
            frame = json.loads(raw)
            self.frames.append(frame)
            if frame["type"] == "event":
                self.events.append(frame["event"])
            elif frame["type"] in ("welcome", "state"):
                self.state = frame["conversation"]
            self._changed.set()


@asynccontextmanager
async def customer(teller: Teller) -> AsyncIterator[Customer]:
    """A new visitor with an open socket."""
    async with httpx.AsyncClient(base_url=teller.url, trust_env=False) as client:
        answer = await client.post("/api/widget/sessions", json={"locale": "en"})
        assert answer.status_code == 201, answer.text
    visitor = Customer(teller, answer.json()["session"])
    await visitor.connect()
    try:
        yield visitor
    finally:
        await visitor.disconnect()


class Desk:
    """A signed-in agent who uses the console's HTTP interface."""

    def __init__(self, client: httpx.AsyncClient, csrf: str) -> None:
        self._client = client
        self._headers = {"X-Teller-CSRF": csrf}

    async def get(self, path: str) -> Any:
        answer = await self._client.get(f"/api/agent{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, path: str, **body: Any) -> httpx.Response:
        return await self._client.post(f"/api/agent{path}", json=body, headers=self._headers)

    async def take(self, conversation_id: str) -> None:
        answer = await self.post(f"/conversations/{conversation_id}/take")
        assert answer.status_code == 200, answer.text

    async def answer(self, conversation_id: str, text: str) -> None:
        answer = await self.post(
            f"/conversations/{conversation_id}/messages",
            client_message_id=str(uuid4()),
            text=text,
        )
        assert answer.status_code == 201, answer.text


@asynccontextmanager
async def desk(teller: Teller, number: int = 0) -> AsyncIterator[Desk]:
    """Sign in as one of the demo's agents."""
    async with httpx.AsyncClient(base_url=teller.url, trust_env=False) as client:
        agent = (await client.get("/api/demo")).json()["agents"][number]
        answer = await client.post(
            "/api/agent/sign-in", json={"email": agent["email"], "password": agent["password"]}
        )
        assert answer.status_code == 200, answer.text
        yield Desk(client, answer.json()["csrf"])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
