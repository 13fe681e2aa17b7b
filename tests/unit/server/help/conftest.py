"""A small help centre on a free port: no database, no model."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sanic import Sanic

from knowledge.responses import Responses
from server.help.centre import HelpCentre
from server.help.pages import HelpPages
from server.help.routes import help_blueprint
from server.help.search import Finder
from server.help.voters import Voters
from tests.support.help_centre import ARRANGEMENT, READER, SITE, TODAY, Counted, Held
from tests.support.serving import serving

_number = itertools.count()


@pytest.fixture
def held() -> Held:
    return Held()


@pytest.fixture
def counted() -> Counted:
    return Counted()


@pytest.fixture(scope="session")
def responses() -> Responses:
    return Responses.load()


@pytest.fixture
def pages(held: Held, counted: Counted, responses: Responses) -> HelpPages:
    return HelpPages(
        held,
        responses,
        site_url=SITE,
        arrangement=ARRANGEMENT,
        script="/help/assets/help.12345678.js",
        standing=lambda: counted.standing,
        today=lambda: TODAY,
    )


@pytest.fixture
async def client(
    pages: HelpPages, counted: Counted, tmp_path: Path
) -> AsyncIterator[httpx.AsyncClient]:
    """A reader's browser. There is no index: searches compare words."""
    finder = Finder(tmp_path, tmp_path, pages.languages)
    centre = HelpCentre(pages, finder, counted, Voters("secret"), SITE)
    app: Sanic[Any, Any] = Sanic(f"help_{next(_number)}", configure_logging=False)
    app.blueprint(help_blueprint(centre))
    async with serving(app) as client:
        client.headers.update(READER)
        yield client
    finder.close()
