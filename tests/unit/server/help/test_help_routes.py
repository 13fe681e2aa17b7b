"""The help centre's addresses: what a browser asks for and gets."""

from __future__ import annotations

import re
from http.cookiejar import Cookie

import httpx
import pytest

from tests.support.help_centre import SITE, Counted, Held

VOTE = "/help/en/fees/vote"
OURS = {"origin": SITE}


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("tr-TR,tr;q=0.9,en;q=0.8", "tr"),
        ("de, pt-BR;q=0.5", "pt"),
        ("en;q=0.3, ru;q=0.7", "ru"),
        ("vi;q=0, es", "es"),
        ("ru;q=much, es", "es"),
        ("de", "en"),
        ("", "en"),
    ],
)
async def test_the_help_centre_opens_in_the_browsers_language(
    client: httpx.AsyncClient, accepted: str, language: str
) -> None:
    response = await client.get("/help", headers={"accept-language": accepted})
    assert response.headers["location"] == f"/help/{language}"
    assert response.headers["vary"] == "accept-language"


async def test_a_language_that_we_have_not_got_leads_to_one_that_we_have(
    client: httpx.AsyncClient,
) -> None:
    response = await client.get("/help/ar/fees", headers={"accept-language": "ar, es;q=0.5"})
    assert response.headers["location"] == "/help/es/fees"


@pytest.mark.parametrize(
    "path", ["/help/en/gone", "/help/en/old", "/help/en/topic/gone", "/help/en/a/b/c"]
)
async def test_what_is_gone_is_not_found_with_a_search(
    client: httpx.AsyncClient, path: str
) -> None:
    response = await client.get(path)
    assert response.status_code == 404
    assert "There is no such page" in response.text
    assert 'role="search"' in response.text
    assert 'href="/help/en/fees"' in response.text
    assert 'content="noindex"' in response.text
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    ["/help/EN/fees", "/help/en/../../etc", "/help/english/fees", "/help/en/%00", "/help/e"],
)
async def test_odd_addresses_are_not_found(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


async def test_without_an_index_the_page_says_so(client: httpx.AsyncClient, held: Held) -> None:
    held.content = None
    for path in (
        "/help/en",
        "/help/en/fees",
        "/help/en/topic/x",
        "/help/en/search?q=fee",
        "/help/x",
    ):
        response = await client.get(path)
        assert response.status_code == 503
        assert "being built" in response.text
    for path in ("/sitemap.xml", "/api/help/search?language=en&q=fee"):
        assert (await client.get(path)).status_code == 503


async def test_a_page_is_sent_packed_and_once(client: httpx.AsyncClient) -> None:
    first = await client.get("/help/en/fees")
    assert first.headers["content-encoding"] == "gzip"
    assert first.headers["cache-control"] == "public, max-age=60"
    again = await client.get("/help/en/fees", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""
    head = await client.head("/help/en/fees")
    assert (head.status_code, head.content) == (200, b"")


async def test_no_page_lets_anything_in_it_act(client: httpx.AsyncClient) -> None:
    for path in ("/help/en", "/help/en/fees", "/help/en/search?q=<script>", "/help/en/nope"):
        policy = (await client.get(path)).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy


async def test_a_search_is_a_page(client: httpx.AsyncClient) -> None:
    response = await client.get("/help/en/search", params={"q": "  withdrawal   fees "})
    assert response.status_code == 200
    assert "What we found for “withdrawal fees”" in response.text
    assert 'href="/help/en/fees"' in response.text
    assert 'content="noindex"' in response.text
    assert response.headers["cache-control"] == "no-store"


async def test_a_search_without_words_asks_for_some(client: httpx.AsyncClient) -> None:
    response = await client.get("/help/en/search")
    assert response.status_code == 200
    assert "What we found" not in response.text
    assert "Nothing was found" not in response.text


async def test_what_is_searched_for_stays_text(client: httpx.AsyncClient) -> None:
    response = await client.get("/help/en/search", params={"q": '"><script>alert(1)</script>'})
    assert "<script>alert" not in response.text
    assert "Nothing was found" in response.text
    assert 'href="/help/en/fees"' in response.text


async def test_suggestions_are_results_as_json(client: httpx.AsyncClient) -> None:
    response = await client.get("/api/help/search", params={"language": "es", "q": "cuanto cuesta"})
    assert response.json() == {
        "query": "cuanto cuesta",
        "results": [
            {
                "id": "fees",
                "title": "Comisiones",
                "url": "/help/es/fees",
                "topic": "Comisiones y límites de retiro",
                "excerpt": "Cuesta 2.",
                "language": "es",
                "asset": None,
            }
        ],
    }


@pytest.mark.parametrize("query", ["", "f", "   "])
async def test_one_letter_is_no_search(client: httpx.AsyncClient, query: str) -> None:
    response = await client.get("/api/help/search", params={"language": "en", "q": query})
    assert response.json()["results"] == []


@pytest.mark.parametrize("language", ["", "xx", "english"])
async def test_suggestions_need_a_language(client: httpx.AsyncClient, language: str) -> None:
    response = await client.get("/api/help/search", params={"language": language, "q": "fee"})
    assert response.status_code == 400
    assert "en, es" in response.json()["error"]["message"]


async def test_who_searches_without_end_is_asked_to_wait(client: httpx.AsyncClient) -> None:
    asked = {"language": "en", "q": "fee"}
    answers = [await client.get("/api/help/search", params=asked) for _ in range(75)]
    last = answers[-1]
    assert answers[0].status_code == 200
    assert last.status_code == 429
    assert last.json()["error"]["code"] == "rate_limited"
    page = await client.get("/help/en/search?q=fee")
    assert page.status_code == 429
    assert int(page.headers["retry-after"]) >= 1
    assert "wait a moment" in page.text


async def test_a_coin_in_the_address_makes_an_article_specific(client: httpx.AsyncClient) -> None:
    page = (await client.get("/help/en/code?asset=usdt&network=TRC20")).text
    assert "For USDT on TRC20." in page
    assert "<option selected>USDT</option>" in page
    assert f'<link rel="canonical" href="{SITE}/help/en/code">' in page


@pytest.mark.parametrize("query", ["asset=DOGE", "asset=%3Cb%3E", "network=TRC20", "asset="])
async def test_a_coin_that_is_not_there_changes_nothing(
    client: httpx.AsyncClient, query: str
) -> None:
    assert "For all on all." in (await client.get(f"/help/en/code?{query}")).text


async def test_a_network_must_be_one_of_the_coin(client: httpx.AsyncClient) -> None:
    assert "For BTC on all." in (await client.get("/help/en/code?asset=BTC&network=TRC20")).text


async def test_reading_counts_once_for_one_reader(
    client: httpx.AsyncClient, counted: Counted
) -> None:
    for path in ("/help/en/fees", "/help/en/fees?asset=BTC", "/help/es/fees", "/help/es/code"):
        await client.get(path)
    assert counted.reads == {("fees", "en"): 1, ("fees", "es"): 1, ("code", "es"): 1}


@pytest.mark.parametrize(
    "headers",
    [
        {"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"user-agent": "curl/8.5.0"},
        {"user-agent": ""},
        {"sec-purpose": "prefetch;prerender"},
    ],
)
async def test_machines_and_preparations_are_no_readers(
    client: httpx.AsyncClient, counted: Counted, headers: dict[str, str]
) -> None:
    await client.get("/help/en/fees", headers=headers)
    await client.head("/help/en/fees")
    await client.get("/help/en/apy")
    await client.get("/help/en/nope")
    assert counted.reads == {}


async def test_a_vote_without_a_script_thanks_on_the_page(
    client: httpx.AsyncClient, counted: Counted
) -> None:
    answer = await client.post(VOTE, data={"helpful": "no"}, headers=OURS)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/help/en/fees?voted=no#helpful"
    page = (await client.get("/help/en/fees?voted=no")).text
    assert "We are sorry about that" in page
    assert page.count('name="reason"') == 4
    # The site is served by https, so that the test's own client keeps the cookie to itself.
    mark = {**OURS, "cookie": answer.headers["set-cookie"].partition(";")[0]}
    why = await client.post(VOTE, data={"helpful": "no", "reason": "unclear"}, headers=mark)
    assert why.headers["location"] == "/help/en/fees?voted=why#helpful"
    assert "Thank you!" in (await client.get("/help/en/fees?voted=why")).text

    (first, plain), (second, explained) = counted.votes
    assert first == second
    assert (plain.helpful, plain.reason) == (False, None)
    assert (explained.helpful, explained.reason) == (False, "unclear")
    assert counted.reads == {}


async def test_a_vote_by_script_stays_on_the_page(
    client: httpx.AsyncClient, counted: Counted
) -> None:
    headers = {"accept": "application/json", "sec-fetch-site": "same-origin"}
    answer = await client.post(VOTE, data={"helpful": "yes"}, headers=headers)
    assert (answer.status_code, answer.content) == (204, b"")
    assert counted.votes[0][1].helpful


async def test_another_browser_is_another_voter_and_a_made_up_one_no_chosen_one(
    client: httpx.AsyncClient, counted: Counted
) -> None:
    await client.post(VOTE, data={"helpful": "yes"}, headers=OURS)
    cookie: Cookie = next(iter(client.cookies.jar))
    assert re.fullmatch(r"[\w-]{22}\.[0-9a-f]{32}", cookie.value or "")
    assert cookie.path == "/help"
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.secure
    for value in ("", "AAAAAAAAAAAAAAAAAAAAAA.00000000000000000000000000000000"):
        client.cookies.clear()
        headers = {**OURS, "cookie": f"teller_help={value}"}
        await client.post(VOTE, data={"helpful": "yes"}, headers=headers)
    assert len({voter for voter, _ in counted.votes}) == 3


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}],
)
async def test_other_sites_cannot_vote_for_their_visitors(
    client: httpx.AsyncClient, counted: Counted, headers: dict[str, str]
) -> None:
    answer = await client.post(VOTE, data={"helpful": "yes"}, headers=headers)
    assert answer.status_code == 403
    assert counted.votes == []


async def test_votes_that_say_nothing_are_refused(
    client: httpx.AsyncClient, counted: Counted
) -> None:
    assert (await client.post(VOTE, headers=OURS)).status_code == 400
    assert (await client.post(VOTE, data={"helpful": "2"}, headers=OURS)).status_code == 400
    gone = await client.post("/help/en/gone/vote", data={"helpful": "yes"}, headers=OURS)
    assert gone.status_code == 404
    robot = {**OURS, "user-agent": "python-requests/2"}
    await client.post(VOTE, data={"helpful": "yes"}, headers=robot)
    assert counted.votes == []


async def test_votes_without_end_are_refused(client: httpx.AsyncClient, counted: Counted) -> None:
    for _ in range(25):
        answer = await client.post(VOTE, data={"helpful": "yes"}, headers=OURS)
    assert answer.status_code == 429
    assert len(counted.votes) == 20


async def test_search_engines_are_told_what_there_is(client: httpx.AsyncClient) -> None:
    robots = (await client.get("/robots.txt")).text
    assert f"Sitemap: {SITE}/sitemap.xml" in robots
    assert "Disallow: /api/" in robots
    sitemap = await client.get("/sitemap.xml")
    assert sitemap.headers["content-type"].startswith("application/xml")
    assert f"<loc>{SITE}/help/es/fees</loc>" in sitemap.text
