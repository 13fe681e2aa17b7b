"""The messages in other languages, with their meaning in English: data/parallel.

Each file data/parallel/<language>/<topic>.tsv holds `intent<TAB>message<TAB>meaning` lines. They
are the source of two things: the classifier's training data data/nlu/<topic>.<language>.yml
(written by `python -m bot.parallel`), and the pairs by which the sentence encoder learns that both
columns mean the same (knowledge/tuning).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).parents[1]
_HEADER = (
    "# Written by `python -m bot.parallel` from data/parallel/{language}/{topic}.tsv: edit that.\n"
)


class ParallelError(Exception):
    """A line of data/parallel cannot be read; the message names it."""

    code = "parallel"


@dataclass(frozen=True)
class Pair:
    """One message, its intent, and its meaning in English."""

    intent: str
    text: str
    meaning: str


def read_pairs(path: Path) -> list[Pair]:
    """The lines of one file.

    Raises:
        ParallelError: a line has not three columns with something in each.
    """
    pairs = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        columns = [column.strip() for column in line.split("\t")]
        if len(columns) != 3 or not all(columns):
            raise ParallelError(
                f"{path}:{number}: expected intent, message and meaning, separated by tabs"
            )
        pairs.append(Pair(*columns))
    return pairs


def training_files(folder: Path) -> Iterator[tuple[str, str]]:
    """Name and content of every training file that follows from the folder data/parallel.

    A message that several languages share ("ok") stands in the first of them only.
    """
    seen: set[str] = set()
    for language in sorted(each.name for each in folder.iterdir() if each.is_dir()):
        for path in sorted((folder / language).glob("*.tsv")):
            pairs = sorted(read_pairs(path), key=lambda pair: pair.intent)
            blocks = []
            for intent, members in groupby(pairs, key=lambda pair: pair.intent):
                fresh = [pair.text for pair in members if pair.text.casefold() not in seen]
                seen.update(text.casefold() for text in fresh)
                lines = "".join(f"      - {text}\n" for text in fresh)
                blocks.append(f"  - intent: {intent}\n    examples: |\n{lines}")
            header = _HEADER.format(language=language, topic=path.stem)
            yield (
                f"{path.stem}.{language}.yml",
                f'{header}version: "3.1"\n\nnlu:\n' + "\n".join(blocks),
            )


def main() -> None:
    """Write data/nlu/<topic>.<language>.yml for every file of data/parallel."""
    target = ROOT / "data" / "nlu"
    count = 0
    for name, content in training_files(ROOT / "data" / "parallel"):
        (target / name).write_text(content, encoding="utf-8")
        count += 1
    sys.stdout.write(f"{count} files written to {target}\n")


if __name__ == "__main__":
    main()
