"""What readers made of the help centre: reads by day, and votes without voters."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE TABLE teller.help_reads ("
        " article TEXT NOT NULL, language TEXT NOT NULL, day DATE NOT NULL,"
        " reads INTEGER NOT NULL CONSTRAINT ck_help_reads_reads CHECK (reads > 0),"
        " CONSTRAINT pk_help_reads PRIMARY KEY (article, language, day))"
    )
    op.execute("CREATE INDEX ix_help_reads_day ON teller.help_reads (day)")
    op.execute(
        "CREATE TABLE teller.help_votes ("
        " voter BYTEA NOT NULL CONSTRAINT pk_help_votes PRIMARY KEY,"
        " article TEXT NOT NULL, language TEXT NOT NULL, day DATE NOT NULL,"
        " helpful BOOLEAN NOT NULL, reason TEXT,"
        " CONSTRAINT ck_help_votes_reason CHECK (reason IS NULL OR NOT helpful))"
    )
    op.execute("CREATE INDEX ix_help_votes_day ON teller.help_votes (day)")


def downgrade() -> None:
    op.execute("DROP TABLE teller.help_votes")
    op.execute("DROP TABLE teller.help_reads")
