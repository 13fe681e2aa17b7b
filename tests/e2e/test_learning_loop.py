"""The learning loop in a real browser: asked in vain, accepted by an editor, answered."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, Page, expect
from teller import Teller, customer

from server.database import Database
from tests.support.learning import all_ask, ask_in_vain

ROOT = Path(__file__).parents[2]
# A publication builds a whole index, on a machine that may be busy.
PATIENCE = 300_000
ASKED = [
    "does calder come as an app for my fridge",
    "fridge app from calder, is there one",
    "put calder on my smart fridge please",
    "is there a smart fridge app",
    "how do i install calder on a fridge",
    "calder for my samsung fridge",
]
CARDS = [
    "do you sell paper posters of coins",
    "where can i buy a poster of a coin",
    "poster of bitcoin for my wall, do you sell it",
    "i want a coin poster",
    "are there posters in your shop",
]
UMBRELLAS = [
    "do you lend umbrellas",
    "can i borrow an umbrella from you",
    "an umbrella to borrow please",
    "where do i get a calder umbrella",
    "is there an umbrella with your logo",
]
ANSWER = "Hello! We have no shop and sell no posters. Pictures of all coins are free to print."


@pytest.fixture(scope="module")
def learning_teller() -> Iterator[Teller]:
    """A Teller with an index of its own: this one publishes."""
    folder = Path(tempfile.mkdtemp(prefix="teller-learning-"))
    folder.chmod(0o755)
    shutil.copytree(ROOT / "models" / "index", folder / "index", symlinks=True)
    teller = Teller(folder, TELLER_INDEX=str(folder / "index"), TELLER_LEARN_EVERY_HOURS="0")
    try:
        teller.start()
        yield teller
    finally:
        if teller.is_running():
            teller.stop()
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def database_of(teller: Teller) -> AsyncIterator[Database]:
    running = json.loads((teller.folder / "state" / "running.json").read_text())
    database = Database(running["database_url"])
    try:
        yield database
    finally:
        await database.close()


async def open_learning(browser: Browser, teller: Teller) -> Page:
    """A page of its own with the section open, an editor signed in."""
    context = await browser.new_context(viewport={"width": 1440, "height": 900})
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    async with httpx.AsyncClient(base_url=teller.url, trust_env=False) as client:
        agent = (await client.get("/api/demo")).json()["agents"][0]
    await page.goto(f"{teller.url}/console")
    await page.get_by_test_id("email").fill(agent["email"])
    await page.get_by_test_id("password").fill(agent["password"])
    await page.get_by_test_id("sign-in").click()
    await page.get_by_test_id("section-learning").click()
    return page


async def test_asked_in_vain_accepted_and_answered(
    browser: Browser, learning_teller: Teller
) -> None:
    async with database_of(learning_teller) as database:
        await all_ask(database, ASKED)
    page = await open_learning(browser, learning_teller)

    await page.get_by_test_id("look").click()
    row = page.get_by_test_id("cluster-row").filter(has_text="fridge")
    await expect(row).to_have_count(1, timeout=PATIENCE)

    await row.click()
    await expect(page.get_by_test_id("asked")).to_have_count(len(ASKED))
    await page.locator('input[name="article"]').last.check()
    await page.get_by_test_id("other-article").fill("app-install")
    boxes = page.get_by_test_id("take-phrasing")
    for number in range(1, await boxes.count()):
        await boxes.nth(number).uncheck()
    await page.get_by_test_id("phrasing").first.fill("can calder run on my fridge's screen")
    await page.get_by_test_id("accept").click()
    publication = page.get_by_test_id("publication")
    await expect(publication).to_have_attribute("data-state", "live", timeout=PATIENCE)

    # Running processes take the new index up within a second or two. Each try is a new customer's:
    # one who repeats a question is brought to a person.
    for _ in range(20):
        async with customer(learning_teller) as visitor:
            answer = await visitor.say("can calder run on my fridge's screen")
        if (answer.get("article") or {}).get("id") == "app-install":
            break
    assert (answer.get("article") or {}).get("id") == "app-install", answer
    await page.context.close()


async def test_an_agents_answer_becomes_a_draft_that_customers_do_not_see(
    browser: Browser, learning_teller: Teller
) -> None:
    async with database_of(learning_teller) as database:
        for text in CARDS:
            await ask_in_vain(database, text, answer=ANSWER)
    page = await open_learning(browser, learning_teller)
    await page.get_by_test_id("look").click()
    row = page.get_by_test_id("cluster-row").filter(has_text="poster")
    await expect(row).to_have_count(1, timeout=PATIENCE)

    await row.click()
    await expect(page.get_by_test_id("draft-body")).to_have_value(
        "We have no shop and sell no posters. Pictures of all coins are free to print.\n"
    )
    await page.get_by_test_id("make-draft").click()
    await page.wait_for_url("**/console#articles/**")
    assert "poster" in page.url
    async with httpx.AsyncClient(base_url=learning_teller.url, trust_env=False) as client:
        answer = await client.get(f"/help/en/{page.url.split('/')[-2]}")
    assert answer.status_code == 404, "a draft is nothing that customers can read"
    await page.context.close()


async def test_what_was_dismissed_is_out_of_the_way(
    browser: Browser, learning_teller: Teller
) -> None:
    async with database_of(learning_teller) as database:
        await all_ask(database, UMBRELLAS)
    page = await open_learning(browser, learning_teller)
    await page.get_by_test_id("look").click()
    row = page.get_by_test_id("cluster-row").filter(has_text="umbrella")
    await expect(row).to_have_count(1, timeout=PATIENCE)

    await row.click()
    await page.get_by_test_id("dismiss-reason").select_option("out_of_scope")
    await page.get_by_test_id("dismiss").click()

    await expect(page.get_by_test_id("decided")).to_contain_text("Not what we do")
    await expect(row).to_have_count(0)
    await page.get_by_test_id("clusters-dismissed").click()
    await expect(row).to_have_count(1)
    await page.context.close()
