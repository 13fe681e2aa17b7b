"""Pages and scripts that browsers load: the built front end, from memory, with its headers."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path

from sanic import Blueprint, HTTPResponse, Request, raw, redirect

from server.errors import error_response
from server.settings import ROOT

STATIC = ROOT / "server" / "static"
PAGES = {
    "/": "demo/index.html",
    "/console": "console/index.html",
    "/widget/panel": "widget/panel.html",
    "/widget.js": "widget.js",
}
ASSET_FOLDERS = ("demo", "console", "widget", "help")

_HASHED = re.compile(r"[.-][A-Za-z0-9_-]{8,}\.\w+$")
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
_TEXT = ("text/", "application/javascript", "application/json", "image/svg+xml")

# Sent with every response; a page adds its own content policy.
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin-when-cross-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "cross-origin-opener-policy": "same-origin",
}


def content_policy(*, embedders: str = "'none'") -> str:
    """Content-Security-Policy of our pages.

    Args:
        embedders: sites that may show the page in a frame.
    """
    return (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        "connect-src 'self' ws: wss:; img-src 'self' data:; font-src 'self'; frame-src 'self'; "
        f"form-action 'self'; base-uri 'none'; frame-ancestors {embedders}"
    )


@dataclass(frozen=True)
class File:
    """A file ready to be sent."""

    content: bytes
    packed: bytes | None
    media_type: str
    etag: str

    @classmethod
    def read(cls, path: Path) -> File:
        """Read it, and compress it once if it is text."""
        content = path.read_bytes()
        media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        packed = None
        if media_type.startswith(_TEXT):
            # No time in the header: the same content is the same bytes on every server.
            packed = gzip.compress(content, mtime=0)
            media_type += "; charset=utf-8"
        return cls(content, packed, media_type, f'"{hashlib.sha256(content).hexdigest()[:20]}"')

    def response(self, request: Request, headers: dict[str, str]) -> HTTPResponse:
        """The file, packed if the browser takes that, or 304 if it has it already."""
        headers = {"etag": self.etag, "vary": "accept-encoding", **headers}
        if self.etag in (request.headers.get("if-none-match") or ""):
            return HTTPResponse(status=304, headers=headers)
        body = self.content
        if self.packed is not None and "gzip" in (request.headers.get("accept-encoding") or ""):
            body = self.packed
            headers["content-encoding"] = "gzip"
        return raw(body, headers=headers, content_type=self.media_type)


def create_blueprint(*, demo: bool, embedders: tuple[str, ...], static: Path = STATIC) -> Blueprint:
    """Routes of the built front end.

    Args:
        demo: whether `/` shows the demo exchange; otherwise it leads to the console.
        embedders: origins that may embed the widget's panel; `*` for all.
        static: folder of the built files.
    """
    blueprint = Blueprint("pages")
    files = {
        f"/{path.relative_to(static).as_posix()}": File.read(path)
        for path in sorted(static.rglob("*"))
        if path.is_file()
    }
    everyone = "*" if "*" in embedders else " ".join(("'self'", *embedders))

    async def page(request: Request) -> HTTPResponse:
        name = request.route.path.removeprefix("/") if request.route else ""
        path = f"/{name}"
        if path == "/" and not demo:
            return redirect("/console")
        file = files.get(f"/{PAGES[path]}")
        if file is None:
            return error_response(
                404, message="The front end is not built. Run `npm run build` in web/."
            )
        if path == "/widget.js":
            headers = {
                "cache-control": "public, max-age=300",
                "cross-origin-resource-policy": "cross-origin",
            }
        else:
            allowed = everyone if path == "/widget/panel" else "'none'"
            headers = {
                "cache-control": _ASK_AGAIN,
                "content-security-policy": content_policy(embedders=allowed),
            }
            if path == "/widget/panel":
                headers["cross-origin-resource-policy"] = "cross-origin"
        return file.response(request, headers)

    async def asset(request: Request, path: str) -> HTTPResponse:
        file = files.get(request.path)
        if file is None:
            return error_response(404)
        caching = _FOR_EVER if _HASHED.search(path) else _ASK_AGAIN
        return file.response(request, {"cache-control": caching})

    for number, path in enumerate(PAGES):
        blueprint.add_route(page, path, methods=["GET", "HEAD"], name=f"page_{number}")
    for folder in ASSET_FOLDERS:
        blueprint.add_route(
            asset, f"/{folder}/assets/<path:path>", methods=["GET", "HEAD"], name=f"{folder}_asset"
        )
    return blueprint
