"""Brings a database to this version's schema. Safe to call from several processes at once."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, pool, text

from server.database import connect_options, sqlalchemy_url

MIGRATIONS = Path(__file__).parent / "migrations"
# Any fixed number: PostgreSQL's advisory locks are named by one.
_LOCK = 7_305_801


def migrate(url: str, *, revision: str = "head") -> str:
    """Create the schemas and apply what is missing; returns the revision reached.

    The call blocks. Whoever comes second waits for the first and then finds nothing to do.

    Raises:
        sqlalchemy.exc.OperationalError: the database cannot be reached.
    """
    engine = create_engine(
        sqlalchemy_url(url),
        poolclass=pool.NullPool,
        connect_args={"options": connect_options(application="teller-migrate")},
    )
    try:
        with engine.connect() as connection:
            # On its own transaction: the lock must outlast each migration's commit.
            connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
            connection.commit()
            try:
                for schema in ("teller", "procrastinate", "rasa"):
                    connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {schema}"))
                connection.commit()
                command.upgrade(_config(connection), revision)
                connection.commit()
                found = connection.execute(text("SELECT version_num FROM teller.alembic_version"))
                return str(found.scalar_one())
            finally:
                connection.rollback()
                connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})
                connection.commit()
    finally:
        engine.dispose()


def newest_revision() -> str:
    """The revision that this version's code expects."""
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    assert head is not None
    return head


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
