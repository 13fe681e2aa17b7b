"""Sentences by key, with placeholders and variants that follow from the message."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from knowledge.errors import ResponsesError
from knowledge.gate import REASONS
from knowledge.intents import Handling, Intents
from knowledge.responses import Responses
from knowledge.signals import Signal

REPOSITORY = Path(__file__).parents[3]


def write(folder: Path, **languages: str) -> Responses:
    for language, text in languages.items():
        (folder / f"{language}.yml").write_text(text)
    return Responses.load(folder)


def test_a_sentence_is_filled_and_borrowed_from_english(tmp_path: Path) -> None:
    said = write(tmp_path, en="a:\n  b: Hi {name}\n  c: Bye\n", es="a:\n  b: Hola {name}\n")
    assert said.say("a.b", "es", name="Ana") == "Hola Ana"
    assert said.say("a.c", "es") == "Bye"
    assert said.say("a.b", "xx", name="{b}") == "Hi {b}"
    assert said.languages == ("en", "es")


def test_the_same_message_gets_the_same_wording(tmp_path: Path) -> None:
    said = write(tmp_path, en="a: [one, two, three]\n")
    assert {said.say("a", seed=number) for number in range(3)} == {"one", "two", "three"}
    assert said.say("a", seed="x") == said.say("a", seed="x")


def test_what_is_missing_is_told(tmp_path: Path) -> None:
    said = write(tmp_path, en="a: Hi {name}\n")
    with pytest.raises(ResponsesError, match="no response b"):
        said.say("b")
    with pytest.raises(ResponsesError, match="needs a value"):
        said.say("a")


@pytest.mark.parametrize("text", ["a: 3\n", "a: []\n", "- x\n", "a: [", "a: ''\n"])
def test_a_damaged_file_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(ResponsesError):
        write(tmp_path, en=text)


def test_english_is_there(tmp_path: Path) -> None:
    with pytest.raises(ResponsesError, match="en"):
        write(tmp_path, es="a: b\n")


def test_ours_say_something_for_every_decision() -> None:
    said = Responses.load()
    table = Intents.load(REPOSITORY / "data" / "intents.yml")
    for row in table.with_handling(Handling.SMALLTALK):
        assert said.has(f"smalltalk.{row.name}"), row.name
    for row in table.with_handling(Handling.DECLINE):
        assert said.has(f"decline.{row.topic}"), row.topic
    reasons = {*REASONS.values(), *(signal.value for signal in Signal)}
    for reason in (*reasons, "second_clarification", "no_article", "assistant_failed", "default"):
        assert said.has(f"handoff.{reason}"), reason
    for topic in {row.topic for row in table.with_handling(Handling.ANSWER)}:
        assert said.has(f"topic.{topic}"), topic


def test_ours_fill_with_what_is_given_where_they_are_said() -> None:
    said = Responses.load()
    given = {
        "notice.agent_joined": {"name"},
        "notice.agent_left": {"name"},
        "language.unsupported": {"languages"},
        "help.updated": {"date"},
        "help.date": {"day", "month", "year"},
        "help.results": {"query"},
        "help.results_in": {"name"},
        "help.nothing": {"query"},
        "help.search_count": {"count"},
        "help.articles_one": {"count"},
        "help.articles_few": {"count"},
        "help.articles_many": {"count"},
        "wishes.also": {"others"},
        "wishes.answered": {"title"},
        "wishes.passed_on": {"others"},
        "check.wanted": {"fields"},
        "article.holds_in": {"places"},
    }
    for key in said.names():
        extra = said.placeholders(key) - given.get(key, set())
        assert extra <= {"exchange"}, key


def test_a_handoff_never_promises_a_time_and_warns_where_secrets_are_near() -> None:
    said = Responses.load()
    for key in said.names():
        if key.startswith("handoff."):
            for number in range(3):
                text = said.say(key, seed=number, exchange="X")
                assert not re.search(r"\d+ (?:minutes|hours|seconds)", text), key
    danger = said.say("handoff.account_danger", exchange="X")
    assert "code" in danger
    assert "Freeze" in danger
