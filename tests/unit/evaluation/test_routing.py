"""Figures of decisions, computed by hand, and the reader of labelled sets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaluation.errors import TableError
from evaluation.routing import Labelled, Routed, confusions, measure, read_labelled

FEE = frozenset({"withdrawal-fees"})
NONE: frozenset[str] = frozenset()


def labelled(
    topic: str = "withdraw_limits_fees",
    *,
    person: bool = False,
    articles: frozenset[str] = FEE,
    decisions: tuple[str, ...] = ("answer",),
    language: str = "en",
) -> Labelled:
    return Labelled("text", language, topic, person, articles, frozenset(decisions))


def routed(
    decision: str,
    *,
    topic: str = "withdraw_limits_fees",
    person: bool = False,
    article: str | None = None,
    offered: frozenset[str] = NONE,
    language: str = "en",
) -> Routed:
    return Routed(topic, person, decision, article, language, offered)


def test_answers_count_at_once_or_after_a_question() -> None:
    truth = [labelled() for _ in range(5)]
    found = [
        routed("answer", article="withdrawal-fees"),
        routed("answer", article="maker-taker"),
        routed("clarify", offered=frozenset({"maker-taker", "withdrawal-fees"})),
        routed("clarify", offered=frozenset({"maker-taker"})),
        routed("handoff", person=True),
    ]
    figures = measure(truth, found)["all"]
    assert (figures.answers, figures.answers_right) == (2, 0.5)
    assert (figures.answerable, figures.answered_at_once, figures.answered) == (5, 0.2, 0.4)
    assert figures.decision_accuracy == pytest.approx(2 / 5)


def test_only_messages_that_an_article_may_answer_are_answerable() -> None:
    truth = [
        labelled(articles=NONE, decisions=("smalltalk",)),
        labelled(person=True, decisions=("handoff",)),
        labelled(decisions=("answer", "handoff")),
    ]
    figures = measure(truth, [routed("handoff")] * 3)["all"]
    assert (figures.answerable, figures.answered) == (1, 0.0)
    assert figures.decision_accuracy == pytest.approx(2 / 3)
    assert (figures.answers, figures.answers_right) == (0, None)


def test_recall_and_precision_of_persons() -> None:
    truth = [labelled(person=person) for person in (True, True, True, False, False)]
    found = [routed("handoff", person=person) for person in (True, True, False, True, False)]
    figures = measure(truth, found)["all"]
    assert figures.needs_human_recall == pytest.approx(2 / 3)
    assert figures.needs_human_precision == pytest.approx(2 / 3)


def test_nobody_needed_and_nobody_called_is_no_share() -> None:
    figures = measure([labelled()], [routed("clarify")])["all"]
    assert figures.needs_human_recall is None
    assert figures.needs_human_precision is None


def test_languages_are_measured_apart() -> None:
    truth = [labelled(language="ru"), labelled(language="en"), labelled(language="ru")]
    found = [
        routed("clarify", language="ru"),
        routed("clarify"),
        routed("clarify", topic="greeting"),
    ]
    figures = measure(truth, found)
    assert list(figures) == ["en", "ru", "all"]
    assert [each.messages for each in figures.values()] == [1, 2, 3]
    assert [each.topic_accuracy for each in figures.values()] == [1.0, 0.5, pytest.approx(2 / 3)]
    assert figures["ru"].language_accuracy == 0.5
    assert confusions(truth, found) == [("withdraw_limits_fees", "greeting", 1)]


def line(**changed: object) -> str:
    row: dict[str, object] = {
        "id": "en-1",
        "text": "what is the fee",
        "language": "en",
        "topic": "withdraw_limits_fees",
        "needs_human": False,
        "articles": ["withdrawal-fees"],
        "decision": ["answer", "clarify"],
    }
    return json.dumps({**row, **changed}) + "\n"


def test_a_set_is_read(tmp_path: Path) -> None:
    path = tmp_path / "en.jsonl"
    path.write_text("\ufeff" + line() + "\n" + line(needs_human=True))
    first, second = read_labelled(path)
    assert first == Labelled(
        "what is the fee",
        "en",
        "withdraw_limits_fees",
        False,
        FEE,
        frozenset({"answer", "clarify"}),
    )
    assert first.answerable
    assert second.needs_human


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("{\n", "line 1: not JSON"),
        ("[1]\n", "line 1: not a JSON object"),
        (line() + line(topic=None), 'line 2: "topic" is missing'),
        (line() + "\n" + line(needs_human="no"), 'line 3: "needs_human" is missing or of another'),
        (line() + line(articles="withdrawal-fees"), 'line 2: "articles"'),
        ("", "holds no messages"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, content: str, problem: str) -> None:
    path = tmp_path / "en.jsonl"
    path.write_text(content)
    with pytest.raises(TableError) as caught:
        read_labelled(path)
    assert problem in str(caught.value)


def test_a_line_in_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "en.jsonl"
    path.write_bytes(line().encode() + b'{"text": "caf\xe9"}\n')
    with pytest.raises(TableError, match="line 2: not UTF-8 text"):
        read_labelled(path)


def test_our_own_sets_can_be_read() -> None:
    folder = Path(__file__).parents[2] / "data" / "routing"
    sizes = {path.stem: len(read_labelled(path)) for path in folder.glob("*.jsonl")}
    assert sizes.keys() >= {"en", "es", "pt", "ru", "tr", "vi"}
    assert min(sizes.values()) >= 60
    assert sum(sizes.values()) >= 600
