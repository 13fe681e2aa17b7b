"""`python -m bench.wishes`: messages with several wishes, by the whole pipeline.

Recall: of the messages with two or three wishes, those that are divided. Precision: of those that
are divided, those that have several. Topics: of the messages with several wishes, those whose
topics are all right; first: those whose treated wish is the most urgent one. The messages of
tests/data/routing and tests/data/retrieval have one wish each, so far as their writers knew.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from knowledge.language import LanguageDetector
from server.offline import assistant
from server.route import ChannelParser, Line, open_base, route_lines
from server.settings import ROOT, Settings

DATA = ROOT / "tests" / "data"


def topics_right(expected: list[str], found: list[str]) -> bool:
    """Whether each expected topic ("a|b" accepts either) was found, and nothing beside them."""
    if len(expected) != len(found):
        return False
    left = list(found)
    for accepted in sorted(expected, key=len):
        match = next((topic for topic in left if topic in accepted.split("|")), None)
        if match is None:
            return False
        left.remove(match)
    return True


def share(values: Iterable[bool]) -> str:
    """How many of the values are true, and their share."""
    listed = list(values)
    return f"{sum(listed):3} of {len(listed):3} ({sum(listed) / max(1, len(listed)):.3f})"


async def main() -> None:
    """Print the figures; with --errors also every message that was divided or joined wrongly."""
    wishes = [row for path in sorted((DATA / "wishes").glob("*.jsonl")) for row in _read(path)]
    single = [
        row
        for path in sorted([*(DATA / "routing").glob("*.jsonl"), *(DATA / "retrieval").glob("*")])
        for row in _read(path)
    ]
    rows = [*wishes, *single]
    lines = [Line(number, number, row["text"]) for number, row in enumerate(rows, 1)]
    settings = Settings.load()
    async with assistant(settings) as client:
        results = await route_lines(
            lines, ChannelParser(client), open_base(settings), LanguageDetector()
        )
    decided = list(zip(rows, results, strict=True))
    by_language: dict[str, list[Any]] = defaultdict(list)
    for row, result in decided[: len(wishes)]:
        by_language["all"].append((row, result))
        by_language[row["language"]].append((row, result))
    for language, pairs in by_language.items():
        several = [(row, result) for row, result in pairs if len(row["topics"]) > 1]
        alone = [(row, result) for row, result in pairs if len(row["topics"]) == 1]
        divided = [row for row, result in pairs if result["wishes"]]
        print(f"{language:3} recall    {share(bool(result['wishes']) for _, result in several)}")
        print(f"    precision {share(len(row['topics']) > 1 for row in divided)}")
        print(f"    one wish divided {share(bool(result['wishes']) for _, result in alone)}")
        print(
            "    topics    "
            + share(topics_right(row["topics"], _topics(result)) for row, result in several)
        )
        print(
            "    first     "
            + share(result["topic"] in row["topics"][0].split("|") for row, result in several)
        )
    wrong = [(row, result) for row, result in decided[len(wishes) :] if result["wishes"]]
    print(f"of {len(single)} messages of other sets divided: {len(wrong)}")
    if "--errors" in sys.argv:
        for row, result in decided:
            several = len(row.get("topics", [""])) > 1
            if several != bool(result["wishes"]):
                print(f"{row.get('topics')} -> {_topics(result)}: {row['text']}")


def _topics(result: dict[str, Any]) -> list[str]:
    return [wish["topic"] for wish in result["wishes"]] or [result["topic"]]


def _read(path: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


if __name__ == "__main__":
    asyncio.run(main())
