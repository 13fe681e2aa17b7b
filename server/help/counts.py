"""How often articles are read and whether they helped: counted beside the pages, never before them.

Reads are added up in memory and written together every few seconds. What is most read and most
helpful is looked up at the same time and held, so that no page ever waits for the database.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType

import structlog
from sqlalchemy import Integer, cast, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.database import Transactions
from conversations.rates import RateLimit
from server.database import is_passing
from server.help.tables import help_reads, help_votes

WRITE_EVERY = 5.0
# What is most read is that of a month; an article is judged by the votes of half a year.
READ_DAYS = 30
VOTE_DAYS = 180
# With fewer votes an article is not called helpful, however good they are.
LEAST_VOTES = 3
# Who opens an article again within this time has read it once.
SAME_READ_SECONDS = 1800
# Why an article did not help; the texts are `help.reason.<name>` of data/responses.
REASONS = ("unclear", "incomplete", "outdated", "unsolved")

# Machines that read pages: crawlers, previews, monitors, scripts.
_MACHINES = re.compile(
    r"(?<!cu)bot\b|crawl|spider|slurp|preview|facebookexternal|whatsapp|scan|"
    r"monitor|uptime|pingdom|lighthouse|headless|phantom|curl|wget|python|httpx|aiohttp|requests|"
    r"axios|node-fetch|go-http|java/|okhttp|libwww|scrapy|archiver|feed",
    re.IGNORECASE,
)

log = structlog.get_logger()

Key = tuple[str, str]
Reads = Mapping[Key, int]
Votes = Mapping[Key, tuple[int, int]]


@dataclass(frozen=True)
class Vote:
    """Whether an article in a language helped, and why not where that was told."""

    article: str
    language: str
    helpful: bool
    reason: str | None = None


@dataclass(frozen=True)
class Standing:
    """What readers made of the articles: reads, and helpful and all votes, by article and
    language. `number` rises with each look.
    """

    number: int = 0
    reads: Reads = field(default_factory=lambda: MappingProxyType({}))
    votes: Votes = field(default_factory=lambda: MappingProxyType({}))

    def most_read(self, language: str) -> list[str]:
        """Ids of articles by reads in the language, then by reads in any."""
        everywhere: Counter[str] = Counter()
        for (article, _), reads in self.reads.items():
            everywhere[article] += reads
        return sorted(
            everywhere,
            key=lambda name: (-self.reads.get((name, language), 0), -everywhere[name], name),
        )

    def most_helpful(self) -> list[str]:
        """Ids of articles by how surely they help their readers, in whichever language."""
        helpful: Counter[str] = Counter()
        asked: Counter[str] = Counter()
        for (article, _), (good, all_) in self.votes.items():
            helpful[article] += good
            asked[article] += all_
        sure = {
            name: lower_bound(helpful[name], asked[name])
            for name in asked
            if asked[name] >= LEAST_VOTES and 2 * helpful[name] > asked[name]
        }
        return sorted(sure, key=lambda name: (-sure[name], name))


def lower_bound(good: int, asked: int, z: float = 1.96) -> float:
    """The share of readers that an article surely helps: Wilson's lower bound at 95 %.

    Nine of ten votes count for less than ninety of a hundred (E. B. Wilson, JASA 22, 1927).
    """
    if asked == 0:
        return 0.0
    share = good / asked
    spread = z * math.sqrt(share * (1 - share) / asked + z * z / (4 * asked * asked))
    return (share + z * z / (2 * asked) - spread) / (1 + z * z / asked)


def is_machine(agent: str | None) -> bool:
    """Whether a user agent is a program's: its reads and votes say nothing about readers."""
    return not agent or _MACHINES.search(agent) is not None


class Counts:
    """Reads and votes of one server process."""

    def __init__(self, database: Transactions, *, write_every: float = WRITE_EVERY) -> None:
        """Opens nothing; `run` does the work."""
        self.standing = Standing()
        self._database = database
        self._write_every = write_every
        self._unwritten: Counter[tuple[str, str, date]] = Counter()
        self._seen = RateLimit(rate=1 / SAME_READ_SECONDS, burst=1)

    def read(self, article: str, language: str, *, client: str) -> None:
        """Count a read; `client` tells reloads from readers and is forgotten within the hour."""
        if not self._seen.take((client, article, language)):
            self._unwritten[article, language, _today()] += 1

    async def vote(self, voter: bytes, vote: Vote) -> None:
        """Keep a vote; the same voter's second one replaces the first."""
        given = {"helpful": vote.helpful, "reason": None if vote.helpful else vote.reason}
        statement = insert(help_votes).values(
            voter=voter, article=vote.article, language=vote.language, day=_today(), **given
        )

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(
                statement.on_conflict_do_update(index_elements=["voter"], set_=given)
            )

        await self._database.run(work)

    async def run(self) -> None:
        """Write and look every few seconds until cancelled."""
        while True:
            try:
                await self.write()
                await self.look()
            except Exception as error:
                if not is_passing(error):
                    log.error("help_counts_failed", error=type(error).__name__, exc_info=error)
            await asyncio.sleep(self._write_every)

    async def stop(self) -> None:
        """Write what is left, if the database is there."""
        with contextlib.suppress(Exception):
            await self.write()

    async def write(self) -> None:
        """Add the reads since the last time to those of the day; what fails is kept for the next
        time.
        """
        if not self._unwritten:
            return
        taken, self._unwritten = self._unwritten, Counter()
        statement = insert(help_reads).values(
            [
                {"article": article, "language": language, "day": day, "reads": reads}
                # In one order everywhere: two servers that write at once must not wait for each
                # other in a circle.
                for (article, language, day), reads in sorted(taken.items())
            ]
        )

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["article", "language", "day"],
                    set_={"reads": help_reads.c.reads + statement.excluded.reads},
                )
            )

        try:
            await self._database.run(work, patience=0)
        except BaseException:
            self._unwritten.update(taken)
            raise

    async def look(self) -> None:
        """Take up what all servers have counted."""
        today = _today()
        reads = (
            select(help_reads.c.article, help_reads.c.language, func.sum(help_reads.c.reads))
            .where(help_reads.c.day > today - timedelta(days=READ_DAYS))
            .group_by(help_reads.c.article, help_reads.c.language)
        )
        votes = (
            select(
                help_votes.c.article,
                help_votes.c.language,
                func.sum(cast(help_votes.c.helpful, Integer)),
                func.count(),
            )
            .where(help_votes.c.day > today - timedelta(days=VOTE_DAYS))
            .group_by(help_votes.c.article, help_votes.c.language)
        )

        async def work(
            connection: AsyncConnection,
        ) -> tuple[dict[Key, int], dict[Key, tuple[int, int]]]:
            return (
                {(row[0], row[1]): int(row[2]) for row in await connection.execute(reads)},
                {
                    (row[0], row[1]): (int(row[2]), int(row[3]))
                    for row in await connection.execute(votes)
                },
            )

        found_reads, found_votes = await self._database.read(work)
        before = self.standing
        if (found_reads, found_votes) != (before.reads, before.votes):
            self.standing = Standing(before.number + 1, found_reads, found_votes)


def _today() -> date:
    return datetime.now(UTC).date()
