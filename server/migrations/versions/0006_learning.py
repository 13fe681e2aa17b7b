"""The learning loop: messages without a good answer, and their clusters."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE teller.learning_clusters (
    id UUID NOT NULL,
    state TEXT DEFAULT 'open' NOT NULL,
    title TEXT NOT NULL,
    language TEXT NOT NULL,
    topic TEXT,
    members INTEGER NOT NULL,
    centre BYTEA NOT NULL,
    encoder TEXT NOT NULL,
    proposal JSONB DEFAULT '{}'::jsonb NOT NULL,
    first_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_at TIMESTAMP WITH TIME ZONE NOT NULL,
    decision TEXT,
    reason TEXT DEFAULT '' NOT NULL,
    decided_members INTEGER DEFAULT '0' NOT NULL,
    outcome JSONB DEFAULT '{}'::jsonb NOT NULL,
    decided_by UUID,
    decider TEXT,
    decided_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_learning_clusters PRIMARY KEY (id),
    CONSTRAINT ck_learning_clusters_state CHECK (state IN ('open', 'accepted', 'dismissed')),
    CONSTRAINT ck_learning_clusters_decision
        CHECK (decision IN ('accepted', 'drafted', 'dismissed'))
);

CREATE INDEX ix_learning_clusters_state_members ON teller.learning_clusters (state, members);

CREATE TABLE teller.learning_gaps (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    conversation_id UUID NOT NULL,
    event_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    language TEXT NOT NULL,
    topic TEXT,
    intent TEXT,
    text TEXT NOT NULL,
    answer TEXT,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    vector BYTEA,
    encoder TEXT,
    cluster_id UUID,
    collected_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_learning_gaps PRIMARY KEY (id),
    CONSTRAINT ck_learning_gaps_kind
        CHECK (kind IN ('unclear', 'declined', 'down_vote', 'agent')),
    CONSTRAINT fk_learning_gaps_conversation_id_event_id FOREIGN KEY(conversation_id, event_id)
        REFERENCES teller.events (conversation_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_learning_gaps_cluster_id FOREIGN KEY(cluster_id)
        REFERENCES teller.learning_clusters (id) ON DELETE SET NULL
);

CREATE UNIQUE INDEX uq_learning_gaps_conversation_id_event_id
    ON teller.learning_gaps (conversation_id, event_id);

CREATE INDEX ix_learning_gaps_cluster_id ON teller.learning_gaps (cluster_id);

CREATE INDEX ix_learning_gaps_asked_at ON teller.learning_gaps (asked_at);

CREATE TABLE teller.learning_runs (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    read_until TIMESTAMP WITH TIME ZONE NOT NULL,
    collected INTEGER NOT NULL,
    gaps INTEGER NOT NULL,
    clusters INTEGER NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_learning_runs PRIMARY KEY (id)
);
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    op.execute("DROP TABLE teller.learning_runs, teller.learning_gaps, teller.learning_clusters")
