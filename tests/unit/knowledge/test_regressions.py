"""Questions that must still be found after a build."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from knowledge.articles import load_articles
from knowledge.intents import Intents
from knowledge.regressions import Regression, RegressionsError, read_regressions, regress
from knowledge.testing import WordEncoder, make_article, make_base

ROOT = Path(__file__).resolve().parents[3]


def a_base():  # type: ignore[no-untyped-def]
    articles = [
        make_article("fees", questions=("what does a withdrawal cost",)),
        make_article("limits", questions=("how much can i withdraw in a day",)),
        make_article("password", questions=("i forgot my password",)),
        make_article("passkey", questions=("sign in with a passkey",)),
        make_article("tax", questions=("tax statement of the year",)),
    ]
    row = {"topic": "withdraw_limits_fees", "handling": "answer", "label": "Fees"}
    return make_base(articles, {"withdraw_fee": row})


def test_what_is_found_is_counted_and_what_is_not_is_told() -> None:
    outcome = regress(
        a_base(),
        WordEncoder(),
        [
            Regression("what does a withdrawal cost", "fees", place="set:1"),
            Regression("withdraw in a day, forgot my password", "tax", place="set:2"),
            Regression("anything", "gone", place="set:3"),
        ],
    )
    assert (outcome.asked, outcome.first) == (3, 1)
    assert outcome.lost[0].startswith(
        "set:2: 'withdraw in a day, forgot my password' no longer finds the article"
    )
    assert "found instead: " in outcome.lost[0]
    assert "password" in outcome.lost[0].partition("found instead: ")[2]
    assert outcome.lost[1].endswith("no longer finds the article gone; it is not there")


def test_a_set_that_is_absent_is_empty(tmp_path: Path) -> None:
    assert read_regressions(tmp_path / "none.jsonl") == []
    assert read_regressions(None) == []


@pytest.mark.parametrize("line", ["{", "[]", '{"text": "a"}', '{"text": "", "article": "fees"}'])
def test_a_line_that_is_none_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps({"text": "a", "article": "b"}) + "\n" + line + "\n")
    with pytest.raises(RegressionsError, match=r"set\.jsonl:2: "):
        read_regressions(path)


def test_our_own_set_asks_for_articles_that_exist_and_never_in_their_own_words() -> None:
    regressions = read_regressions(ROOT / "knowledge" / "regressions.jsonl")
    articles = load_articles(ROOT / "knowledge" / "articles")
    ids = {article.id for article in articles}
    topics = Intents.load(ROOT / "data" / "intents.yml").topics
    phrasings = {text.casefold() for article in articles for text in article.questions}
    assert len(regressions) >= 60
    assert len({each.text.casefold() for each in regressions}) == len(regressions)
    assert [each for each in regressions if each.article not in ids] == []
    assert [each for each in regressions if each.text.casefold() in phrasings] == []
    covered = {a.topic for a in articles if a.id in {each.article for each in regressions}}
    assert len(covered) >= len(topics) // 2
