"""Fixtures of the end-to-end tier: one running Teller for all, one more for tests that break it."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

sys.path.insert(0, str(Path(__file__).parent))

from teller import Teller

CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def teller() -> Iterator[Teller]:
    """A Teller that tests only talk to."""
    yield from _running()


@pytest.fixture(scope="module")
def fragile_teller() -> Iterator[Teller]:
    """A Teller whose processes a module's tests kill."""
    yield from _running(TELLER_ASSISTANT_GRACE="60")


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "Chromium is missing: apt-get install chromium, or name it in CHROMIUM."
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        await browser.close()


def _running(**environment: str) -> Iterator[Teller]:
    # Not pytest's own folder: that is closed to the account that PostgreSQL runs under.
    folder = Path(tempfile.mkdtemp(prefix="teller-e2e-"))
    folder.chmod(0o755)
    teller = Teller(folder, **environment)
    try:
        teller.start()
        yield teller
    finally:
        if teller.is_running():
            teller.stop()
        shutil.rmtree(folder, ignore_errors=True)
