"""An editor changes an article in the console, and customers are soon answered from it."""

from __future__ import annotations

import asyncio
import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from conftest import _running
from playwright.async_api import Browser, Page, expect
from teller import Teller, customer, desk

from server.settings import ROOT

PATIENCE = 60_000
# The first build of a test's own index may have to fit everything.
LONGEST_BUILD = 600_000
ARTICLE, QUESTION = "withdrawal-fees", "how much do you charge to send usdt out"


@pytest.fixture(scope="module")
def teller() -> Iterator[Teller]:
    """A Teller with an index of its own: what is published here concerns no other test."""
    folder = Path(tempfile.mkdtemp(prefix="teller-index-"))
    shutil.copytree(ROOT / "models" / "index", folder / "index", symlinks=True)
    try:
        yield from _running(TELLER_INDEX=str(folder / "index"))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    context = await browser.new_context(viewport={"width": 1500, "height": 950})
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    yield page
    await context.close()


async def sign_in(page: Page, teller: Teller) -> None:
    async with httpx.AsyncClient(base_url=teller.url, trust_env=False) as client:
        agent = (await client.get("/api/demo")).json()["agents"][0]
    await page.goto(f"{teller.url}/console")
    await page.get_by_test_id("email").fill(agent["email"])
    await page.get_by_test_id("password").fill(agent["password"])
    await page.get_by_test_id("sign-in").click()
    await page.get_by_test_id("section-articles").click()


async def ask(teller: Teller) -> str:
    """What a new customer is answered; one who repeats a question would be brought to a person."""
    async with customer(teller) as visitor:
        answer = await visitor.say(QUESTION)
        assert visitor.notices() == []
        return str(answer["text"])


async def finished(page: Page, state: str) -> None:
    newest = page.get_by_test_id("publication").first
    ended = re.compile("live|failed")
    await expect(newest).to_have_attribute("data-state", ended, timeout=LONGEST_BUILD)
    await expect(newest).to_have_attribute("data-state", state)


async def test_edit_preview_publish_ask_and_roll_back(page: Page, teller: Teller) -> None:
    await sign_in(page, teller)
    # Whatever the index was built of, from here on an edit is a small one.
    await page.get_by_test_id("rebuild").click()
    await finished(page, "live")

    await page.get_by_test_id("filter-text").fill(ARTICLE)
    await page.locator(f'[data-article="{ARTICLE}.en"]').click()
    body = page.get_by_test_id("field-body")
    text = await body.input_value()

    # A typed number is refused while typing, with its line.
    await body.fill(f"We answer within 3 hours.\n{text}")
    await expect(page.get_by_test_id("findings")).to_contain_text("belongs into facts.yml")
    await expect(page.get_by_test_id("publish")).to_be_disabled()

    await body.fill(f"Our people sit in Reykjavik.\n\n{text}")
    await page.get_by_test_id("tab-preview").click()
    await expect(page.get_by_test_id("preview")).to_contain_text("Reykjavik")
    await page.get_by_test_id("note").fill("Where we are")
    await page.get_by_test_id("save").click()
    await expect(page.get_by_test_id("save-state")).to_contain_text("revision 1")
    assert "Reykjavik" not in await ask(teller)

    await page.get_by_test_id("publish").click()
    await page.get_by_test_id("confirm").click()
    await expect(page.get_by_test_id("publication").first).to_contain_text("Publish")
    # Customers are answered all the while.
    building = asyncio.create_task(finished(page, "live"))
    while not building.done():
        await ask(teller)
    await building
    await until_said(teller, "Reykjavik", there=True)

    await page.get_by_test_id("tab-history").click()
    told = page.get_by_test_id("revision").filter(has_text="Where we are")
    await expect(told).to_have_count(1)

    await page.get_by_test_id("tab-publications").click()
    await page.get_by_test_id("roll-back").click()
    await page.get_by_test_id("confirm").click()
    await expect(page.get_by_test_id("publication").first).to_contain_text("Roll back")
    await finished(page, "live")
    await until_said(teller, "Reykjavik", there=False)


async def test_two_editors_are_told_of_each_other(page: Page, teller: Teller) -> None:
    async with desk(teller) as mia:
        await sign_in(page, teller)
        await page.get_by_test_id("filter-text").fill("dust-convert")
        await page.locator('[data-article="dust-convert.en"]').click()
        await page.get_by_test_id("field-title").fill("Mine")
        path = "/articles/dust-convert/en"
        before = await mia.get(path)
        theirs = before["source"].replace("title: ", "title: Their ")
        answer = await mia.post(
            f"{path}/drafts", source=theirs, base=before["article"]["base"], note=""
        )
        assert answer.status_code == 201
        await page.get_by_test_id("save").click()
        await expect(page.get_by_test_id("alert")).to_contain_text("since you opened")
        await page.get_by_test_id("keep-mine").click()
        await expect(page.get_by_test_id("save-state")).to_contain_text("revision 2")
        assert "title: Mine" in (await mia.get(path))["source"]


async def test_state_audience_and_countries_have_fields_of_their_own(
    page: Page, teller: Teller
) -> None:
    await sign_in(page, teller)
    await page.get_by_test_id("filter-text").fill("support-hours")
    await page.locator('[data-article="support-hours.en"]').click()
    await page.get_by_test_id("mode-source").click()
    before = await page.get_by_test_id("source").input_value()

    await page.get_by_test_id("mode-fields").click()
    await page.get_by_test_id("field-jurisdiction").fill("Germany, Norway")
    preview = page.get_by_test_id("preview")
    await expect(preview).to_contain_text("This holds for customers in Germany and Norway.")
    await page.get_by_test_id("field-audience").select_option("agents")
    findings = page.get_by_test_id("findings")
    await expect(findings).to_contain_text("it is for agents alone")
    await page.get_by_test_id("field-state").select_option("draft")
    await expect(findings).to_contain_text("it is a draft")
    await page.get_by_test_id("mode-source").click()
    _, front, body = before.split("---\n", 2)
    lines = "jurisdiction: [Germany, Norway]\naudience: agents\nstate: draft\n"
    written = await page.get_by_test_id("source").input_value()
    assert written == f"---\n{front}{lines}---\n{body}"

    # Back at the rule, nothing is left of them.
    await page.get_by_test_id("mode-fields").click()
    await page.get_by_test_id("field-state").select_option("published")
    await page.get_by_test_id("field-audience").select_option("customers")
    await page.get_by_test_id("field-jurisdiction").fill("")
    await expect(page.get_by_test_id("save")).to_be_disabled()
    await page.get_by_test_id("mode-source").click()
    assert await page.get_by_test_id("source").input_value() == before


async def test_an_agent_who_is_no_editor_may_not_even_look(teller: Teller) -> None:
    async with desk(teller, 1) as jonas:
        refused = await jonas.post("/articles/support-hours/en/drafts", source="x", base=0)
        assert refused.status_code == 403
        assert refused.json()["error"]["code"] == "not_an_editor"


async def until_said(teller: Teller, word: str, *, there: bool) -> None:
    """Ask until the answer has the word, or has it no longer; the action server needs a moment."""
    answer = ""
    for _ in range(20):
        answer = await ask(teller)
        if (word in answer) is there:
            return
        await asyncio.sleep(0.5)
    raise AssertionError(f"the last answer was: {answer}")
