"""Signing in: server-side sessions whose cookie is worth nothing in the database."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.database import Transactions
from handoff.agents import COLUMNS, Agent, from_row, hasher, normal_email
from handoff.errors import ForgeryError, NotSignedInError, SignInError, TooManyAttemptsError
from handoff.tables import agent_sessions, agents

# After this many failures in a row, each further try has to wait.
FREE_ATTEMPTS = 5
LOCKOUT = timedelta(minutes=5)

# Verified against when the address is unknown, so that both answers take the same time.
_NOBODY = hasher.hash(secrets.token_urlsafe(16))
# Hashing takes 64 MiB each; a flood of sign-ins must not take the server's memory.
_hashing = asyncio.Semaphore(2)


@dataclass(frozen=True)
class SignedIn:
    """An agent behind a valid cookie; `csrf` must come back in a header with every write."""

    agent: Agent
    csrf: str


async def sign_in(
    database: Transactions, *, email: str, password: str, lifetime: timedelta
) -> tuple[str, SignedIn]:
    """The token for the cookie, and who it stands for.

    Raises:
        SignInError: address or password is wrong.
        TooManyAttemptsError: five failures in a row; wait five minutes.
    """
    found = await database.run(lambda connection: _find(connection, email))
    if found is not None and _locked(found.failures, found.failed_at, found.now):
        raise TooManyAttemptsError
    hashed = found.password_hash if found else _NOBODY
    async with _hashing:
        right = await asyncio.to_thread(_verify, hashed, password)
    if found is None:
        raise SignInError
    if not right:
        await database.run(lambda connection: _note_failure(connection, found.agent))
        raise SignInError
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)

    async def start(connection: AsyncConnection) -> Agent:
        await connection.execute(
            delete(agent_sessions).where(agent_sessions.c.expires_at < func.now())
        )
        await connection.execute(
            insert(agent_sessions).values(
                token_hash=_hash(token),
                agent_id=found.agent.id,
                csrf=csrf,
                expires_at=func.now() + lifetime,
            )
        )
        # Signing in is the clearest sign of being there: whoever was away is back.
        statement = (
            update(agents)
            .where(agents.c.id == found.agent.id)
            .values(failed_sign_ins=0, failed_at=None, status="online")
            .returning(*COLUMNS)
        )
        return from_row((await connection.execute(statement)).one())

    return token, SignedIn(await database.run(start), csrf)


async def authenticate(connection: AsyncConnection, token: str | None) -> SignedIn:
    """Who the cookie stands for.

    Raises:
        NotSignedInError: there is no cookie, it is unknown or it has expired.
    """
    if not token:
        raise NotSignedInError
    statement = (
        select(*COLUMNS, agent_sessions.c.csrf)
        .join(agent_sessions, agent_sessions.c.agent_id == agents.c.id)
        .where(
            agent_sessions.c.token_hash == _hash(token),
            agent_sessions.c.expires_at > func.now(),
            agents.c.active,
        )
    )
    row = (await connection.execute(statement)).one_or_none()
    if row is None:
        raise NotSignedInError
    details = dict(row._mapping)
    csrf = details.pop("csrf")
    return SignedIn(Agent(**details), csrf)


async def sign_out(connection: AsyncConnection, token: str) -> None:
    """End the session; a cookie that is already worthless is no error."""
    await connection.execute(
        delete(agent_sessions).where(agent_sessions.c.token_hash == _hash(token))
    )


def check_csrf(signed_in: SignedIn, header: str | None) -> None:
    """Hold the header of a writing request against the session.

    Raises:
        ForgeryError: it is missing or another session's.
    """
    if not hmac.compare_digest(signed_in.csrf.encode(), (header or "").encode()):
        raise ForgeryError


@dataclass(frozen=True)
class _Found:
    agent: Agent
    password_hash: str
    failures: int
    failed_at: datetime | None
    now: datetime


async def _find(connection: AsyncConnection, email: str) -> _Found | None:
    statement = select(
        *COLUMNS,
        agents.c.password_hash,
        agents.c.failed_sign_ins,
        agents.c.failed_at,
        func.now().label("now"),
    ).where(agents.c.email == normal_email(email), agents.c.active)
    row = (await connection.execute(statement)).one_or_none()
    if row is None:
        return None
    *details, password_hash, failures, failed_at, now = row
    return _Found(Agent(*details), password_hash, failures, failed_at, now)


def _locked(failures: int, failed_at: datetime | None, now: datetime) -> bool:
    return failures >= FREE_ATTEMPTS and failed_at is not None and now - failed_at < LOCKOUT


async def _note_failure(connection: AsyncConnection, agent: Agent) -> None:
    await connection.execute(
        update(agents)
        .where(agents.c.id == agent.id)
        .values(failed_sign_ins=agents.c.failed_sign_ins + 1, failed_at=func.now())
    )


def _verify(hashed: str, password: str) -> bool:
    try:
        return hasher.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
