"""`python -m bench.recall`: own articles found by held-out paraphrases, by the whole pipeline."""

from __future__ import annotations

import asyncio
import json

from knowledge.language import LanguageDetector
from server.offline import assistant
from server.route import ChannelParser, Line, open_base, route_lines
from server.settings import ROOT, Settings

HELD_OUT = ROOT / "tests" / "data" / "retrieval" / "paraphrases.en.jsonl"


async def main() -> None:
    """Print Recall@1 and @3 with the intent as a prior, and how the answers given fared."""
    settings = Settings.load()
    rows = [json.loads(line) for line in HELD_OUT.read_text("utf-8").splitlines()]
    lines = [Line(number, number, row["text"], "en") for number, row in enumerate(rows, 1)]
    async with assistant(settings) as client:
        results = await route_lines(
            lines, ChannelParser(client), open_base(settings), LanguageDetector()
        )
    first = third = answered = right = 0
    for row, result in zip(rows, results, strict=True):
        found = [each["article"] for each in result["alternatives"] if "article" in each]
        first += bool(set(found[:1]) & set(row["relevant"]))
        third += bool(set(found[:3]) & set(row["relevant"]))
        if result["decision"] == "answer":
            answered += 1
            right += result["article"] in row["relevant"]
    print(f"{len(rows)} paraphrases: Recall@1 {first / len(rows):.3f}, @3 {third / len(rows):.3f}")
    print(f"answered {answered}, of these right {right} ({right / max(answered, 1):.3f})")


if __name__ == "__main__":
    asyncio.run(main())
