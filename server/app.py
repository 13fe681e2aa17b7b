"""The public server: every door, the agent console, pages and health, wired to the core."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

import structlog
from sanic import Blueprint, Request, Sanic
from sanic.response import BaseHTTPResponse

from channels.widget import incoming as widget_door
from channels.widget.outgoing import Reader
from channels.widget.protocol import FRAME_LIMIT
from conversations.feed import Feed
from conversations.inbound import Inbox
from conversations.rates import RateLimit
from editorial.library import Library
from handoff import console
from knowledge.content import Content
from knowledge.live import Live
from server import articles, demo, health, learning_console, pages
from server.assistant import AssistantClient, AssistantProbe
from server.compose import handoff_queue, listen_connection, texts
from server.database import Database
from server.errors import JsonErrors
from server.garbage import settle
from server.help.centre import HelpCentre
from server.help.routes import help_blueprint
from server.jobs import JobScheduler
from server.languages import DetectedLanguages
from server.settings import Settings
from server.websocket import SocketProtocol

# Sockets answer pings of the server; intermediaries drop what is silent for a minute.
PING_EVERY = 20
REQUEST_LIMIT = 128 * 1024
STOP_TIMEOUT = 5.0
PROBES = {"livez", "readyz", "metrics"}

log = structlog.get_logger()


class Parts:
    """What one server process holds while it runs."""

    def __init__(self, settings: Settings, url: str) -> None:
        """Opens nothing yet."""
        self.settings = settings
        self.database = Database(url, application="teller-server")
        self.feed = Feed(lambda: listen_connection(url))
        self.queue = handoff_queue(settings)
        self.texts = texts(settings)
        self.languages = DetectedLanguages(self.texts.languages)
        self.assistant = AssistantClient(settings.rasa_url, settings.secret())
        self.probe = AssistantProbe(
            self.assistant,
            grace=settings.assistant_grace,
            on_change=lambda _state: self.feed.wake_all(),
        )
        self.scheduler = JobScheduler(url)
        self.inbox = Inbox(
            database=self.database,
            scheduler=self.scheduler,
            queue=self.queue,
            texts=self.texts,
            languages=self.languages,
            rate=RateLimit(rate=settings.message_rate, burst=settings.message_burst),
            longest=settings.message_limit,
        )
        self.widget = widget_door.Widget(
            database=self.database,
            feed=self.feed,
            inbox=self.inbox,
            reader=Reader(
                database=self.database, queue=self.queue, assistant=lambda: self.probe.state
            ),
            languages=self.languages,
            session_lifetime=timedelta(hours=settings.session_hours),
        )
        self.help = HelpCentre.create(settings, self.database)
        self.metrics = health.Metrics()
        self._background: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin to listen for events and to watch the assistant."""
        self.feed.start()
        # Reading the models takes most of a second; nobody's first message should wait for it.
        self._background.append(
            asyncio.create_task(asyncio.to_thread(self.languages.warm), name="language models")
        )
        self._background.append(asyncio.create_task(self.probe.run(), name="assistant probe"))
        self._background.append(asyncio.create_task(self.help.counts.run(), name="help counts"))
        if self.settings.demo:
            self._background.append(
                asyncio.create_task(demo.prepare(self.database, self.settings), name="demo agents")
            )

    async def stop(self) -> None:
        """Send browsers away and close everything."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(widget_door.close_all(self.widget), STOP_TIMEOUT)
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        await self.help.close()
        await self.feed.stop()
        await self.assistant.close()
        await self.database.close()

    def blueprints(self) -> Sequence[Blueprint]:
        """Every route of the server."""
        settings = self.settings
        found = [
            widget_door.create_blueprint(self.widget),
            console.create_blueprint(
                console.Console(
                    database=self.database,
                    feed=self.feed,
                    texts=self.texts,
                    session_lifetime=timedelta(hours=settings.agent_session_hours),
                    secure_cookie=settings.site_url.startswith("https://"),
                )
            ),
            articles.create_blueprint(
                articles.Editing(
                    database=self.database,
                    library=Library(settings.articles),
                    knowledge=Live(settings.index, Content.load),
                    facts=articles.FactsFile(settings.facts),
                    index=settings.index,
                    schedule=self.scheduler.schedule_publication,
                    warm=self.scheduler.warm_publisher,
                    languages=tuple(self.texts.languages),
                )
            ),
            learning_console.create_blueprint(
                learning_console.Lessons(
                    database=self.database,
                    library=Library(settings.articles),
                    knowledge=Live(settings.index, Content.load),
                    schedule=self.scheduler.schedule_publication,
                    learn=self.scheduler.schedule_learning,
                )
            ),
            health.create_blueprint(
                database=self.database,
                feed=self.feed,
                assistant=lambda: self.probe.state,
                sockets=lambda: len(self.widget.connections),
                metrics=self.metrics,
            ),
            pages.create_blueprint(demo=settings.demo, embedders=settings.allowed_origins),
            help_blueprint(self.help),
        ]
        if settings.demo:
            found.append(demo.create_blueprint(settings))
        return found


def create_app(settings: Settings) -> Sanic[Any, Any]:
    """The server's app; it connects to nothing before it starts.

    Raises:
        SystemExit: there is no database to use.
    """
    if settings.database_url is None:
        raise SystemExit(
            "The server needs a database: run `teller up`, or set DATABASE_URL to the one in use."
        )
    # Sanic keeps apps by name for the life of the process; tests make many.
    app: Sanic[Any, Any] = Sanic(
        f"teller-{uuid4().hex[:8]}", configure_logging=False, error_handler=JsonErrors()
    )
    app.config.update(
        {
            "REQUEST_MAX_SIZE": REQUEST_LIMIT,
            "REQUEST_TIMEOUT": 30,
            "RESPONSE_TIMEOUT": 60,
            "KEEP_ALIVE_TIMEOUT": 75,
            "GRACEFUL_SHUTDOWN_TIMEOUT": STOP_TIMEOUT,
            "WEBSOCKET_MAX_SIZE": FRAME_LIMIT,
            "WEBSOCKET_PING_INTERVAL": PING_EVERY,
            "WEBSOCKET_PING_TIMEOUT": PING_EVERY,
            "PROXIES_COUNT": settings.trusted_proxies or None,
            "FALLBACK_ERROR_FORMAT": "json",
            # It rewrites Sanic's own methods for speed, once per process only.
            "TOUCHUP": False,
        }
    )
    parts = Parts(settings, settings.database_url.get_secret_value())
    app.ctx.parts = parts
    for blueprint in parts.blueprints():
        app.blueprint(blueprint)

    async def start(_app: Any) -> None:
        await parts.start()

    async def stop(_app: Any) -> None:
        await parts.stop()

    app.register_listener(start, "before_server_start")
    app.register_listener(stop, "before_server_stop")
    app.register_middleware(_begin, "request")
    app.register_middleware(_end, "response")
    return app


def serve(settings: Settings) -> None:
    """Run the public server in this process until it is told to end."""
    app = create_app(settings)
    settle()
    log.info("server_started", address=settings.site_url)
    app.run(
        host=settings.host,
        port=settings.port,
        protocol=SocketProtocol,
        single_process=True,
        access_log=False,
        motd=False,
    )
    log.info("server_stopped")


async def listen(app: Sanic[Any, Any], listener: socket.socket) -> Any:
    """Serve `app` on a bound socket within the running event loop; returns Sanic's server."""
    server: Any = await app.create_server(
        sock=listener, protocol=SocketProtocol, return_asyncio_server=True, access_log=False
    )
    await server.startup()
    await server.before_start()
    await server.start_serving()
    await server.after_start()
    return server


async def _begin(request: Request) -> None:
    request.ctx.began = time.perf_counter()


async def _end(request: Request, response: BaseHTTPResponse | None) -> None:
    if response is not None:
        for name, value in pages.HEADERS.items():
            response.headers.setdefault(name, value)
        if not response.headers.get("cache-control"):
            # Answers of the interfaces concern one person at one moment.
            response.headers["cache-control"] = "no-store"
    status = response.status if response is not None else 101
    route = request.route.path if request.route else "(none)"
    seconds = time.perf_counter() - getattr(request.ctx, "began", time.perf_counter())
    metrics: health.Metrics = request.app.ctx.parts.metrics
    metrics.requests.labels(request.method, route, status).inc()
    if status != 101 and not request.args.get("wait"):
        metrics.request_seconds.labels(route).observe(seconds)
    # The path and never the query or the body: those may hold what a customer wrote. Probes ask
    # several times a second and say nothing new.
    say = log.debug if route in PROBES else log.info
    say(
        "request",
        method=request.method,
        path=request.path,
        status=status,
        milliseconds=round(seconds * 1000, 1),
    )
