"""Training messages become further phrasings of the articles that answer them."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.articles import Choices, Option
from knowledge.errors import IntentsError
from knowledge.messages import Message, message_passages, read_messages
from knowledge.passages import Kind
from knowledge.testing import make_article, make_base

NLU = """version: "3.1"
nlu:
- intent: fee
  examples: |
    - what does it cost
    - fees - all of them
    - what does it cost
- synonym: x
  examples: |
    - y
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "fees.yml").write_text(NLU)
    (tmp_path / "fees.es.yml").write_text(NLU.replace("what does it cost", "cuanto cuesta"))
    return tmp_path


def test_messages_are_read_by_language_and_once(folder: Path) -> None:
    assert read_messages(folder, "en") == [
        Message("what does it cost", "fee"),
        Message("fees - all of them", "fee"),
    ]
    assert read_messages(folder, "es")[0].text == "cuanto cuesta"
    assert read_messages(folder, "ru") == []


@pytest.mark.parametrize("text", ["", "nlu: 3", "nlu:\n- intent: a\n", "a: ["])
def test_a_damaged_file_is_named(folder: Path, text: str) -> None:
    (folder / "fees.yml").write_text(text)
    with pytest.raises(IntentsError, match=r"fees\.yml"):
        read_messages(folder, "en")


def test_a_message_goes_to_the_nearest_article_of_its_intent() -> None:
    choices = Choices("?", (Option("A", "fees"), Option("B", "why")))
    articles = [
        make_article("fees", intents=("fee",), questions=("what does sending cost",)),
        make_article("why", intents=("fee",), questions=("reason behind charges",)),
        make_article("which", intents=("fee",), questions=("cost",), choices=choices),
        make_article("other", intents=("limit",)),
    ]
    row = {"topic": "withdraw_limits_fees", "handling": "answer", "label": "L"}
    searcher = make_base(articles, {"fee": row, "limit": row}).searchers["en"]
    found = message_passages(
        [
            Message("cost of sending", "fee"),
            Message("the reason for charges", "fee"),
            Message("hello", "greeting"),
        ],
        articles,
        searcher,
    )
    assert [(passage.article, passage.kind) for passage in found] == [
        ("fees", Kind.MESSAGE),
        ("why", Kind.MESSAGE),
    ]
