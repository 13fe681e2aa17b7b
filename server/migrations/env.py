"""Alembic's entry: runs on the connection that `server.migrate` hands over."""

from __future__ import annotations

from alembic import context

from conversations.tables import SCHEMA, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table_schema=SCHEMA,
    include_schemas=True,
    # One transaction for each migration: a failed one leaves the earlier ones in place.
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
