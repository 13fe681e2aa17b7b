"""The core: contacts, conversations, events, turns, records, choices, outbox, widget sessions."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE teller.contacts (
    id UUID NOT NULL,
    channel TEXT NOT NULL,
    external_id TEXT,
    name TEXT,
    locale TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_contacts PRIMARY KEY (id)
);

CREATE UNIQUE INDEX uq_contacts_channel_external_id ON teller.contacts (channel, external_id);

CREATE TABLE teller.conversations (
    id UUID NOT NULL,
    contact_id UUID NOT NULL,
    channel TEXT NOT NULL,
    push BOOLEAN DEFAULT 'false' NOT NULL,
    owner TEXT DEFAULT 'bot' NOT NULL,
    version BIGINT DEFAULT '1' NOT NULL,
    agent_id UUID,
    agent_name TEXT,
    language TEXT,
    topic TEXT,
    clarifications INTEGER DEFAULT '0' NOT NULL,
    last_event_id BIGINT DEFAULT '0' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_conversations PRIMARY KEY (id),
    CONSTRAINT ck_conversations_owner CHECK (owner IN ('bot', 'waiting', 'human', 'closed')),
    CONSTRAINT fk_conversations_contact_id FOREIGN KEY(contact_id)
        REFERENCES teller.contacts (id) ON DELETE CASCADE
);

CREATE INDEX ix_conversations_contact_id ON teller.conversations (contact_id);

CREATE INDEX ix_conversations_owner_updated_at ON teller.conversations (owner, updated_at);

CREATE TABLE teller.events (
    conversation_id UUID NOT NULL,
    id BIGINT NOT NULL,
    type TEXT NOT NULL,
    actor TEXT NOT NULL,
    visibility TEXT DEFAULT 'public' NOT NULL,
    payload JSONB NOT NULL,
    client_message_id TEXT,
    at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pk_events PRIMARY KEY (conversation_id, id),
    CONSTRAINT ck_events_type CHECK (type IN ('message', 'notice', 'note', 'ownership')),
    CONSTRAINT ck_events_actor CHECK (actor IN ('customer', 'assistant', 'agent', 'system')),
    CONSTRAINT ck_events_visibility CHECK (visibility IN ('public', 'internal')),
    CONSTRAINT fk_events_conversation_id FOREIGN KEY(conversation_id)
        REFERENCES teller.conversations (id) ON DELETE CASCADE
);

CREATE UNIQUE INDEX uq_events_conversation_id_client_message_id
    ON teller.events (conversation_id, client_message_id) WHERE client_message_id IS NOT NULL;

CREATE TABLE teller.widget_sessions (
    token_hash BYTEA NOT NULL,
    contact_id UUID NOT NULL,
    conversation_id UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_widget_sessions PRIMARY KEY (token_hash),
    CONSTRAINT fk_widget_sessions_contact_id FOREIGN KEY(contact_id)
        REFERENCES teller.contacts (id) ON DELETE CASCADE,
    CONSTRAINT fk_widget_sessions_conversation_id FOREIGN KEY(conversation_id)
        REFERENCES teller.conversations (id) ON DELETE CASCADE
);

CREATE INDEX ix_widget_sessions_conversation_id ON teller.widget_sessions (conversation_id);

CREATE INDEX ix_widget_sessions_expires_at ON teller.widget_sessions (expires_at);

CREATE TABLE teller.choices (
    token TEXT NOT NULL,
    conversation_id UUID NOT NULL,
    event_id BIGINT NOT NULL,
    label TEXT NOT NULL,
    choice JSONB NOT NULL,
    state TEXT DEFAULT 'open' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_choices PRIMARY KEY (token),
    CONSTRAINT fk_choices_conversation_id_event_id FOREIGN KEY(conversation_id, event_id)
        REFERENCES teller.events (conversation_id, id) ON DELETE CASCADE,
    CONSTRAINT ck_choices_state CHECK (state IN ('open', 'used', 'superseded'))
);

CREATE INDEX ix_choices_open ON teller.choices (conversation_id) WHERE state = 'open';

CREATE TABLE teller.outbox (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    conversation_id UUID NOT NULL,
    event_id BIGINT NOT NULL,
    channel TEXT NOT NULL,
    state TEXT DEFAULT 'pending' NOT NULL,
    attempts INTEGER DEFAULT '0' NOT NULL,
    next_attempt_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    claimed_at TIMESTAMP WITH TIME ZONE,
    platform_id TEXT,
    error TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_outbox PRIMARY KEY (id),
    CONSTRAINT fk_outbox_conversation_id_event_id FOREIGN KEY(conversation_id, event_id)
        REFERENCES teller.events (conversation_id, id) ON DELETE CASCADE,
    CONSTRAINT ck_outbox_state CHECK (state IN ('pending', 'sent', 'unknown', 'failed'))
);

CREATE INDEX ix_outbox_pending ON teller.outbox (next_attempt_at) WHERE state = 'pending';

CREATE UNIQUE INDEX uq_outbox_conversation_id_event_id ON teller.outbox (conversation_id, event_id);

CREATE TABLE teller.records (
    conversation_id UUID NOT NULL,
    event_id BIGINT NOT NULL,
    record JSONB NOT NULL,
    at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_records PRIMARY KEY (conversation_id, event_id),
    CONSTRAINT fk_records_conversation_id_event_id FOREIGN KEY(conversation_id, event_id)
        REFERENCES teller.events (conversation_id, id) ON DELETE CASCADE
);

CREATE TABLE teller.turns (
    conversation_id UUID NOT NULL,
    event_id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    choice JSONB,
    state TEXT DEFAULT 'pending' NOT NULL,
    told_waiting BOOLEAN DEFAULT 'false' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_turns PRIMARY KEY (conversation_id, event_id),
    CONSTRAINT fk_turns_conversation_id_event_id FOREIGN KEY(conversation_id, event_id)
        REFERENCES teller.events (conversation_id, id) ON DELETE CASCADE,
    CONSTRAINT ck_turns_state CHECK (state IN ('pending', 'answered', 'handed_off', 'discarded'))
);

CREATE INDEX ix_turns_pending ON teller.turns (conversation_id) WHERE state = 'pending';
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    op.execute("""
DROP TABLE teller.outbox, teller.choices, teller.records, teller.turns, teller.events,
    teller.widget_sessions, teller.conversations, teller.contacts;
""")
