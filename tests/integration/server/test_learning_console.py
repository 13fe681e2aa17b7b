"""The console's interface of the learning loop: who may use it, and what it refuses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from editorial.learning import Learning
from handoff import agents
from knowledge.testing import WordEncoder, make_article, make_base
from server.database import Database
from tests.support.assistant import FakeAssistant
from tests.support.learning import all_ask
from tests.support.running import make_settings, running_server

PASSWORD = "long enough password"
CARDS = [
    f"do you sell a gift card for {coin} coins" for coin in ("gold", "red", "big", "old", "my")
]


class Editor:
    """Somebody signed in."""

    def __init__(self, client: httpx.AsyncClient, csrf: str) -> None:
        self.client = client
        self.csrf = csrf

    async def get(self, path: str = "") -> httpx.Response:
        return await self.client.get(f"/api/agent/learning{path}")

    async def post(self, path: str, body: Any, *, csrf: str | None = None) -> httpx.Response:
        return await self.client.post(
            f"/api/agent/learning{path}", json=body, headers={"X-Teller-CSRF": csrf or self.csrf}
        )


async def sign_in(client: httpx.AsyncClient, database: Database, role: str) -> Editor:
    email = f"{uuid4().hex}@calder.example"
    await database.run(
        lambda c: agents.add_agent(c, email=email, name="Lena", password=PASSWORD, role=role)
    )
    answer = await client.post("/api/agent/sign-in", json={"email": email, "password": PASSWORD})
    return Editor(client, answer.json()["csrf"])


async def read_until(editor: Editor) -> datetime:
    return datetime.fromisoformat((await editor.get()).json()["last_run"]["read_until"])


@pytest.fixture
async def client(database_url: str, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    settings = make_settings(
        database_url, FakeAssistant(), tmp_path, index=tmp_path / "none", articles=tmp_path
    )
    async with (
        running_server(settings) as running,
        httpx.AsyncClient(base_url=running.url, trust_env=False, timeout=30) as client,
    ):
        yield client


async def learn(database: Database) -> None:
    base = make_base([make_article("presents")], {})
    await Learning(database, base, WordEncoder()).run()


@pytest.fixture
async def learned(database: Database) -> None:
    await all_ask(database, CARDS)
    await learn(database)


async def test_agents_may_not_and_nobody_without_a_session(
    client: httpx.AsyncClient, database: Database
) -> None:
    assert (await client.get("/api/agent/learning")).status_code == 401
    agent = await sign_in(client, database, "agent")

    refused = await agent.get()

    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "not_an_editor")


async def test_an_editor_reads_decides_and_asks_for_a_run(
    client: httpx.AsyncClient, database: Database, learned: None
) -> None:
    editor = await sign_in(client, database, "editor")
    listed = (await editor.get()).json()
    [item] = listed["clusters"]
    one = f"/{item['id']}"

    assert (item["members"], listed["counts"]["open"]) == (5, 1)
    assert len((await editor.get(one)).json()["messages"]) == 5
    forged = await editor.post(f"{one}/dismiss", {"reason": "other"}, csrf="another")
    assert forged.status_code == 403
    bad = await editor.post(f"{one}/dismiss", {"reason": "dull"})
    assert (bad.status_code, bad.json()["error"]["code"]) == (400, "bad_decision")
    absent = {"article": "nowhere", "phrasings": [{"text": "gift cards?", "language": "en"}]}
    assert (await editor.post(f"{one}/accept", absent)).status_code == 400
    assert (await editor.post(f"{one}/accept", {"article": "x", "phrasings": 5})).status_code == 400

    done = await editor.post(f"{one}/dismiss", {"reason": "out_of_scope", "note": "no shop"})

    assert (done.status_code, done.json()["decision"]["by"]) == (200, "Lena")
    assert (await editor.post(f"{one}/dismiss", {"reason": "other"})).status_code == 409
    assert (await editor.get(f"/{uuid4()}")).status_code == 404
    assert (await editor.get("?state=odd")).status_code == 400
    first, second = await editor.post("/run", {}), await editor.post("/run", {})
    assert (first.json()["queued"], second.json()["queued"]) == (True, False)


async def test_it_tells_which_run_has_read_what_was_there(
    client: httpx.AsyncClient, database: Database, learned: None
) -> None:
    editor = await sign_in(client, database, "editor")
    asked = (await editor.post("/run", {})).json()["asked_at"]

    before = await read_until(editor)
    await learn(database)

    assert before < datetime.fromisoformat(asked) <= await read_until(editor)


async def test_a_draft_is_made_without_an_index_too(
    client: httpx.AsyncClient, database: Database, learned: None
) -> None:
    editor = await sign_in(client, database, "admin")
    [item] = (await editor.get()).json()["clusters"]

    made = await editor.post(
        f"/{item['id']}/draft", {"title": "Gift cards", "body": "We sell none."}
    )

    assert made.status_code == 201, made.text
    assert made.json() == {"article": "gift-cards", "language": "en", "revision": 1}
