"""The help centre in a real browser: found, read and judged, with a script and without.

The server runs alone. No assistant is there: the help centre has to work all the same.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, expect
from teller import free_port

from server.migrate import migrate
from server.postgres import EmbeddedPostgres

ROOT = Path(__file__).parents[2]
PATIENCE = 20_000
# Headless Chromium says so in its own, and machines are not counted.
READER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36"
PAGES = {
    "home": "/help/en",
    "topic": "/help/es/topic/two-factor",
    "article": "/help/en/withdrawal-fees",
    "specific": "/help/en/withdrawal-fees?asset=USDT",
    "only_english": "/help/ru/two-factor-methods",
    "question": "/help/en/savings-rates",
    "voted": "/help/en/withdrawal-fees?voted=no",
    "search": "/help/vi/search?q=ph%C3%AD%20r%C3%BAt",
    "nothing": "/help/tr/search?q=pizza",
    "missing": "/help/pt/no-such-page",
}


@dataclass(frozen=True)
class Site:
    """A running server and its database."""

    url: str
    database: str


@pytest.fixture(scope="module")
def site(postgres: EmbeddedPostgres) -> Iterator[Site]:
    name = f"help_{uuid4().hex}"
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    database = postgres.url.replace("/postgres?", f"/{name}?")
    migrate(database)
    folder = Path(tempfile.mkdtemp(prefix="teller-help-"))
    port = free_port()
    environment = {
        **{key: value for key, value in os.environ.items() if key in KEPT or "TELLER" not in key},
        "DATABASE_URL": database,
        "TELLER_STATE_DIR": str(folder),
        "TELLER_PORT": str(port),
        "TELLER_LOG_FORMAT": "json",
    }
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "server", "server"],
            env=environment,
            stdout=log,
            stderr=log,
            cwd=ROOT,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url, process, folder / "log")
        yield Site(url, database)
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


# Another index and encoder than the installed ones, where both are being rebuilt.
KEPT = {"TELLER_INDEX", "TELLER_ENCODER"}


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{url}/livez", timeout=5, trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise AssertionError("The server did not start:\n" + log.read_text()[-5000:])


@pytest.fixture
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    context = await browser.new_context(viewport={"width": 1280, "height": 860}, user_agent=READER)
    context.set_default_timeout(PATIENCE)
    yield context
    await context.close()


@pytest.fixture
async def page(context: BrowserContext) -> Page:
    return await context.new_page()


def rows(site: Site, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(site.database) as connection:
        return connection.execute(statement).fetchall()


async def suggestions(page: Page) -> list[str]:
    options = page.get_by_role("option")
    await options.first.wait_for()
    return await options.locator("strong").all_text_contents()


async def test_search_as_you_type_by_keyboard_alone(page: Page, site: Site) -> None:
    await page.goto(f"{site.url}/help/en")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    box = page.get_by_role("combobox", name="Search the help centre")
    await box.focus()
    await page.keyboard.type("usdt withdrawal f", delay=20)
    assert "Withdrawal fees for each coin and network (USDT)" in await suggestions(page)
    await expect(page.get_by_role("status")).to_have_text(re.compile(r"Suggestions: \d"))
    await expect(box).to_have_attribute("aria-expanded", "true")
    await page.keyboard.press("Escape")
    await expect(box).to_have_attribute("aria-expanded", "false")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    chosen = await page.locator('[role="option"][aria-selected="true"] strong').text_content()
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_contain_text((chosen or "").removesuffix(" (USDT)"))


async def test_the_same_engine_answers_without_a_script(browser: Browser, site: Site) -> None:
    context = await browser.new_context(java_script_enabled=False, user_agent=READER)
    page = await context.new_page()
    await page.goto(f"{site.url}/help")
    await page.get_by_role("searchbox").fill("my phone with the codes fell into the lake")
    await page.get_by_role("button", name="Search").click()
    await page.get_by_role("link", name="I lost my authenticator").click()
    await expect(page.locator("h1")).to_contain_text("I lost my authenticator")
    await page.get_by_text("English", exact=True).first.click()
    await page.get_by_role("link", name="Español").click()
    await expect(page.locator("html")).to_have_attribute("lang", "es")

    vote = page.locator("#helpful")
    await vote.get_by_role("button", name="No del todo").click()
    await expect(vote).to_contain_text("Lo sentimos")
    await vote.get_by_role("button", name="Falta algo").click()
    await expect(vote).to_contain_text("Gracias")
    await context.close()
    said = rows(site, "SELECT article, language, helpful, reason FROM teller.help_votes")
    assert ("two-factor-lost", "es", False, "incomplete") in said


async def test_a_vote_stays_on_the_page_and_counts_once(page: Page, site: Site) -> None:
    await page.goto(f"{site.url}/help/en/trading-fees")
    for answer in ("No", "Yes"):
        await page.reload()
        vote = page.locator("#helpful")
        await vote.get_by_role("button", name=answer, exact=True).click()
        await expect(vote.get_by_role("status")).to_be_visible()
    await expect(page.get_by_text("Thank you!")).to_be_focused()
    assert "voted" not in page.url
    said = rows(
        site, "SELECT helpful, reason FROM teller.help_votes WHERE article = 'trading-fees'"
    )
    assert said == [(True, None)]


async def test_what_is_read_is_counted_and_comes_to_the_home_page(
    page: Page, browser: Browser, site: Site
) -> None:
    await page.goto(f"{site.url}/help/pt/kyc-documents")
    await page.reload()
    machine = await browser.new_page()
    await machine.goto(f"{site.url}/help/pt/api-key-create")
    await machine.close()

    home = f"{site.url}/help/pt"
    most_read = page.locator("section", has=page.locator("#most_read"))

    async def shown() -> bool:
        # A page may be kept for a minute: each look is at another address.
        await page.goto(f"{home}?{uuid4().hex}")
        return await most_read.locator('a[href="/help/pt/kyc-documents"]').count() == 1

    deadline = time.monotonic() + 60
    while not await shown():
        assert time.monotonic() < deadline
    counted = rows(site, "SELECT article, reads FROM teller.help_reads WHERE language = 'pt'")
    assert counted == [("kyc-documents", 1)]


async def test_numbers_for_one_coin(page: Page, site: Site) -> None:
    await page.goto(f"{site.url}/help/en/withdrawal-fees")
    await page.get_by_label("Coin").select_option("SOL")
    await page.get_by_role("button", name="Show numbers").click()
    await expect(page.locator("div.short")).to_contain_text("Withdrawing SOL costs")
    await expect(page.locator("h1")).to_be_visible()


async def test_the_assistant_is_one_tap_away(page: Page, site: Site) -> None:
    await page.goto(f"{site.url}/help/en/search?q=something%20very%20special")
    await page.get_by_role("button", name="Ask the assistant").click()
    panel = page.frame_locator("iframe[title]")
    await expect(panel.get_by_test_id("message").first).to_contain_text("something very special")


async def test_languages_close_with_escape(page: Page, site: Site) -> None:
    await page.goto(f"{site.url}/help/en")
    summary = page.locator("summary")
    await summary.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("link", name="Türkçe")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("link", name="Türkçe")).to_be_hidden()
    await expect(summary).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_no_page_has_a_barrier(browser: Browser, site: Site, scheme: str) -> None:
    context = await browser.new_context(
        viewport={"width": 1280, "height": 860},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    page, axe = await context.new_page(), Axe()
    problems = []
    for name, path in PAGES.items():
        await page.goto(site.url + path)
        if name == "home":
            await page.get_by_role("combobox").fill("fees")
            await page.get_by_role("option").first.wait_for()
            await page.locator("summary").click()
        found = await axe.run(page)
        problems += [
            (name, each["id"], [node["target"] for node in each["nodes"]][:3])
            for each in found.response["violations"]
        ]
    await context.close()
    assert problems == []


@pytest.mark.parametrize("width", [320, 768])
async def test_every_page_fits_a_narrow_screen(browser: Browser, site: Site, width: int) -> None:
    context = await browser.new_context(viewport={"width": width, "height": 640})
    page = await context.new_page()
    wide = []
    for name, path in PAGES.items():
        await page.goto(site.url + path)
        if await page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(name)
    await context.close()
    assert wide == []


async def test_nothing_on_a_page_is_refused_by_its_own_policy(page: Page, site: Site) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for name, path in PAGES.items():
        if name != "missing":
            await page.goto(site.url + path)
            await (
                page.get_by_role("button", name=re.compile("assistant|asistente|trợ lý"))
                .or_(page.locator("[data-ask]:not([hidden])"))
                .first.wait_for()
            )
    assert said == []
