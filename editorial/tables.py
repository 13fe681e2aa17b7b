"""The tables of the editors, beside the core's in the same metadata."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from conversations.tables import metadata, moment

# Every text that an article ever had in the console; rows are added, and only their state changes.
# `number` counts the revisions of one article in one language, `base` is the one that its author
# had before their eyes: 0 is the file, or nothing.
article_revisions = Table(
    "article_revisions",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("article", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("base", Integer, nullable=False),
    Column("state", Text, nullable=False, server_default="draft"),
    Column("withdraws", Boolean, nullable=False, server_default=text("false")),
    Column("source", Text, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("author_id", Uuid),
    Column("author", Text, nullable=False),
    moment("created_at"),
    CheckConstraint("state IN ('draft', 'published', 'withdrawn')", name="state"),
    CheckConstraint("number > base AND base >= 0", name="number"),
    Index(
        "uq_article_revisions_article_language_number",
        "article",
        "language",
        "number",
        unique=True,
    ),
)

# One row per wish to change what is live. `content` is what is live after it: the number of the
# revision that counts, by `id.language`. The newest row that went live says what is published.
article_publications = Table(
    "article_publications",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("action", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="queued"),
    Column("step", Text, nullable=False, server_default=""),
    Column("changes", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("content", JSONB),
    Column("build", Text),
    Column("replaced", Text),
    Column("findings", JSONB, nullable=False, server_default=text("'[]'::jsonb")),
    Column("note", Text, nullable=False, server_default=""),
    Column("requested_by", Uuid),
    Column("requester", Text, nullable=False),
    moment("requested_at"),
    moment("started_at", default=False, nullable=True),
    moment("finished_at", default=False, nullable=True),
    CheckConstraint("action IN ('publish', 'withdraw', 'roll_back', 'rebuild')", name="action"),
    CheckConstraint("state IN ('queued', 'building', 'checking', 'live', 'failed')", name="state"),
    Index("ix_article_publications_live", "finished_at", postgresql_where=text("state = 'live'")),
)
