"""The tables of the learning loop, beside the core's in the same metadata."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from conversations.tables import events, metadata, moment

# Messages that are alike, as an editor decides on them. `members` counts the people at the last
# run; `decided_members` those at the decision, so that it is known how much has come since.
# `proposal` holds what the run prepared: samples, phrasings, candidate articles, a draft.
learning_clusters = Table(
    "learning_clusters",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("state", Text, nullable=False, server_default="open"),
    Column("title", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("topic", Text),
    Column("members", Integer, nullable=False),
    Column("centre", LargeBinary, nullable=False),
    Column("encoder", Text, nullable=False),
    Column("proposal", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    moment("first_at", default=False),
    moment("last_at", default=False),
    # The last decision. It stays when new messages open the cluster again.
    Column("decision", Text),
    Column("reason", Text, nullable=False, server_default=""),
    Column("decided_members", Integer, nullable=False, server_default="0"),
    Column("outcome", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("decided_by", Uuid),
    Column("decider", Text),
    moment("decided_at", default=False, nullable=True),
    moment("created_at"),
    moment("updated_at"),
    CheckConstraint("state IN ('open', 'accepted', 'dismissed')", name="state"),
    CheckConstraint("decision IN ('accepted', 'drafted', 'dismissed')", name="decision"),
    Index("ix_learning_clusters_state_members", "state", "members"),
)

# One row per message that got no good answer. `text` and `answer` (an agent's) are copies without
# personal details; erasing the conversation erases them.
learning_gaps = Table(
    "learning_gaps",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("conversation_id", Uuid, nullable=False),
    Column("event_id", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("topic", Text),
    Column("intent", Text),
    Column("text", Text, nullable=False),
    Column("answer", Text),
    moment("asked_at", default=False),
    Column("vector", LargeBinary),
    Column("encoder", Text),
    Column("cluster_id", Uuid, ForeignKey(learning_clusters.c.id, ondelete="SET NULL")),
    moment("collected_at"),
    ForeignKeyConstraint(
        ["conversation_id", "event_id"], [events.c.conversation_id, events.c.id], ondelete="CASCADE"
    ),
    CheckConstraint("kind IN ('unclear', 'declined', 'down_vote', 'agent')", name="kind"),
    Index("uq_learning_gaps_conversation_id_event_id", "conversation_id", "event_id", unique=True),
    Index("ix_learning_gaps_cluster_id", "cluster_id"),
    Index("ix_learning_gaps_asked_at", "asked_at"),
)

# One row per finished run. The next one reads what changed after `read_until`.
learning_runs = Table(
    "learning_runs",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    moment("read_until", default=False),
    Column("collected", Integer, nullable=False),
    Column("gaps", Integer, nullable=False),
    Column("clusters", Integer, nullable=False),
    moment("finished_at"),
)
