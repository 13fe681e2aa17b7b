"""What the help centre counts: reads by day, and votes. Neither says who it was."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
)

from conversations.tables import metadata

# How often an article was opened on a day, in the language of the page.
help_reads = Table(
    "help_reads",
    metadata,
    Column("article", Text, primary_key=True),
    Column("language", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("reads", Integer, nullable=False),
    CheckConstraint("reads > 0", name="reads"),
    Index("ix_help_reads_day", "day"),
)

# Whether an article helped. `voter` is a keyed hash of a browser's random mark and the article, so
# that a browser's second vote replaces its first and its votes cannot be told to be of one browser.
help_votes = Table(
    "help_votes",
    metadata,
    Column("voter", LargeBinary, primary_key=True),
    Column("article", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("helpful", Boolean, nullable=False),
    Column("reason", Text),
    CheckConstraint("reason IS NULL OR NOT helpful", name="reason"),
    Index("ix_help_votes_day", "day"),
)
