"""What exists in demo mode only: sign-ins that anybody may see, and facts for the demo page."""

from __future__ import annotations

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
    exchange = yaml.safe_load(settings.facts.read_text("utf-8")).get("exchange", {})

    async def show(_request: Request) -> HTTPResponse:
        agents = [
            {"email": agent.email, "password": agent.password, "name": agent.name}
            for agent in sign_ins(settings.state_dir)
        ]
        return json({"demo": True, "agents": agents, "exchange": exchange})

    blueprint.add_route(show, "/api/demo")
    return blueprint
