"""What exists in demo mode only: sign-ins that anybody may see, and facts for the demo page."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import Any

import structlog
import yaml
from sanic import Blueprint, HTTPResponse, Request, json

from handoff.demo import ensure_agents, sign_ins
from server.database import Database
from server.settings import Settings

log = structlog.get_logger()


async def prepare(database: Database, settings: Settings) -> None:
    """Make the demo's agents."""
    await ensure_agents(database, settings.state_dir)
    log.info("demo_agents_ready")


def create_blueprint(settings: Settings) -> Blueprint:
    """`/api/demo`."""
    blueprint = Blueprint("demo")
    facts = yaml.safe_load(settings.facts.read_text("utf-8"))
    exchange = {**facts.get("exchange", {}), "highlights": highlights(facts)}

    async def show(_request: Request) -> HTTPResponse:
        agents = [
            {"email": agent.email, "password": agent.password, "name": agent.name}
            for agent in sign_ins(settings.state_dir)
        ]
        return json({"demo": True, "agents": agents, "exchange": exchange})

    blueprint.add_route(show, "/api/demo")
    return blueprint


def highlights(facts: Mapping[str, Any]) -> list[dict[str, str]]:
    """Three figures for the demo's front page; those that these facts do not have are left out."""
    found: list[dict[str, str]] = []
    for label, read in _HIGHLIGHTS:
        with contextlib.suppress(KeyError, IndexError, TypeError):
            found.append({"value": read(facts), "label": label})
    return found


_HIGHLIGHTS: tuple[tuple[str, Callable[[Mapping[str, Any]], str]], ...] = (
    ("per spot trade", lambda f: f"{f['trading_fees']['tiers'][0]['spot_maker'] * 100:g} %"),
    (
        "a year on USDT, at any time",
        lambda f: f"{f['savings']['flexible']['rates']['USDT']['apy'] * 100:g} %",
    ),
    (
        "to send USDT over TRON",
        lambda f: f"{f['withdrawal']['fees']['USDT']['TRC20']['fee']:g} USDT",
    ),
)
