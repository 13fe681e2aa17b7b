"""The language of a conversation: whether the customer asked for it, and what else was heard."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A default that is no expression: no row is rewritten, and older code need not know the column.
    op.execute(
        "ALTER TABLE teller.conversations "
        "ADD COLUMN language_wished BOOLEAN DEFAULT false NOT NULL, "
        "ADD COLUMN language_heard TEXT"
    )


def downgrade() -> None:
    op.execute(
        "ALTER TABLE teller.conversations DROP COLUMN language_wished, DROP COLUMN language_heard"
    )
