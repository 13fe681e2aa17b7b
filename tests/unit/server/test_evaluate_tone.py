"""Reading a labelled set for its tone: the way of `teller route`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from bot.intents.cues import read_cues
from bot.intents.tone import TONES
from evaluation.tone import Toned
from knowledge.language import LanguageDetector
from knowledge.signals import FROM
from knowledge.testing import make_article, make_base
from server.evaluate_tone import CUES, WORDS, hear, run
from server.settings import Settings

INTENTS = {
    "fee": {"topic": "withdraw_limits_fees", "handling": "answer", "label": "Fees"},
    "human_agent": {
        "topic": "human_agent",
        "handling": "handoff",
        "label": "Person",
        "needs_human": True,
    },
}
BASE = make_base([make_article("fees", intents=("fee",))], INTENTS)


class Listening:
    """Hears a threat in everything."""

    async def __call__(self, texts: Sequence[str]) -> Sequence[Mapping[str, Any]]:
        ranking = [{"name": "fee", "confidence": 0.9}]
        said = {"intent": ranking[0], "intent_ranking": ranking, "in_scope": 0.9}
        tone = {"threat": 0.9, "anger": 0.1}
        return [said | {"text": text, "tone": tone, "needs_human": 0.5} for text in texts]


async def test_a_message_is_read_as_live_traffic_is() -> None:
    texts = ["my lawyer will write", "what is the fee"]
    labelled = [Toned(text, "en", frozenset(), False) for text in texts]
    threat, question = await hear(labelled, Listening(), BASE, LanguageDetector(), read_cues(CUES))
    assert threat.tone["threat"] == 0.9
    assert threat.shown == {"threat"}
    assert threat.needs_human
    # The list of words knows better here.
    assert "threat" in threat.words
    assert "threat" not in question.words


def test_every_label_has_words_and_every_kind_exists() -> None:
    assert set(WORDS) == set(FROM) == set(TONES)
    known = set(read_cues(CUES).names)
    assert all(kinds <= known for kinds in WORDS.values())


async def test_a_bad_file_is_named_before_anything_starts(tmp_path: Path) -> None:
    console, progress = Console(quiet=True), Console(record=True, width=200, quiet=False)
    status = await run(
        Settings(),
        [tmp_path / "none.jsonl"],
        json_file=None,
        report=None,
        console=console,
        progress=progress,
    )
    assert status == 1
    assert "none.jsonl cannot be read" in progress.export_text()
