"""The help centre's parts, put together for one server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from conversations.database import Transactions
from knowledge.content import Content
from knowledge.live import Live
from knowledge.responses import Responses
from server.help.arrangement import Arrangement
from server.help.counts import Counts
from server.help.pages import HelpPages
from server.help.search import Finder
from server.help.voters import Voters
from server.settings import ROOT, Settings

SCRIPTS = ROOT / "server" / "static" / "help" / "assets"


@dataclass(frozen=True)
class HelpCentre:
    """Everything that the help centre's addresses need."""

    pages: HelpPages
    finder: Finder
    counts: Counts
    voters: Voters
    site_url: str

    @classmethod
    def create(cls, settings: Settings, database: Transactions) -> Self:
        """From the settings; loads and opens nothing yet but the texts.

        Raises:
            KnowledgeError: the responses cannot be read.
            ArrangementError: data/help.yml cannot be used.
        """
        responses = Responses.load()
        counts = Counts(database)
        built = sorted(SCRIPTS.glob("help.*.js"))
        pages = HelpPages(
            Live(settings.index, Content.load),
            responses,
            site_url=settings.site_url,
            arrangement=Arrangement.load(),
            script=f"/help/assets/{built[-1].name}" if built else None,
            standing=lambda: counts.standing,
        )
        return cls(
            pages=pages,
            finder=Finder(settings.index, settings.encoder, pages.languages),
            counts=counts,
            voters=Voters(settings.secret()),
            site_url=settings.site_url,
        )

    async def close(self) -> None:
        """Write what was counted and start no more searches."""
        self.finder.close()
        await self.counts.stop()
