"""The agents' desk: agents, their sessions, the queue."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE teller.agents (
    id UUID NOT NULL,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    role TEXT DEFAULT 'agent' NOT NULL,
    team TEXT DEFAULT 'general' NOT NULL,
    status TEXT DEFAULT 'online' NOT NULL,
    capacity INTEGER DEFAULT '5' NOT NULL,
    active BOOLEAN DEFAULT true NOT NULL,
    failed_sign_ins INTEGER DEFAULT '0' NOT NULL,
    failed_at TIMESTAMP WITH TIME ZONE,
    seen_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_agents PRIMARY KEY (id),
    CONSTRAINT ck_agents_role CHECK (role IN ('agent', 'admin')),
    CONSTRAINT ck_agents_status CHECK (status IN ('online', 'away')),
    CONSTRAINT ck_agents_capacity CHECK (capacity BETWEEN 1 AND 100)
);

CREATE UNIQUE INDEX uq_agents_email ON teller.agents (email);

CREATE TABLE teller.agent_sessions (
    token_hash BYTEA NOT NULL,
    agent_id UUID NOT NULL,
    csrf TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_agent_sessions PRIMARY KEY (token_hash),
    CONSTRAINT fk_agent_sessions_agent_id FOREIGN KEY(agent_id)
        REFERENCES teller.agents (id) ON DELETE CASCADE
);

CREATE INDEX ix_agent_sessions_agent_id ON teller.agent_sessions (agent_id);

CREATE TABLE teller.queue_entries (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    conversation_id UUID NOT NULL,
    reason TEXT NOT NULL,
    priority TEXT NOT NULL,
    team TEXT NOT NULL,
    topic TEXT,
    language TEXT,
    summary TEXT DEFAULT '' NOT NULL,
    entered_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    order_at TIMESTAMP WITH TIME ZONE NOT NULL,
    agent_id UUID,
    taken_at TIMESTAMP WITH TIME ZONE,
    ended_at TIMESTAMP WITH TIME ZONE,
    end_reason TEXT,
    CONSTRAINT pk_queue_entries PRIMARY KEY (id),
    CONSTRAINT ck_queue_entries_priority CHECK (priority IN ('urgent', 'high', 'normal')),
    CONSTRAINT fk_queue_entries_conversation_id FOREIGN KEY(conversation_id)
        REFERENCES teller.conversations (id) ON DELETE CASCADE,
    CONSTRAINT fk_queue_entries_agent_id FOREIGN KEY(agent_id)
        REFERENCES teller.agents (id) ON DELETE SET NULL
);

CREATE INDEX ix_queue_entries_agent_id_ended_at ON teller.queue_entries (agent_id, ended_at);

CREATE INDEX ix_queue_entries_waiting ON teller.queue_entries (order_at, id)
    WHERE ended_at IS NULL AND taken_at IS NULL;

CREATE UNIQUE INDEX uq_queue_entries_open ON teller.queue_entries (conversation_id)
    WHERE ended_at IS NULL;
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    op.execute("DROP TABLE teller.queue_entries, teller.agent_sessions, teller.agents")
