"""The addresses of the help centre.

A page may be kept by browsers for a minute; then they ask whether it changed. What depends on who
asks (a search, a thank-you for a vote) is not kept.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from sanic import Blueprint, HTTPResponse, Request, json, redirect, text

from conversations.rates import RateLimit
from server.errors import error_response
from server.help.centre import HelpCentre
from server.help.counts import REASONS, Vote, is_machine
from server.help.library import Library
from server.help.search import LONGEST, NOTHING, SHORTEST
from server.help.sitemap import robots
from server.help.voters import COOKIE, DAYS
from server.pages import File

CACHE_SECONDS = 60
# Of one client: somebody who types, with room for several behind one address.
SEARCHES_PER_SECOND, SEARCHES_AT_ONCE = 5.0, 60
VOTES_PER_SECOND, VOTES_AT_ONCE = 0.2, 20
SUGGESTIONS = 6


def help_blueprint(centre: HelpCentre) -> Blueprint:
    """`/help`, `/api/help/search`, `/sitemap.xml` and `/robots.txt`."""
    blueprint = Blueprint("help")
    door = _Door(centre)
    page = "/help/<language:[a-z][a-z]>"
    article = f"{page}/<name:[a-z0-9]+(?:-[a-z0-9]+)*>"
    reads = ["GET", "HEAD"]
    blueprint.add_route(door.start, "/help", methods=reads, name="start")
    blueprint.add_route(door.home, page, methods=reads, name="home")
    blueprint.add_route(door.search, f"{page}/search", methods=reads, name="search")
    blueprint.add_route(door.topic, f"{page}/topic/<slug:[a-z0-9-]+>", methods=reads, name="topic")
    blueprint.add_route(door.article, article, methods=reads, name="article")
    blueprint.add_route(door.vote, f"{article}/vote", methods=["POST"], name="vote")
    blueprint.add_route(door.missing, "/help/<path:path>", methods=reads, name="missing")
    blueprint.add_route(door.suggest, "/api/help/search", name="suggest")
    blueprint.add_route(door.sitemap, "/sitemap.xml", methods=reads, name="sitemap")
    blueprint.add_route(door.robots, "/robots.txt", methods=reads, name="robots")
    return blueprint


class _Door:
    def __init__(self, centre: HelpCentre) -> None:
        self._pages = centre.pages
        self._finder = centre.finder
        self._counts = centre.counts
        self._voters = centre.voters
        self._site = centre.site_url
        self._searches = RateLimit(rate=SEARCHES_PER_SECOND, burst=SEARCHES_AT_ONCE)
        self._votes = RateLimit(rate=VOTES_PER_SECOND, burst=VOTES_AT_ONCE)

    async def start(self, request: Request) -> HTTPResponse:
        language = self._pages.language(request.headers.get("accept-language", ""))
        response = redirect(f"/help/{language}")
        response.headers["vary"] = "accept-language"
        return response

    async def home(self, request: Request, language: str) -> HTTPResponse:
        library = self._pages.library()
        if language not in self._pages.languages:
            return self._elsewhere(request)
        if library is None:
            return self._unavailable(request, language)
        return self._send(request, self._pages.home(library, language))

    async def topic(self, request: Request, language: str, slug: str) -> HTTPResponse:
        library = self._pages.library()
        if language not in self._pages.languages:
            return self._elsewhere(request)
        if library is None:
            return self._unavailable(request, language)
        topic = library.topic_of_slug(slug)
        if topic is None:
            return self._missing(request, library, language)
        return self._send(request, self._pages.topic(library, language, topic))

    async def article(self, request: Request, language: str, name: str) -> HTTPResponse:
        library = self._pages.library()
        if language not in self._pages.languages:
            return self._elsewhere(request)
        if library is None:
            return self._unavailable(request, language)
        article = library.article(name, language)
        if article is None:
            return self._missing(request, library, language)
        voted = request.args.get("voted")
        asset = request.args.get("asset", "").upper() or None
        network = request.args.get("network", "").upper() or None
        file = self._pages.article(
            library, language, article, asset=asset, network=network, voted=voted
        )
        if _is_read(request) and voted is None and article.choices is None:
            self._counts.read(name, language, client=_client(request))
        return self._send(request, file, kept=voted is None)

    async def search(self, request: Request, language: str) -> HTTPResponse:
        library = self._pages.library()
        if language not in self._pages.languages:
            return self._elsewhere(request)
        if library is None:
            return self._unavailable(request, language)
        wait = self._searches.take(_client(request))
        if wait:
            return self._busy(request, library, language, wait)
        query = _query(request)
        found = await self._finder.find(library, query, language)
        file = self._pages.results(library, language, query, found)
        return self._send(request, file, kept=False)

    async def suggest(self, request: Request) -> HTTPResponse:
        """Results as JSON while somebody types."""
        library = self._pages.library()
        language = request.args.get("language", "")
        if language not in self._pages.languages:
            known = ", ".join(self._pages.languages)
            return error_response(400, message=f"`language` must be one of {known}.")
        if library is None:
            return error_response(503)
        wait = self._searches.take(_client(request))
        if wait:
            return error_response(
                429,
                "rate_limited",
                "Too many searches at once. Wait a moment.",
                headers={"retry-after": str(int(wait) + 1)},
            )
        query = _query(request)
        found = (
            await self._finder.find(library, query, language) if len(query) >= SHORTEST else NOTHING
        )
        results = self._pages.listed(library, language, query, found)[:SUGGESTIONS]
        return json({"query": query, "results": results})

    async def vote(self, request: Request, language: str, name: str) -> HTTPResponse:
        """Keep a vote. Browsers with a script get 204, others the article with thanks."""
        library = self._pages.library()
        article = library.article(name, language) if library is not None else None
        if article is None or language not in self._pages.languages:
            return error_response(404)
        if not self._is_from_here(request):
            return error_response(403, message="Votes are taken from the help centre's own pages.")
        helpful, reason = _read_vote(request)
        if helpful is None:
            return error_response(400, message="`helpful` must be yes or no.")
        wait = self._votes.take(_client(request))
        if wait:
            return error_response(
                429,
                "rate_limited",
                "Too many votes at once. Wait a moment.",
                headers={"retry-after": str(int(wait) + 1)},
            )
        cookie = request.cookies.get(COOKIE)
        ours = cookie if cookie and self._voters.is_ours(cookie) else self._voters.new()
        if not is_machine(request.headers.get("user-agent")):
            voter = self._voters.voter(ours, name, language)
            await self._counts.vote(voter, Vote(name, language, helpful, reason))
        if "application/json" in request.headers.get("accept", ""):
            response = HTTPResponse(status=204)
        else:
            voted = "yes" if helpful else "why" if reason else "no"
            response = redirect(f"/help/{language}/{name}?voted={voted}#helpful", status=303)
        response.add_cookie(
            COOKIE,
            ours,
            path="/help",
            httponly=True,
            samesite="Lax",
            secure=self._site.startswith("https://"),
            max_age=DAYS * 24 * 3600,
        )
        return response

    async def missing(self, request: Request, path: str) -> HTTPResponse:
        language = path[:2] if path[2:3] in ("", "/") else ""
        if language not in self._pages.languages:
            language = self._pages.language(request.headers.get("accept-language", ""))
        library = self._pages.library()
        if library is None:
            return self._unavailable(request, language)
        return self._missing(request, library, language)

    async def sitemap(self, request: Request) -> HTTPResponse:
        library = self._pages.library()
        if library is None:
            return error_response(503)
        return self._send(request, self._pages.sitemap(library))

    async def robots(self, _request: Request) -> HTTPResponse:
        headers = {"cache-control": "public, max-age=3600"}
        return text(robots(self._site), headers=headers)

    def _elsewhere(self, request: Request) -> HTTPResponse:
        """To the same page in the reader's language, when it is asked for in one that we have not
        got.
        """
        rest = request.path.removeprefix("/help/")[2:]
        language = self._pages.language(request.headers.get("accept-language", ""))
        return redirect(f"/help/{language}{rest}")

    def _missing(self, request: Request, library: Library, language: str) -> HTTPResponse:
        file = self._pages.message(library, language, "not_found")
        return self._send(request, file, status=404, kept=False)

    def _unavailable(self, request: Request, language: str) -> HTTPResponse:
        file = self._pages.message(None, language, "unavailable")
        return self._send(request, file, status=503, kept=False)

    def _busy(self, request: Request, library: Library, language: str, wait: float) -> HTTPResponse:
        file = self._pages.message(library, language, "busy")
        response = self._send(request, file, status=429, kept=False)
        response.headers["retry-after"] = str(int(wait) + 1)
        return response

    def _send(
        self, request: Request, file: File, *, status: int = 200, kept: bool = True
    ) -> HTTPResponse:
        response = file.response(
            request,
            {
                "content-security-policy": self._pages.policy,
                "cache-control": f"public, max-age={CACHE_SECONDS}" if kept else "no-store",
            },
        )
        if response.status == 200:
            response.status = status
        return response

    def _is_from_here(self, request: Request) -> bool:
        """Whether a form was sent by our own page; another site must not vote for its visitors."""
        said = request.headers.get("sec-fetch-site")
        if said is not None:
            return str(said) == "same-origin"
        origin = request.headers.get("origin")
        return origin is None or urlsplit(origin).netloc in (
            request.host,
            urlsplit(self._site).netloc,
        )


def _client(request: Request) -> str:
    return str(request.remote_addr or request.ip)


def _query(request: Request) -> str:
    return " ".join(request.args.get("q", "").split())[:LONGEST]


def _is_read(request: Request) -> bool:
    """Whether a person opens the page: no program, and no browser that only prepares for it."""
    if request.method != "GET" or is_machine(request.headers.get("user-agent")):
        return False
    purpose = request.headers.get("sec-purpose") or request.headers.get("purpose") or ""
    return "prefetch" not in purpose and "prerender" not in purpose


def _read_vote(request: Request) -> tuple[bool | None, str | None]:
    form: Any = request.get_form() or {}
    said, reason = form.get("helpful"), form.get("reason")
    if said not in ("yes", "no"):
        return None, None
    return said == "yes", reason if reason in REASONS else None
