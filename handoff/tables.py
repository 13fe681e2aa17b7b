"""The tables of the agents' desk, beside the core's in the same metadata."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    text,
)

from conversations.tables import conversations, metadata, moment

# People who answer. `seen_at` is kept fresh by an open console: who closed it is not online.
agents = Table(
    "agents",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("email", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("role", Text, nullable=False, server_default="agent"),
    Column("team", Text, nullable=False, server_default="general"),
    Column("status", Text, nullable=False, server_default="online"),
    Column("capacity", Integer, nullable=False, server_default="5"),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    Column("failed_sign_ins", Integer, nullable=False, server_default="0"),
    moment("failed_at", default=False, nullable=True),
    moment("seen_at", default=False, nullable=True),
    moment("created_at"),
    CheckConstraint("role IN ('agent', 'editor', 'admin')", name="role"),
    CheckConstraint("status IN ('online', 'away')", name="status"),
    CheckConstraint("capacity BETWEEN 1 AND 100", name="capacity"),
    Index("uq_agents_email", "email", unique=True),
)

# Signed-in consoles: only a hash of the cookie is kept.
agent_sessions = Table(
    "agent_sessions",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("agent_id", Uuid, ForeignKey(agents.c.id, ondelete="CASCADE"), nullable=False),
    Column("csrf", Text, nullable=False),
    moment("created_at"),
    moment("expires_at", default=False),
    Index("ix_agent_sessions_agent_id", "agent_id"),
)

# One row per stay in the queue: entered, taken by somebody, ended. `order_at` is the moment of
# entering less the priority's head start, so that age and priority are one order and the oldest
# never starves.
queue_entries = Table(
    "queue_entries",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column(
        "conversation_id",
        Uuid,
        ForeignKey(conversations.c.id, ondelete="CASCADE"),
        nullable=False,
    ),
    Column("reason", Text, nullable=False),
    Column("priority", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("topic", Text),
    Column("language", Text),
    Column("summary", Text, nullable=False, server_default=""),
    moment("entered_at"),
    Column("order_at", DateTime(timezone=True), nullable=False),
    Column("agent_id", Uuid, ForeignKey(agents.c.id, ondelete="SET NULL")),
    moment("taken_at", default=False, nullable=True),
    moment("ended_at", default=False, nullable=True),
    Column("end_reason", Text),
    CheckConstraint("priority IN ('urgent', 'high', 'normal')", name="priority"),
    Index(
        "uq_queue_entries_open",
        "conversation_id",
        unique=True,
        postgresql_where=text("ended_at IS NULL"),
    ),
    Index(
        "ix_queue_entries_waiting",
        "order_at",
        "id",
        postgresql_where=text("ended_at IS NULL AND taken_at IS NULL"),
    ),
    Index("ix_queue_entries_agent_id_ended_at", "agent_id", "ended_at"),
)
