"""Whether this server lives, whether it is ready, and what it counts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client import generate_latest as render
from sanic import Blueprint, HTTPResponse, Request, empty, json, raw
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.feed import Feed
from server.database import Database
from server.migrate import newest_revision

PATIENCE = 2.0


class Metrics:
    """Counters of one server process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "teller_http_requests",
            "HTTP requests by method, route and status",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self.request_seconds = Histogram(
            "teller_http_request_seconds",
            "Time to answer an HTTP request, without sockets and long polls",
            ["route"],
            registry=self.registry,
        )
        self.sockets = Gauge("teller_widget_sockets", "Open widget sockets", registry=self.registry)
        self.conversations = Gauge(
            "teller_conversations",
            "Conversations by owner",
            ["owner"],
            registry=self.registry,
        )
        self.pending_turns = Gauge(
            "teller_pending_turns", "Messages the assistant owes", registry=self.registry
        )
        self.assistant = Gauge(
            "teller_assistant_ready", "1 while the assistant is ready", registry=self.registry
        )


def create_blueprint(
    *,
    database: Database,
    feed: Feed,
    assistant: Callable[[], str],
    sockets: Callable[[], int],
    metrics: Metrics,
) -> Blueprint:
    """`/livez`, `/readyz` and `/metrics`."""
    blueprint = Blueprint("health")
    expected = newest_revision()

    async def livez(_request: Request) -> HTTPResponse:
        return json({"live": True})

    async def readyz(_request: Request) -> HTTPResponse:
        parts = {
            "database": "down",
            "schema": "unknown",
            "worker": "unknown",
            "feed": "listening" if feed.listening.is_set() else "not listening",
            "assistant": assistant(),
        }
        try:
            async with asyncio.timeout(PATIENCE):
                parts |= await database.run(_look, patience=0)
        except Exception as error:
            # Whatever it is, the part is not ready; its kind helps whoever looks.
            parts["database"] = f"down ({type(error).__name__})"
        wanted = {
            "database": "up",
            "schema": expected,
            "worker": "up",
            "feed": "listening",
            "assistant": "ready",
        }
        waiting = [name for name, value in wanted.items() if parts[name] != value]
        return json(
            {"ready": not waiting, "waiting_for": waiting, "parts": parts},
            status=503 if waiting else 200,
        )

    async def show(_request: Request) -> HTTPResponse:
        metrics.sockets.set(sockets())
        metrics.assistant.set(assistant() == "ready")
        try:
            async with asyncio.timeout(PATIENCE):
                await database.run(lambda c: _count(c, metrics), patience=0)
        except Exception:
            # The rest is worth showing without a database, above all then.
            metrics.conversations.clear()
        return raw(render(metrics.registry), content_type=CONTENT_TYPE_LATEST)

    async def favicon(_request: Request) -> HTTPResponse:
        return empty()

    blueprint.add_route(livez, "/livez")
    blueprint.add_route(readyz, "/readyz")
    blueprint.add_route(show, "/metrics", name="metrics")
    blueprint.add_route(favicon, "/favicon.ico", name="favicon")
    return blueprint


async def _look(connection: AsyncConnection) -> dict[str, Any]:
    row = (
        await connection.execute(
            text(
                """
                SELECT
                    (SELECT version_num FROM teller.alembic_version) AS revision,
                    EXISTS (
                        SELECT 1 FROM procrastinate.procrastinate_workers
                        WHERE last_heartbeat > now() - interval '5 seconds'
                    ) AS working
                """
            )
        )
    ).one()
    return {
        "database": "up",
        "schema": row.revision,
        "worker": "up" if row.working else "no sign of life",
    }


async def _count(connection: AsyncConnection, metrics: Metrics) -> None:
    metrics.conversations.clear()
    found = await connection.execute(
        text("SELECT owner, count(*) AS number FROM teller.conversations GROUP BY owner")
    )
    for row in found:
        metrics.conversations.labels(row.owner).set(row.number)
    pending = await connection.execute(
        text("SELECT count(*) FROM teller.turns WHERE state = 'pending'")
    )
    metrics.pending_turns.set(pending.scalar_one())
