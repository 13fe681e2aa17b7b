"""The messages in other languages: complete, well-formed, without duplicates or contradictions."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from bot.parallel import ParallelError, read_pairs, training_files

ROOT = Path(__file__).parents[3]
PARALLEL = ROOT / "data" / "parallel"
INTENTS = yaml.safe_load((ROOT / "data" / "intents.yml").read_text("utf-8"))
LANGUAGES = ("es", "ru", "tr", "vi", "pt")


def rows(language: str) -> list[tuple[str, str, str, str]]:
    """Topic, intent, message and meaning of every line."""
    found = []
    for path in sorted((PARALLEL / language).glob("*.tsv")):
        for line in path.read_text("utf-8").splitlines():
            columns = line.split("\t")
            assert len(columns) == 3, f"{path.name}: {line!r}"
            found.append((path.stem, *columns))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_intent_has_enough_messages(language: str) -> None:
    counts = Counter(intent for _, intent, _, _ in rows(language))
    assert set(counts) == set(INTENTS)
    assert min(counts.values()) >= 20


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_stands_in_its_topics_file_and_says_something(language: str) -> None:
    for topic, intent, message, meaning in rows(language):
        assert INTENTS[intent]["topic"] == topic
        assert message.strip()
        assert meaning.strip()
        assert not message.startswith("/")


@pytest.mark.parametrize("language", LANGUAGES)
def test_none_stands_twice_or_under_two_intents(language: str) -> None:
    counts = Counter(message.casefold() for _, _, message, _ in rows(language))
    assert [message for message, count in counts.items() if count > 1] == []


def test_the_training_files_are_what_the_messages_give() -> None:
    written = dict(training_files(PARALLEL))
    folder = ROOT / "data" / "nlu"
    assert {path.name for path in folder.glob("*.*.yml")} == set(written)
    stale = [name for name, text in written.items() if (folder / name).read_text("utf-8") != text]
    assert stale == [], "run python -m bot.parallel"


def test_a_bad_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "greeting.tsv"
    path.write_text("greeting\thola\thello\ngreeting\thola\n", "utf-8")
    with pytest.raises(ParallelError, match=r"greeting\.tsv:2"):
        read_pairs(path)
