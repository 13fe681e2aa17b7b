"""Widget and console in a real browser: what a customer and an agent see and do."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from playwright.async_api import Browser, FrameLocator, Page, expect
from teller import Teller, desk

PATIENCE = 30_000


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    context = await browser.new_context(viewport={"width": 1280, "height": 860})
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    yield page
    await context.close()


async def open_widget(page: Page, teller: Teller) -> FrameLocator:
    await page.goto(teller.url)
    await page.get_by_test_id("launcher").click()
    panel = page.frame_locator("iframe[title]")
    await panel.get_by_test_id("composer").wait_for()
    return panel


async def write(panel: FrameLocator, text: str) -> None:
    await panel.get_by_test_id("composer").fill(text)
    await panel.get_by_test_id("send").click()


def said_by(panel: FrameLocator, actor: str):  # type: ignore[no-untyped-def]
    return panel.locator(f'[data-testid="message"][data-actor="{actor}"]')


async def sign_in(page: Page, teller: Teller) -> None:
    async with httpx.AsyncClient(base_url=teller.url, trust_env=False) as client:
        agent = (await client.get("/api/demo")).json()["agents"][0]
    await page.goto(f"{teller.url}/console")
    await page.get_by_test_id("email").fill(agent["email"])
    await page.get_by_test_id("password").fill(agent["password"])
    await page.get_by_test_id("sign-in").click()
    await page.get_by_test_id("view-waiting").wait_for()


async def test_ask_be_asked_tap_and_read_on(page: Page, teller: Teller) -> None:
    panel = await open_widget(page, teller)
    await write(panel, "how much do you charge to send usdt out")
    answer = said_by(panel, "assistant").last
    await expect(answer).to_contain_text("USDT", timeout=PATIENCE)
    await expect(panel.get_by_test_id("article").last).to_be_visible()

    await write(panel, "apy?")
    chip = panel.get_by_test_id("choice").filter(has_text=re.compile("flexible", re.I)).last
    await chip.click()
    await expect(said_by(panel, "assistant").last).to_contain_text("%", timeout=PATIENCE)

    await page.reload()
    await page.get_by_test_id("launcher").click()
    panel = page.frame_locator("iframe[title]")
    await expect(said_by(panel, "customer")).to_have_count(3, timeout=PATIENCE)
    await expect(said_by(panel, "customer").first).to_contain_text("send usdt out")


async def test_to_a_person_and_back_in_two_browsers(browser: Browser, teller: Teller) -> None:
    customers, agents = await browser.new_context(), await browser.new_context()
    visitor, console = await customers.new_page(), await agents.new_page()
    visitor.set_default_timeout(PATIENCE)
    console.set_default_timeout(PATIENCE)
    panel = await open_widget(visitor, teller)
    await write(panel, "someone withdrew my btc, it wasn't me")
    await expect(panel.get_by_test_id("queue-card")).to_be_visible(timeout=PATIENCE)

    await sign_in(console, teller)
    async with desk(teller) as mia:
        newest = (await mia.get("/conversations?view=all"))["conversations"][0]["id"]
    await console.locator(f'[data-conversation="{newest}"]').click()
    await expect(console.get_by_test_id("transcript")).to_contain_text("it wasn't me")
    await console.get_by_test_id("record-toggle").first.click()
    await expect(console.get_by_test_id("record").first).to_contain_text(
        re.compile("transaction", re.I)
    )
    await console.get_by_test_id("take").click()
    await console.get_by_test_id("reply").fill("This is Mia. Your account is frozen now.")
    await console.get_by_test_id("send").click()
    await expect(said_by(panel, "agent").last).to_contain_text("frozen now", timeout=PATIENCE)

    # The customer's words arrive at the open console without a reload, and the assistant, which may
    # have asked for particulars before somebody came, is silent.
    before = await said_by(panel, "assistant").count()
    await write(panel, "thank you so much")
    await expect(console.get_by_test_id("transcript")).to_contain_text("thank you so much")
    await expect(said_by(panel, "assistant")).to_have_count(before)

    await console.get_by_test_id("close").click()
    await console.get_by_test_id("confirm-close").click()
    await write(panel, "what are your trading fees")
    await expect(said_by(panel, "assistant")).to_have_count(before + 1, timeout=PATIENCE)
    await customers.close()
    await agents.close()


async def test_written_without_a_connection_is_sent_later_and_once(
    page: Page, teller: Teller
) -> None:
    panel = await open_widget(page, teller)
    await write(panel, "hello")
    await expect(said_by(panel, "assistant")).to_have_count(1, timeout=PATIENCE)
    await page.context.set_offline(True)
    await write(panel, "how do i change my password")
    await page.context.set_offline(False)
    await expect(said_by(panel, "assistant")).to_have_count(2, timeout=2 * PATIENCE)
    await expect(said_by(panel, "customer")).to_have_count(2)


async def test_markup_in_a_message_is_shown_and_not_run(page: Page, teller: Teller) -> None:
    panel = await open_widget(page, teller)
    text = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    await write(panel, text)
    await expect(said_by(panel, "customer").last).to_contain_text("<script>", timeout=PATIENCE)
    assert "owned" not in await page.title()


async def test_the_help_page_is_readable_without_script(browser: Browser, teller: Teller) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{teller.url}/help/en/withdrawal-fees")
    await expect(page.locator("h1")).to_contain_text("Withdrawal fees")
    await expect(page.locator("body")).to_contain_text("USDT")
    await context.close()


async def test_a_wrong_password_is_refused_plainly(page: Page, teller: Teller) -> None:
    await page.goto(f"{teller.url}/console")
    await page.get_by_test_id("email").fill("mia@calder.example")
    await page.get_by_test_id("password").fill("not the password")
    await page.get_by_test_id("sign-in").click()
    await expect(page.get_by_role("alert")).to_contain_text("password is wrong")
