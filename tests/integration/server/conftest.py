"""What the tests of a running server share: an assistant by hand, and settings that name it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.settings import Settings
from tests.support.assistant import FakeAssistant
from tests.support.running import make_settings


@pytest.fixture
async def assistant() -> AsyncIterator[FakeAssistant]:
    fake = FakeAssistant()
    await fake.start()
    yield fake
    await fake.stop()


@pytest.fixture
def teller_settings(database_url: str, assistant: FakeAssistant, tmp_path: Path) -> Settings:
    return make_settings(database_url, assistant, tmp_path)
