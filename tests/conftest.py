"""Fixtures shared by all tiers. PostgreSQL starts only for tests that ask for a database."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import hypothesis
import psycopg
import pytest

from server.database import Database
from server.migrate import migrate
from server.postgres import EmbeddedPostgres

TEMPLATE = "teller_template"

# No clock decides a test: this machine may be busy with something else.
hypothesis.settings.register_profile("teller", deadline=None)
hypothesis.settings.load_profile("teller")


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """One embedded server for the whole run, in a folder of its own."""
    # Not pytest's own temporary folder: that is closed to the account PostgreSQL runs under.
    folder = Path(tempfile.mkdtemp(prefix="teller-test-"))
    folder.chmod(0o755)
    server = EmbeddedPostgres(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def _template(postgres: EmbeddedPostgres) -> str:
    """A migrated database that each test gets a copy of (tens of milliseconds)."""
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {TEMPLATE}")
    migrate(postgres.url.replace("/postgres?", f"/{TEMPLATE}?"))
    return TEMPLATE


@pytest.fixture
def database_url(postgres: EmbeddedPostgres, _template: str) -> Iterator[str]:
    """Address of a fresh, migrated database."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {_template}")
    yield postgres.url.replace("/postgres?", f"/{name}?")
    postgres.ensure_running()
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A pool on a fresh, migrated database."""
    database = Database(database_url, pool_size=5)
    yield database
    await database.close()
