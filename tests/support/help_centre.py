"""A small help centre for tests: its articles, and what stands for index and database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from conversations.database import Transactions
from knowledge.articles import Choices, Option
from knowledge.content import Content, in_language
from knowledge.errors import IndexUnavailableError
from knowledge.testing import make_article, make_base
from server.help.arrangement import Arrangement, Group
from server.help.counts import Counts, Vote

SITE = "https://help.acme.example"
READER = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"}
TODAY = date(2026, 11, 22)

INTENTS = {
    "fee": {"topic": "withdraw_limits_fees", "handling": "answer", "label": "Fees"},
    "apy": {"topic": "savings_earn", "handling": "answer", "label": "Savings"},
    "code": {"topic": "two_factor", "handling": "answer", "label": "Codes"},
}
FACTS = {
    "fee": 2,
    "exchange": {
        "name": "Acme",
        "site": "https://acme.example",
        "support_mail": "help@acme.example",
    },
    "assets": {
        "BTC": {"name": "Bitcoin", "networks": ["BTC"]},
        "USDT": {"name": "Tether", "networks": ["TRC20", "ERC20"]},
    },
    "networks": {
        "BTC": {"name": "Bitcoin"},
        "TRC20": {"name": "TRON (TRC20)"},
        "ERC20": {"name": "Ethereum (ERC20)"},
    },
}
ARTICLES = [
    make_article(
        "fees",
        title="Fees & <limits>",
        intents=("fee",),
        questions=("what does a withdrawal cost", "withdrawal fee"),
        body="It costs **{{ facts.fee }}**.\n\n## Steps\n1. Look\n\n"
        "| A | B |\n|---|---|\n| 1 | 2 |\n\n<script>alert(1)</script>\n\n"
        "[x](javascript:alert(1))\n\n## Steps\nMore.\n\n## Contact\nWrite.\n",
        follow_ups=("apy",),
    ),
    make_article(
        "fees",
        language="es",
        title="Comisiones",
        questions=("cuánto cuesta retirar",),
        updated=date(2026, 11, 12),
        body="Cuesta **{{ facts.fee }}**.\n",
    ),
    make_article(
        "apy",
        topic="savings_earn",
        title="Which savings?",
        choices=Choices(
            "Which?", (Option("Flexible ones", "flexible"), Option("Fixed ones", "fixed"))
        ),
    ),
    make_article("flexible", topic="savings_earn", title="Flexible savings", intents=("apy",)),
    make_article("fixed", topic="savings_earn", title="Fixed savings", intents=("apy",)),
    make_article(
        "code",
        topic="two_factor",
        title="Code for a coin",
        uses=("asset", "network"),
        body="For {{ asset or 'all' }} on {{ network or 'all' }}.\n",
    ),
    make_article("old", topic="two_factor", title="Gone stale", review_by=date(2026, 11, 21)),
    make_article("fresh", topic="two_factor", title="Last day", review_by=TODAY),
]
ARRANGEMENT = Arrangement(
    (Group("withdrawals", "arrow_out", ("withdraw_limits_fees",)), Group("earn", "coins", ())),
    ("fees", "old", "nowhere"),
)


# A searcher knows each article in one language; pages know all of them.
BASE = replace(
    make_base(in_language(ARTICLES, "en"), INTENTS, facts=FACTS), articles=tuple(ARTICLES)
)


class Held:
    """Stands for the published build; None while there is none."""

    def __init__(self) -> None:
        self.content: Content | None = BASE

    def get(self) -> Content:
        if self.content is None:
            raise IndexUnavailableError("None.")
        return self.content


class Counted(Counts):
    """Counts in lists instead of a database."""

    def __init__(self) -> None:
        super().__init__(no_database())
        self.votes: list[tuple[bytes, Vote]] = []

    @property
    def reads(self) -> dict[tuple[str, str], int]:
        return {(name, language): n for (name, language, _), n in self._unwritten.items()}

    async def vote(self, voter: bytes, vote: Vote) -> None:
        self.votes.append((voter, vote))


def no_database() -> Transactions:
    """What a test gives that must not reach a database."""

    class Nothing:
        def __getattr__(self, name: str) -> Any:
            raise AssertionError(f"{name}: no database in this test")

    nothing: Any = Nothing()
    checked: Transactions = nothing
    return checked
