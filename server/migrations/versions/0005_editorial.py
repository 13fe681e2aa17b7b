"""Editing articles: their revisions, their publications, and the role of an editor."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE teller.article_revisions (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    article TEXT NOT NULL,
    language TEXT NOT NULL,
    number INTEGER NOT NULL,
    base INTEGER NOT NULL,
    state TEXT DEFAULT 'draft' NOT NULL,
    withdraws BOOLEAN DEFAULT false NOT NULL,
    source TEXT NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    author_id UUID,
    author TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_article_revisions PRIMARY KEY (id),
    CONSTRAINT ck_article_revisions_state CHECK (state IN ('draft', 'published', 'withdrawn')),
    CONSTRAINT ck_article_revisions_number CHECK (number > base AND base >= 0)
);

CREATE UNIQUE INDEX uq_article_revisions_article_language_number
    ON teller.article_revisions (article, language, number);

CREATE TABLE teller.article_publications (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    action TEXT NOT NULL,
    state TEXT DEFAULT 'queued' NOT NULL,
    step TEXT DEFAULT '' NOT NULL,
    changes JSONB DEFAULT '{}'::jsonb NOT NULL,
    content JSONB,
    build TEXT,
    replaced TEXT,
    findings JSONB DEFAULT '[]'::jsonb NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    requested_by UUID,
    requester TEXT NOT NULL,
    requested_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE,
    finished_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_article_publications PRIMARY KEY (id),
    CONSTRAINT ck_article_publications_action
        CHECK (action IN ('publish', 'withdraw', 'roll_back', 'rebuild')),
    CONSTRAINT ck_article_publications_state
        CHECK (state IN ('queued', 'building', 'checking', 'live', 'failed'))
);

CREATE INDEX ix_article_publications_live
    ON teller.article_publications (finished_at) WHERE state = 'live';
"""

# The text of a revision is evidence of what customers were told, and by whom: no statement of ours
# changes it, and none of anybody else's may.
KEPT = """
CREATE FUNCTION teller.keep_article_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF ROW(NEW.article, NEW.language, NEW.number, NEW.base, NEW.withdraws, NEW.source, NEW.note,
           NEW.author_id, NEW.author, NEW.created_at)
       IS DISTINCT FROM
       ROW(OLD.article, OLD.language, OLD.number, OLD.base, OLD.withdraws, OLD.source, OLD.note,
           OLD.author_id, OLD.author, OLD.created_at) THEN
        RAISE EXCEPTION 'a revision of an article is never changed: save another one';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER keep_article_revision BEFORE UPDATE ON teller.article_revisions
    FOR EACH ROW EXECUTE FUNCTION teller.keep_article_revision();
"""

_ROLES = """
ALTER TABLE teller.agents DROP CONSTRAINT ck_agents_role;
ALTER TABLE teller.agents ADD CONSTRAINT ck_agents_role CHECK (role IN ({roles}));
"""


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(KEPT)
    op.execute(_ROLES.format(roles="'agent', 'editor', 'admin'"))


def downgrade() -> None:
    op.execute("UPDATE teller.agents SET role = 'agent' WHERE role = 'editor'")
    op.execute(_ROLES.format(roles="'agent', 'admin'"))
    op.execute("DROP TABLE teller.article_publications, teller.article_revisions")
    op.execute("DROP FUNCTION teller.keep_article_revision()")
