"""Built pages: their headers, what is cached, and nothing outside their folder."""

from __future__ import annotations

import gzip
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sanic import Sanic

from server.app import listen
from server.errors import JsonErrors
from server.pages import create_blueprint


@pytest.fixture
def static(tmp_path: Path) -> Path:
    for name, text in {
        "demo/index.html": "<p>demo</p>",
        "console/index.html": "<p>console</p>",
        "widget/panel.html": "<p>panel</p>",
        "widget.js": "'loader'" * 50,
        "widget/assets/widget.Q4QF1x_D.js": "'panel'",
        "widget/assets/plain.js": "'plain'",
        "secret.txt": "not a page",
    }.items():
        path = tmp_path / "static" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "static"


@pytest.fixture
async def http(static: Path) -> AsyncIterator[httpx.AsyncClient]:
    app: Sanic[Any, Any] = Sanic(
        f"pages-{uuid4().hex[:8]}", configure_logging=False, error_handler=JsonErrors()
    )
    app.config.TOUCHUP = False
    app.blueprint(create_blueprint(demo=True, embedders=("https://calder.example",), static=static))
    listener = socket.create_server(("127.0.0.1", 0))
    server = await listen(app, listener)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
        yield client
    server.close()
    await server.wait_closed()


async def test_only_named_sites_may_embed_the_panel(http: httpx.AsyncClient) -> None:
    panel = (await http.get("/widget/panel")).headers["content-security-policy"]
    console = (await http.get("/console")).headers["content-security-policy"]

    assert "frame-ancestors 'self' https://calder.example" in panel
    assert "frame-ancestors 'none'" in console
    assert "default-src 'none'" in console


async def test_what_has_a_hash_in_its_name_is_kept_for_ever(http: httpx.AsyncClient) -> None:
    hashed = await http.get("/widget/assets/widget.Q4QF1x_D.js")
    plain = await http.get("/widget/assets/plain.js")

    assert "immutable" in hashed.headers["cache-control"]
    assert plain.headers["cache-control"] == "no-cache"


async def test_a_known_file_is_not_sent_again(http: httpx.AsyncClient) -> None:
    first = await http.get("/console")
    again = await http.get("/console", headers={"if-none-match": first.headers["etag"]})

    assert again.status_code == 304
    assert again.content == b""


async def test_text_is_packed_for_browsers_that_take_it(http: httpx.AsyncClient) -> None:
    packed = await http.get("/widget.js", headers={"accept-encoding": "gzip"})
    plain = await http.get("/widget.js", headers={"accept-encoding": "identity"})

    assert packed.headers["content-encoding"] == "gzip"
    assert packed.text == plain.text
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"])
    assert gzip.compress(plain.content, mtime=0)


@pytest.mark.parametrize(
    "path",
    [
        "/widget/assets/none.js",
        "/widget/assets/..%2f..%2fsecret.txt",
        "/secret.txt",
        "/widget/assets/",
    ],
)
async def test_nothing_else_is_served(http: httpx.AsyncClient, path: str) -> None:
    response = await http.get(path)

    assert response.status_code == 404
    assert response.json()["error"]["code"] == "not_found"
