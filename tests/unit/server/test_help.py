"""The help pages: readable as they are, and safe."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sanic import Sanic

from knowledge.articles import Choices, Option
from knowledge.content import Content
from knowledge.errors import IndexUnavailableError
from knowledge.responses import Responses
from knowledge.testing import make_article, make_base
from server.help import HelpPages, help_blueprint
from tests.support.serving import serving

_number = itertools.count()

INTENTS = {
    "fee": {"topic": "withdraw_limits_fees", "handling": "answer", "label": "Fees"},
    "apy": {"topic": "savings_earn", "handling": "answer", "label": "Savings"},
}
ARTICLES = [
    make_article(
        "fees",
        title="Fees & <limits>",
        body="It costs **{{ facts.fee }}**.\n\n## Steps\n1. Look\n\n"
        "| A | B |\n|---|---|\n| 1 | 2 |\n\n<script>alert(1)</script>\n\n"
        "[x](javascript:alert(1))\n",
        follow_ups=("apy",),
    ),
    make_article(
        "apy",
        topic="savings_earn",
        choices=Choices("Which?", (Option("A", "fees"), Option("B", "fees"))),
    ),
]


class Held:
    def __init__(self) -> None:
        facts = {"fee": 2, "exchange": {"name": "Acme", "site": "https://acme.example"}}
        self.content: Content | None = make_base(ARTICLES, INTENTS, facts=facts)

    def get(self) -> Content:
        if self.content is None:
            raise IndexUnavailableError("None.")
        return self.content


@pytest.fixture
def held() -> Held:
    return Held()


@pytest.fixture
async def client(held: Held) -> AsyncIterator[httpx.AsyncClient]:
    app: Sanic[Any, Any] = Sanic(f"help_{next(_number)}", configure_logging=False)
    app.blueprint(help_blueprint(HelpPages(held, Responses.load())))
    async with serving(app) as client:
        yield client


async def test_an_article_is_a_page_with_short_answer_details_and_date(
    client: httpx.AsyncClient,
) -> None:
    response = await client.get("/help/en/fees")
    assert response.status_code == 200
    page = response.text
    assert "<h1>Fees &amp; &lt;limits&gt;</h1>" in page
    assert "It costs <strong>2</strong>." in page
    assert "<h2>Steps</h2>" in page
    assert "<table>" in page
    assert "Updated 2026-11-10" in page
    assert '<html lang="en" dir="ltr">' in page
    assert "https://acme.example" in page


async def test_nothing_in_an_article_can_act(client: httpx.AsyncClient) -> None:
    response = await client.get("/help/en/fees")
    assert "<script>" not in response.text
    assert 'href="javascript' not in response.text
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


async def test_a_page_links_to_what_follows(client: httpx.AsyncClient) -> None:
    assert 'href="/help/en/apy"' in (await client.get("/help/en/fees")).text
    assert 'href="/help/en/fees"' in (await client.get("/help/en/apy")).text


async def test_the_index_holds_every_answer_by_topic(client: httpx.AsyncClient) -> None:
    response = await client.get("/help", follow_redirects=True)
    assert response.url.path == "/help/en"
    assert "Withdrawal fees and limits" in response.text
    assert 'href="/help/en/fees"' in response.text
    assert 'href="/help/en/apy"' not in response.text


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("tr-TR,tr;q=0.9,en;q=0.8", "tr"), ("de, pt-BR;q=0.5", "pt"), ("de", "en"), ("", "en")],
)
async def test_the_help_centre_opens_in_the_browsers_language(
    client: httpx.AsyncClient, accepted: str, language: str
) -> None:
    response = await client.get("/help", headers={"accept-language": accepted})
    assert response.headers["location"] == f"/help/{language}"


async def test_another_language_gets_english_with_a_word_about_it(
    client: httpx.AsyncClient,
) -> None:
    response = await client.get("/help/ar/fees")
    assert response.status_code == 200
    assert 'dir="rtl"' in response.text
    assert "not available in your language" in response.text


@pytest.mark.parametrize("path", ["/help/en/gone", "/help/en/unknown-article-1"])
async def test_an_article_that_is_gone_is_not_found_with_all_others(
    client: httpx.AsyncClient, path: str
) -> None:
    response = await client.get(path)
    assert response.status_code == 404
    assert "does not exist" in response.text
    assert 'href="/help/en/fees"' in response.text


@pytest.mark.parametrize(
    "path", ["/help/EN/fees", "/help/en/../../etc", "/help/english/fees", "/help/en/%00", "/help/e"]
)
async def test_odd_addresses_are_not_found(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


async def test_without_an_index_the_page_says_so(client: httpx.AsyncClient, held: Held) -> None:
    held.content = None
    for path in ("/help/en", "/help/en/fees"):
        response = await client.get(path)
        assert response.status_code == 503
        assert "being built" in response.text
