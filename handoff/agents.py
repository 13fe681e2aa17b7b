"""Agents: the people who answer, with their passwords and their presence."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from argon2 import PasswordHasher
from sqlalchemy import Row, and_, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from handoff.errors import AgentExistsError, BadAgentError
from handoff.tables import agents

TEAMS = ("general", "security", "payments", "trading")
ROLES = ("agent", "editor", "admin")
# Who may change what customers are told.
EDITORS = ("editor", "admin")
# Whose work the queue is. An editor may step into a conversation, but has the console open for the
# articles: no customer is promised that one takes theirs.
ANSWERING = ("agent", "admin")
STATUSES = ("online", "away")
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
# An open console says "still here" three times in this span.
PRESENCE = timedelta(seconds=75)

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
# The library's defaults follow RFC 9106's low-memory recommendation (argon2id, 64 MiB).
hasher = PasswordHasher()


@dataclass(frozen=True)
class Agent:
    """One person who answers; never carries the password hash."""

    id: UUID
    email: str
    name: str
    role: str
    team: str
    status: str
    capacity: int

    def as_json(self) -> dict[str, Any]:
        """What the console knows about its own user."""
        return {
            "id": str(self.id),
            "name": self.name,
            "email": self.email,
            "role": self.role,
            "team": self.team,
            "status": self.status,
            "capacity": self.capacity,
        }


COLUMNS = [agents.c[name] for name in Agent.__dataclass_fields__]

is_online = and_(
    agents.c.active,
    agents.c.role.in_(ANSWERING),
    agents.c.status == "online",
    agents.c.seen_at > func.now() - PRESENCE,
)


def from_row(row: Row[Any]) -> Agent:
    """An `Agent` of a row selected with `COLUMNS`."""
    return Agent(**row._mapping)


def normal_email(email: str) -> str:
    """The one spelling under which an address is kept and looked up."""
    return unicodedata.normalize("NFC", email).strip().lower()


async def add_agent(
    connection: AsyncConnection,
    *,
    email: str,
    name: str,
    password: str,
    role: str = "agent",
    team: str = "general",
) -> Agent:
    """Add somebody who may sign in.

    Raises:
        BadAgentError: a detail is not valid; the text says which and what is expected.
        AgentExistsError: the address is in use.
    """
    _check(email=email, name=name, password=password, role=role, team=team)
    statement = (
        insert(agents)
        .values(
            id=uuid4(),
            email=normal_email(email),
            name=name.strip(),
            password_hash=hasher.hash(password),
            role=role,
            team=team,
        )
        .on_conflict_do_nothing(index_elements=[agents.c.email])
        .returning(*COLUMNS)
    )
    row = (await connection.execute(statement)).one_or_none()
    if row is None:
        raise AgentExistsError(f"There is an agent with the address {normal_email(email)} already.")
    return from_row(row)


async def set_status(connection: AsyncConnection, agent_id: UUID, status: str) -> Agent:
    """Say whether new conversations may be expected to be taken by this agent."""
    if status not in STATUSES:
        raise BadAgentError(f"status {status!r} is not one of {', '.join(STATUSES)}.")
    statement = (
        update(agents).where(agents.c.id == agent_id).values(status=status).returning(*COLUMNS)
    )
    return from_row((await connection.execute(statement)).one())


async def touch(connection: AsyncConnection, agent_id: UUID, *, present: bool = True) -> None:
    """Note that an agent's console is open now, or that the last one was closed."""
    await connection.execute(
        update(agents)
        .where(agents.c.id == agent_id)
        .values(seen_at=func.clock_timestamp() if present else None)
    )


async def count_online(connection: AsyncConnection) -> int:
    """How many agents could take a conversation now."""
    return int(
        (await connection.execute(select(func.count()).select_from(agents).where(is_online)))
        .scalar_one()
    )  # fmt: skip


def _check(*, email: str, name: str, password: str, role: str, team: str) -> None:
    if not _EMAIL.fullmatch(normal_email(email)):
        raise BadAgentError(f"{email!r} is not an e-mail address.")
    if not 1 <= len(name.strip()) <= 80:
        raise BadAgentError("name: 1 to 80 characters are expected; customers see it.")
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise BadAgentError(
            f"password: {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters are expected."
        )
    if role not in ROLES:
        raise BadAgentError(f"role {role!r} is not one of {', '.join(ROLES)}.")
    if team not in TEAMS:
        raise BadAgentError(f"team {team!r} is not one of {', '.join(TEAMS)}.")
