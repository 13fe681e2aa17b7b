"""The job queue's own tables and functions, in a schema of their own.

The SQL is a copy of what procrastinate 3.10 installs (its schema of version 3.4), so that this
migration does the same for ever; a test says when the package has moved on and a new migration is
due.
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SCHEMA = Path(__file__).parent.parent / "procrastinate_3.4.sql"


def upgrade() -> None:
    op.execute("SET LOCAL search_path TO procrastinate")
    # Straight to the driver: several statements at once, and its % are no parameters.
    driver = op.get_bind().connection.dbapi_connection
    assert driver is not None
    driver.cursor().execute(SCHEMA.read_text(encoding="utf-8"))
    op.execute("SET LOCAL search_path TO teller, procrastinate, public")


def downgrade() -> None:
    op.execute("DROP SCHEMA procrastinate CASCADE")
    op.execute("CREATE SCHEMA procrastinate")
