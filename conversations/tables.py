"""The tables of the core, as SQLAlchemy Core. `server/migrations` creates them.

`handoff` adds its tables to the same `metadata`. Times are the database's own, with time zone:
a server whose clock is an hour off must not reorder a conversation.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

SCHEMA = "teller"

metadata = MetaData(
    schema=SCHEMA,
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    },
)


def moment(name: str, *, default: bool = True, nullable: bool = False) -> Column[object]:
    """A point in time; by default when the row's transaction began."""
    return Column(
        name,
        DateTime(timezone=True),
        nullable=nullable,
        server_default=func.now() if default else None,
    )


# Who writes through a channel. `external_id` is the platform's own id of that person.
contacts = Table(
    "contacts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("external_id", Text),
    Column("name", Text),
    Column("locale", Text),
    moment("created_at"),
    Index("uq_contacts_channel_external_id", "channel", "external_id", unique=True),
)

# The lasting record with one contact. `version` rises with each change of owner and fences out
# replies that were computed before it; `last_event_id` numbers the events under the row's lock.
conversations = Table(
    "conversations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("contact_id", Uuid, ForeignKey(contacts.c.id, ondelete="CASCADE"), nullable=False),
    Column("channel", Text, nullable=False),
    # Whether the channel pushes (through the outbox) or reads the log itself, as the widget does.
    Column("push", Boolean, nullable=False, server_default="false"),
    Column("owner", Text, nullable=False, server_default="bot"),
    Column("version", BigInteger, nullable=False, server_default="1"),
    Column("agent_id", Uuid),
    Column("agent_name", Text),
    Column("language", Text),
    # Whether the customer asked for the language, and another one that the latest message was in.
    Column("language_wished", Boolean, nullable=False, server_default="false"),
    Column("language_heard", Text),
    Column("topic", Text),
    Column("clarifications", Integer, nullable=False, server_default="0"),
    Column("last_event_id", BigInteger, nullable=False, server_default="0"),
    moment("created_at"),
    moment("updated_at"),
    CheckConstraint("owner IN ('bot', 'waiting', 'human', 'closed')", name="owner"),
    Index("ix_conversations_contact_id", "contact_id"),
    Index("ix_conversations_owner_updated_at", "owner", "updated_at"),
)

# The widget's sessions: only a hash of the token is kept.
widget_sessions = Table(
    "widget_sessions",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("contact_id", Uuid, ForeignKey(contacts.c.id, ondelete="CASCADE"), nullable=False),
    Column(
        "conversation_id",
        Uuid,
        ForeignKey(conversations.c.id, ondelete="CASCADE"),
        nullable=False,
    ),
    moment("created_at"),
    moment("expires_at", default=False),
    Index("ix_widget_sessions_expires_at", "expires_at"),
    Index("ix_widget_sessions_conversation_id", "conversation_id"),
)

# Everything that happened, in order. What is public goes to the customer.
events = Table(
    "events",
    metadata,
    Column(
        "conversation_id",
        Uuid,
        ForeignKey(conversations.c.id, ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("type", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("visibility", Text, nullable=False, server_default="public"),
    Column("payload", JSONB, nullable=False),
    Column("client_message_id", Text),
    Column(
        "at",
        DateTime(timezone=True),
        nullable=False,
        # The clock and not the transaction's start: under the conversation's lock it rises.
        server_default=func.clock_timestamp(),
    ),
    CheckConstraint("type IN ('message', 'notice', 'note', 'ownership')", name="type"),
    CheckConstraint("actor IN ('customer', 'assistant', 'agent', 'system')", name="actor"),
    CheckConstraint("visibility IN ('public', 'internal')", name="visibility"),
    Index(
        "uq_events_conversation_id_client_message_id",
        "conversation_id",
        "client_message_id",
        unique=True,
        postgresql_where=text("client_message_id IS NOT NULL"),
    ),
)

# One row per customer message that the assistant has to answer: the turn. A turn is answered at
# most once, however often its job runs.
turns = Table(
    "turns",
    metadata,
    Column("conversation_id", Uuid, primary_key=True),
    Column("event_id", BigInteger, primary_key=True, autoincrement=False),
    Column("version", BigInteger, nullable=False),
    Column("choice", JSONB),
    Column("state", Text, nullable=False, server_default="pending"),
    # Whether the customer knows already that this turn waits for a starting assistant.
    Column("told_waiting", Boolean, nullable=False, server_default="false"),
    moment("created_at"),
    moment("finished_at", default=False, nullable=True),
    ForeignKeyConstraint(
        ["conversation_id", "event_id"], [events.c.conversation_id, events.c.id], ondelete="CASCADE"
    ),
    CheckConstraint("state IN ('pending', 'answered', 'handed_off', 'discarded')", name="state"),
    Index(
        "ix_turns_pending",
        "conversation_id",
        postgresql_where=text("state = 'pending'"),
    ),
)

# Why the assistant did what it did, keyed by the customer's message.
records = Table(
    "records",
    metadata,
    Column("conversation_id", Uuid, primary_key=True),
    Column("event_id", BigInteger, primary_key=True, autoincrement=False),
    Column("record", JSONB, nullable=False),
    moment("at"),
    ForeignKeyConstraint(
        ["conversation_id", "event_id"], [events.c.conversation_id, events.c.id], ondelete="CASCADE"
    ),
)

# Options that were offered as buttons: an opaque token here, its meaning never leaves the server.
choices = Table(
    "choices",
    metadata,
    Column("token", Text, primary_key=True),
    Column("conversation_id", Uuid, nullable=False),
    Column("event_id", BigInteger, nullable=False),
    Column("label", Text, nullable=False),
    Column("choice", JSONB, nullable=False),
    Column("state", Text, nullable=False, server_default="open"),
    moment("created_at"),
    ForeignKeyConstraint(
        ["conversation_id", "event_id"], [events.c.conversation_id, events.c.id], ondelete="CASCADE"
    ),
    CheckConstraint("state IN ('open', 'used', 'superseded')", name="state"),
    Index("ix_choices_open", "conversation_id", postgresql_where=text("state = 'open'")),
)

# What a pushing channel has still to deliver. Pull channels (the widget) read the log instead.
outbox = Table(
    "outbox",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("conversation_id", Uuid, nullable=False),
    Column("event_id", BigInteger, nullable=False),
    Column("channel", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="pending"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    moment("next_attempt_at"),
    # Set while an attempt is under way; one that is never finished has an unknown outcome.
    moment("claimed_at", default=False, nullable=True),
    Column("platform_id", Text),
    Column("error", Text),
    moment("created_at"),
    moment("updated_at"),
    ForeignKeyConstraint(
        ["conversation_id", "event_id"], [events.c.conversation_id, events.c.id], ondelete="CASCADE"
    ),
    CheckConstraint("state IN ('pending', 'sent', 'unknown', 'failed')", name="state"),
    Index("uq_outbox_conversation_id_event_id", "conversation_id", "event_id", unique=True),
    Index("ix_outbox_pending", "next_attempt_at", postgresql_where=text("state = 'pending'")),
)
