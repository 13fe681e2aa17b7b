"""The demo exchange's agents: made on a demo's first start, with passwords of their own.

The passwords are made at random and kept in the state folder, readable by its owner alone, so that
the demo can print them; they exist in no other installation.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.database import Transactions
from handoff.agents import add_agent
from handoff.errors import AgentExistsError

_PEOPLE = (
    ("mia@calder.example", "Mia", "admin", "general"),
    ("jonas@calder.example", "Jonas", "agent", "security"),
)
_WORDS = (
    "amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "harbor", "indigo", "jasper",
    "kelp", "lumen", "maple", "north", "opal", "pine", "quartz", "river", "slate", "tidal",
    "umber", "vale", "willow", "zephyr",
)  # fmt: skip


@dataclass(frozen=True)
class DemoAgent:
    """A demo sign-in, shown on the demo page and printed at the start."""

    email: str
    password: str
    name: str


def sign_ins(state_dir: Path) -> list[DemoAgent]:
    """The demo's sign-ins; made and kept on first use."""
    path = state_dir / "demo-agents.json"
    if not path.exists():
        state_dir.mkdir(parents=True, exist_ok=True)
        made = [
            DemoAgent(email=email, password=_password(), name=name) for email, name, _, _ in _PEOPLE
        ]
        draft = path.with_suffix(".draft")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps([asdict(agent) for agent in made], indent=1))
        draft.replace(path)
    return [DemoAgent(**entry) for entry in json.loads(path.read_text())]


async def ensure_agents(database: Transactions, state_dir: Path) -> list[DemoAgent]:
    """Make sure that the demo's agents can sign in, and return how."""
    found = sign_ins(state_dir)
    roles = {email: (role, team) for email, _, role, team in _PEOPLE}
    for agent in found:
        role, team = roles.get(agent.email, ("agent", "general"))

        async def add(
            connection: AsyncConnection,
            agent: DemoAgent = agent,
            role: str = role,
            team: str = team,
        ) -> None:
            try:
                await add_agent(
                    connection, email=agent.email, name=agent.name, password=agent.password,
                    role=role, team=team,
                )  # fmt: skip
            except AgentExistsError:
                return

        await database.run(add)
    return found


def _password() -> str:
    return "-".join(secrets.choice(_WORDS) for _ in range(3)) + f"-{secrets.randbelow(90) + 10}"
