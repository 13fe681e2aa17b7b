"""The exchange's own articles are found from messages that were not used to write or index them."""

from __future__ import annotations

import json
from pathlib import Path

from knowledge.base import KnowledgeBase
from knowledge.encoder import Encoder

ROOT = Path(__file__).parents[3]
HELD_OUT = ROOT / "tests" / "data" / "retrieval" / "paraphrases.en.jsonl"


def test_own_articles_are_found_by_held_out_paraphrases() -> None:
    encoder = Encoder(ROOT / "models" / "encoder", 2)
    base = KnowledgeBase.open(
        (ROOT / "models" / "index" / "current").resolve(), encoder, encoder.hash
    )
    rows = [json.loads(line) for line in HELD_OUT.read_text("utf-8").splitlines()]
    assert len(rows) >= 3 * 170
    searcher = base.searcher("en")
    # Without what the intent says: the articles have to be found by their own texts.
    found = [searcher.search(row["text"], count=3) for row in rows]
    first = [
        candidates[0].article in row["relevant"]
        for candidates, row in zip(found, rows, strict=True)
    ]
    assert sum(first) / len(first) >= 0.85
