"""Reads and votes in a real database: added up by several servers, and outlasting its absence."""

from __future__ import annotations

import psycopg
import pytest

from server.database import Database
from server.help.counts import Counts, Vote


@pytest.fixture
def counts(database: Database) -> Counts:
    return Counts(database)


async def test_reads_of_several_servers_are_added_up(database: Database, counts: Counts) -> None:
    other = Counts(database)
    for number in range(3):
        counts.read("fees", "en", client=str(number))
    other.read("fees", "en", client="9")
    other.read("fees", "es", client="9")
    await counts.write()
    await other.write()
    await counts.write()
    counts.read("fees", "en", client="10")
    await counts.write()

    await other.look()
    assert other.standing.reads == {("fees", "en"): 5, ("fees", "es"): 1}
    assert other.standing.most_read("es") == ["fees"]


async def test_a_changed_vote_replaces_the_first(counts: Counts) -> None:
    voters = [bytes([number] * 16) for number in range(4)]
    for voter in voters:
        await counts.vote(voter, Vote("fees", "en", helpful=True))
    await counts.vote(voters[0], Vote("fees", "en", helpful=False))
    await counts.vote(voters[0], Vote("fees", "en", helpful=False, reason="unclear"))
    await counts.vote(voters[1], Vote("fees", "en", helpful=True, reason="unclear"))

    await counts.look()
    assert counts.standing.votes == {("fees", "en"): (3, 4)}
    assert counts.standing.most_helpful() == ["fees"]


async def test_what_is_stored_is_nobodys(
    database_url: str, database: Database, counts: Counts
) -> None:
    counts.read("fees", "en", client="203.0.113.7")
    await counts.write()
    await counts.vote(b"x" * 16, Vote("fees", "en", helpful=False, reason="outdated"))
    with psycopg.connect(database_url) as connection:
        columns = connection.execute(
            "SELECT table_name, column_name FROM information_schema.columns "
            "WHERE table_schema = 'teller' AND table_name LIKE 'help_%'"
        ).fetchall()
    assert {column for table, column in columns if table == "help_reads"} == {
        "article",
        "language",
        "day",
        "reads",
    }
    assert {column for table, column in columns if table == "help_votes"} == {
        "voter",
        "article",
        "language",
        "day",
        "helpful",
        "reason",
    }


async def test_old_reads_and_votes_no_longer_rank(
    database_url: str, database: Database, counts: Counts
) -> None:
    counts.read("fees", "en", client="a")
    await counts.write()
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "INSERT INTO teller.help_reads VALUES "
            "('old', 'en', current_date - 31, 100), ('fees', 'en', current_date - 20, 7)"
        )
        connection.execute(
            "INSERT INTO teller.help_votes SELECT decode(md5(n::text), 'hex'), 'old', 'en', "
            "current_date - 181, true, NULL FROM generate_series(1, 9) n"
        )
    await counts.look()
    assert counts.standing.reads == {("fees", "en"): 8}
    assert counts.standing.votes == {}


async def test_reads_are_kept_while_the_database_is_away(
    database_url: str, database: Database
) -> None:
    gone = Database(database_url.replace("/test_", "/gone_"), pool_size=1)
    counts = Counts(gone)
    counts.read("fees", "en", client="a")
    with pytest.raises(Exception, match="does not exist"):
        await counts.write()
    counts.read("fees", "en", client="b")
    await counts.stop()
    await gone.close()

    counts._database = database
    await counts.write()
    await counts.look()
    assert counts.standing.reads == {("fees", "en"): 2}
    assert counts.standing.number == 1
    await counts.look()
    assert counts.standing.number == 1
