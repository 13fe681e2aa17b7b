"""Migrations: to the newest, from several processes at once, and equal to the tables in code."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from importlib import resources
from uuid import uuid4

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

import editorial.learning_tables
import editorial.tables  # noqa: F401  adds its tables to the metadata
import handoff.tables  # noqa: F401  adds its tables to the metadata
import server.help.tables  # noqa: F401  adds its tables to the metadata
from conversations.tables import metadata
from server.database import sqlalchemy_url
from server.migrate import MIGRATIONS, migrate, newest_revision
from server.postgres import EmbeddedPostgres


@pytest.fixture
def empty_url(postgres: EmbeddedPostgres) -> str:
    name = f"test_{uuid4().hex}"
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return postgres.url.replace("/postgres?", f"/{name}?")


def test_processes_that_start_together_migrate_once(empty_url: str) -> None:
    with ThreadPoolExecutor(5) as pool:
        reached = list(pool.map(migrate, [empty_url] * 5))

    assert reached == [newest_revision()] * 5


def test_the_tables_in_code_are_those_of_the_migrations(database_url: str) -> None:
    # Without our search path: the schema that it begins with would count as the nameless default.
    engine = create_engine(sqlalchemy_url(database_url), poolclass=NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_schemas": True,
                "version_table_schema": "teller",
                "include_name": lambda name, kind, _parents: kind != "schema" or name == "teller",
                "compare_server_default": False,
            },
        )
        differences = compare_metadata(context, metadata)
    engine.dispose()

    assert differences == []


def test_rasas_schema_is_there_for_its_tracker(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        found = connection.execute("SELECT to_regnamespace('rasa') IS NOT NULL").fetchone()

    assert found == (True,)


def test_the_copy_of_the_job_queues_schema_is_that_of_the_package() -> None:
    """If this fails the package has a newer schema: add a migration with its new SQL files."""
    package = (resources.files("procrastinate.sql") / "schema.sql").read_text(encoding="utf-8")

    assert (MIGRATIONS / "procrastinate_3.4.sql").read_text(encoding="utf-8") == package
