"""The editors' interface over HTTP: who may, what is refused, and what is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from argon2 import PasswordHasher
from sanic import Sanic

from editorial.library import Library
from handoff import agents, sessions
from handoff.agents import add_agent
from handoff.console import COOKIE
from knowledge.content import Content
from knowledge.live import Live
from knowledge.publish import Sources, publish
from knowledge.testing import WordEncoder
from server.articles import Editing, FactsFile, create_blueprint
from server.database import Database
from server.jobs import JobScheduler
from tests.support.serving import serving

TODAY = date(2026, 12, 1)
TEXT = """---
id: {id}
title: {id} title
topic: withdraw_limits_fees
intents: [withdraw_fee]
questions: [how are {id}]
owner: payments
updated: 2026-11-10
review_by: {review}
---
It costs {{{{ facts.fee }}}}{{% if asset %}} in {{{{ asset }}}}{{% endif %}}.
"""


@pytest.fixture(autouse=True)
def _fast_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agents, "hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """A built index of two articles, one of them past its review."""
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "fees.en.md").write_text(TEXT.format(id="fees", review="2027-05-10"))
    (folder / "old.en.md").write_text(TEXT.format(id="old", review="2026-11-20"))
    (tmp_path / "facts.yml").write_text("fee: 2\nassets: {USDT: {}}\nnetworks: {TRC20: {}}\n")
    (tmp_path / "intents.yml").write_text(
        "withdraw_fee: {topic: withdraw_limits_fees, handling: answer, label: Fees}\n"
    )
    sources = Sources(folder, tmp_path / "facts.yml", tmp_path / "intents.yml")
    publish(tmp_path / "index", sources, WordEncoder(), WordEncoder.hash, today=TODAY)
    return tmp_path / "index"


@pytest.fixture
async def client(
    database: Database, database_url: str, index: Path
) -> AsyncIterator[httpx.AsyncClient]:
    editing = Editing(
        database=database,
        library=Library(index.parent / "articles"),
        knowledge=Live(index, Content.load),
        facts=FactsFile(index.parent / "facts.yml"),
        index=index,
        schedule=JobScheduler(database_url).schedule_publication,
        warm=JobScheduler(database_url).warm_publisher,
        languages=("en", "es"),
        today=lambda: TODAY,
    )
    app: Sanic[Any, Any] = Sanic(f"articles-{uuid4().hex[:8]}", configure_logging=False)
    app.blueprint(create_blueprint(editing))
    async with serving(app) as found:
        yield found


class Editor:
    """Somebody signed in, who reads and writes below `/api/agent/articles`."""

    def __init__(self, client: httpx.AsyncClient, token: str, csrf: str) -> None:
        self._client = client
        self._cookies = {"cookie": f"{COOKIE}={token}"}
        self.csrf = csrf

    async def get(self, path: str = "/") -> httpx.Response:
        return await self._client.get(f"/api/agent/articles{path}", headers=self._cookies)

    async def post(self, path: str, **body: Any) -> httpx.Response:
        headers = {**self._cookies, "x-teller-csrf": self.csrf}
        return await self._client.post(f"/api/agent/articles{path}", json=body, headers=headers)


@pytest.fixture
def signed_in(client: httpx.AsyncClient, database: Database) -> Any:
    @asynccontextmanager
    async def enter(role: str, name: str = "Lena") -> AsyncIterator[Editor]:
        email = f"{uuid4().hex}@calder.example"
        await database.run(
            lambda c: add_agent(c, email=email, name=name, password="long enough", role=role)
        )
        token, found = await sessions.sign_in(
            database, email=email, password="long enough", lifetime=timedelta(hours=1)
        )
        yield Editor(client, token, found.csrf)

    return enter


async def code_of(response: httpx.Response, status: int) -> str:
    assert response.status_code == status, response.text
    return str(response.json()["error"]["code"])


async def test_agents_may_not_and_editors_and_admins_may(signed_in: Any) -> None:
    async with signed_in("agent") as agent:
        assert await code_of(await agent.get(), 403) == "not_an_editor"
        refused = await agent.post("/fees/en/publish", source="x", base=0)
        assert await code_of(refused, 403) == "not_an_editor"
    for role in ("editor", "admin"):
        async with signed_in(role) as editor:
            assert (await editor.get()).status_code == 200


async def test_nobody_reads_without_a_session_or_writes_without_its_token(
    client: httpx.AsyncClient, signed_in: Any
) -> None:
    assert await code_of(await client.get("/api/agent/articles/"), 401) == "not_signed_in"
    async with signed_in("editor") as editor:
        editor.csrf = "another"
        refused = await editor.post("/fees/en/drafts", source="x", base=0)
        assert await code_of(refused, 403) == "csrf"


async def test_the_list_says_what_is_live_and_what_is_withheld(signed_in: Any, index: Path) -> None:
    internal = TEXT.format(id="inner", review="2027-05-10").replace(
        "owner:", "audience: agents\nowner:"
    )
    (index.parent / "articles" / "inner.en.md").write_text(internal)
    async with signed_in("editor") as editor:
        found = (await editor.get()).json()
    states = {
        row["id"]: (row["state"], row["hindrance"], row["review"]) for row in found["articles"]
    }
    assert states == {
        "fees": ("live", None, "later"),
        "inner": ("withheld", "agents", "later"),
        "old": ("withheld", "review", "overdue"),
    }
    assert found["options"]["states"] == ["published", "draft"]
    assert found["options"]["audiences"] == ["customers", "business", "agents"]
    assert found["options"]["assets"] == ["USDT"]
    assert found["options"]["intents"] == {"withdraw_fee": "withdraw_limits_fees"}
    assert found["build"]["current"]


async def test_a_text_is_checked_and_filled_with_the_facts_of_the_file(
    signed_in: Any, index: Path
) -> None:
    text = TEXT.format(id="fees", review="2027-05-10")
    async with signed_in("editor") as editor:
        good = await editor.post("/check", id="fees", language="en", source=text, asset="USDT")
        assert good.json()["findings"] == []
        assert good.json()["preview"]["short"] == "It costs 2 in USDT."
        (index.parent / "facts.yml").write_text("fee: 3\nassets: {USDT: {}}\n")
        changed = await editor.post("/check", id="fees", language="en", source=text)
        assert changed.json()["preview"]["short"] == "It costs 3."
        wrong = text.replace("owner: payments", "owner: nobody")
        bad = (await editor.post("/check", id="fees", language="en", source=wrong)).json()
        assert (bad["publishable"], bad["findings"][0]["line"]) == (False, 7)


async def test_of_two_editors_the_second_is_told_who_was_first(signed_in: Any) -> None:
    text = TEXT.format(id="fees", review="2027-05-10")
    async with signed_in("editor", "Lena") as lena, signed_in("admin", "Mia") as mia:
        saved = await lena.post("/fees/en/drafts", source=text + "More.", base=0, note="More")
        assert (saved.status_code, saved.json()["number"]) == (201, 1)
        late = await mia.post("/fees/en/drafts", source=text + "Other.", base=0)
        assert await code_of(late, 409) == "edited_meanwhile"
        assert late.json()["error"]["revision"]["author"] == "Lena"
        opened = (await mia.get("/fees/en")).json()
        assert (opened["article"]["base"], opened["article"]["changed"]) == (1, True)
        assert opened["live_source"] == text
        assert [each["note"] for each in opened["revisions"]] == ["More"]
        first = await mia.get("/fees/en/revisions/1")
        assert first.json()["source"] == text + "More."
        back = await mia.post("/fees/en/revert", number=0, base=1)
        assert (back.status_code, back.json()["source"]) == (201, text)


async def test_publishing_is_queued_as_a_job_and_a_faulty_text_is_not(
    signed_in: Any, database: Database
) -> None:
    text = TEXT.format(id="fees", review="2027-05-10")
    async with signed_in("editor") as editor:
        faulty = await editor.post("/fees/en/publish", source=text + "In 5 hours.", base=0)
        assert await code_of(faulty, 400) == "bad_draft"
        assert faulty.json()["error"]["findings"][0]["line"] == 12
        asked = await editor.post("/fees/en/publish", source=text + "Soon.", base=0, note="Soon")
        assert asked.status_code == 202
        assert (asked.json()["state"], asked.json()["changes"]) == ("queued", {"fees.en": 1})
        shown = (await editor.get("/publications")).json()["publications"]
        assert [(each["id"], each["note"]) for each in shown] == [(asked.json()["id"], "Soon")]
        assert (await editor.get(f"/publications/{asked.json()['id']}")).status_code == 200
    async with database.transaction() as connection:
        jobs = (
            await connection.exec_driver_sql(
                "SELECT lock, args FROM procrastinate.procrastinate_jobs WHERE task_name='publish'"
            )
        ).all()
    assert [(job.lock, job.args) for job in jobs] == [
        ("publishing", {"publication": asked.json()["id"]})
    ]


async def test_what_is_not_there_and_what_makes_no_sense_is_said(signed_in: Any) -> None:
    async with signed_in("editor") as editor:
        assert await code_of(await editor.get("/nothing/en"), 404) == "no_such_article"
        assert await code_of(await editor.get("/fees/en/revisions/9"), 404) == "no_such_revision"
        assert await code_of(await editor.get("/publications/9"), 404) == "no_such_publication"
        assert await code_of(await editor.post("/roll-back", build="x"), 409) == "no_such_build"
        for body in ({}, {"source": 1, "base": 0}, {"source": "x", "base": "0"}):
            assert await code_of(await editor.post("/fees/en/drafts", **body), 400) == "bad_draft"
        long = await editor.post("/fees/en/drafts", source="x" * 60_001, base=0)
        assert await code_of(long, 400) == "bad_draft"
