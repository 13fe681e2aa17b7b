"""The job queue's own tables and functions, in a schema of their own.

The SQL is a copy of what procrastinate 3.10 installs (its schema of version 3.4), so that this
migration does the same for ever; a test says when the package has moved on and a new migration is
due.
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SCHEMA = Path(__file__).parent.parent / "procrastinate_3.4.sql"

# Jobs of one conversation run one after the other, by a lock. procrastinate wakes workers for a
# new job only, so that the next one in line would wait for the workers' next look around.
WAKE_NEXT = """
CREATE FUNCTION procrastinate.teller_wake_next_job() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM procrastinate.procrastinate_jobs WHERE lock = OLD.lock AND status = 'todo'
    ) THEN
        PERFORM pg_notify(
            'procrastinate_queue_v1#' || OLD.queue_name,
            json_build_object('type', 'job_inserted', 'job_id', OLD.id)::text
        );
    END IF;
    RETURN NULL;
END;
$$;

CREATE TRIGGER teller_wake_next_job_after_update
    AFTER UPDATE OF status ON procrastinate.procrastinate_jobs
    FOR EACH ROW WHEN (OLD.status = 'doing' AND NEW.status <> 'todo')
    EXECUTE FUNCTION procrastinate.teller_wake_next_job();

CREATE TRIGGER teller_wake_next_job_after_delete
    AFTER DELETE ON procrastinate.procrastinate_jobs
    FOR EACH ROW WHEN (OLD.status = 'doing')
    EXECUTE FUNCTION procrastinate.teller_wake_next_job();
"""


def upgrade() -> None:
    op.execute("SET LOCAL search_path TO procrastinate")
    # Straight to the driver: several statements at once, and its % are no parameters.
    driver = op.get_bind().connection.dbapi_connection
    assert driver is not None
    driver.cursor().execute(SCHEMA.read_text(encoding="utf-8"))
    op.execute("SET LOCAL search_path TO teller, procrastinate, public")
    op.execute(WAKE_NEXT)


def downgrade() -> None:
    op.execute("DROP SCHEMA procrastinate CASCADE")
    op.execute("CREATE SCHEMA procrastinate")
