"""Deciding a labelled set: the way of `teller route`, and where an offered choice would lead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from evaluation.routing import Labelled
from knowledge.language import LanguageDetector
from knowledge.testing import make_article, make_base
from server.evaluate_routing import route_labelled, run
from server.settings import Settings

INTENTS = {
    "fee": {"topic": "withdraw_limits_fees", "handling": "answer", "label": "Fees"},
    "limit": {"topic": "withdraw_limits_fees", "handling": "answer", "label": "Limits"},
    "human_agent": {
        "topic": "human_agent",
        "handling": "handoff",
        "label": "Person",
        "needs_human": True,
    },
    "secret_shared": {
        "topic": "secret_shared",
        "handling": "handoff",
        "label": "Secret",
        "needs_human": True,
        "priority": "urgent",
        "team": "security",
    },
    "unintelligible": {"topic": "unintelligible", "handling": "decline", "label": "Unreadable"},
}
BASE = make_base(
    [
        make_article("fees", intents=("fee",), questions=("what is the withdrawal fee",)),
        make_article("limits", intents=("limit",), questions=("how much can i take out",)),
    ],
    INTENTS,
)


VAGUE = "could you please tell me something about that"


class Torn:
    """Understands everything as a question about fees or limits, hardly more the one."""

    async def __call__(self, texts: Sequence[str]) -> Sequence[Mapping[str, Any]]:
        ranking = [{"name": "fee", "confidence": 0.45}, {"name": "limit", "confidence": 0.4}]
        return [
            {"text": text, "intent": ranking[0], "intent_ranking": ranking, "in_scope": 0.9}
            for text in texts
        ]


def message(text: str) -> Labelled:
    return Labelled(text, "en", "withdraw_limits_fees", False, frozenset(), frozenset())


async def test_choices_are_followed_to_their_articles() -> None:
    [asked] = await route_labelled([message(VAGUE)], Torn(), BASE, LanguageDetector())
    assert asked.decision == "clarify"
    assert asked.article is None
    assert asked.offered == {"fees", "limits"}


async def test_what_is_not_asked_back_offers_nothing() -> None:
    secret = "my seed is " + "abandon " * 11 + "about"
    handed, asked = await route_labelled(
        [message(secret), message(VAGUE)], Torn(), BASE, LanguageDetector()
    )
    assert (handed.decision, handed.topic, handed.needs_human) == ("handoff", "secret_shared", True)
    assert handed.offered == frozenset()
    assert asked.offered


async def test_a_bad_file_ends_it_before_the_assistant_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "en.jsonl"
    path.write_text("{}\n")
    status = await run(
        Settings(),
        [path],
        json_file=None,
        report=None,
        console=Console(),
        progress=Console(soft_wrap=True),
    )
    assert status == 1
    assert f'{path}, line 1: "text" is missing' in capsys.readouterr().out
