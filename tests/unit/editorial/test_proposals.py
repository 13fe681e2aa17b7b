"""What is proposed for a cluster: customers' and agents' own words, and nothing else."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from editorial.clusters import Vectors
from editorial.proposals import (
    Member,
    article_name,
    article_source,
    candidates,
    draft,
    phrasings,
    quoted,
    suggested,
    with_phrasings,
)
from knowledge.articles import parse_article
from knowledge.search import Candidate

ARTICLE = """---
id: gift-cards
title: Gift cards
topic: complaint_feedback
intents: [suggestion]
questions:
  - do you have gift cards
  - "can I gift: some btc"
owner: general
updated: 2026-11-10
review_by: 2027-05-10
---
There are none yet.

questions:
  - not these
"""


def unit(*values: float) -> Vectors:
    row = np.array([*values, *[0.0] * (4 - len(values))], np.float32)
    return row / np.linalg.norm(row)


def member(text: str, vector: Vectors | None = None, **more: str) -> Member:
    values = {"language": "en", "kind": "unclear", **more}
    return Member(text, vector=unit(1) if vector is None else vector, **values)  # type: ignore[arg-type]


class Found:
    """A search with a fixed answer."""

    def __init__(self, *scores: tuple[str, float]) -> None:
        self.scores = scores

    def search(
        self, text: str, *, count: int = 5, vector: Vectors | None = None
    ) -> list[Candidate]:
        return [
            Candidate(name, name.title(), "topic", score, score, 0.5, 0.5, 0.0)
            for name, score in self.scores[:count]
        ]


def test_phrasings_differ_and_every_language_has_its_share() -> None:
    found = phrasings(
        [
            member("do you have gift cards", unit(1)),
            member("do you have giftcards", unit(1, 0.01)),
            member("can i give btc as a present", unit(1, 1)),
            member("tenéis tarjetas regalo", unit(0, 1), language="es"),
        ]
    )

    assert [each["text"] for each in found if each["language"] == "en"] in (
        ["do you have gift cards", "can i give btc as a present"],
        ["do you have giftcards", "can i give btc as a present"],
    )
    assert [each["text"] for each in found if each["language"] == "es"] == [
        "tenéis tarjetas regalo"
    ]


@pytest.mark.parametrize(
    "text", ["a gift for [name] please", "help", "two\nlines of it", "word " * 40]
)
def test_a_text_about_one_person_or_a_whole_story_is_no_phrasing(text: str) -> None:
    assert phrasings([member(text)]) == []


def test_candidates_are_ranked_by_their_mean_over_the_members_in_their_languages() -> None:
    english, spanish = Found(("gifts", 0.6), ("fees", 0.3)), Found(("fees", 0.4), ("gifts", 0.3))

    found = candidates(
        [member("a"), member("b"), member("c", language="es")],
        {"en": english, "es": spanish},
        english,
    )

    assert [(each["article"], each["score"], each["first"]) for each in found] == [
        ("gifts", 0.5, 0.667),
        ("fees", 0.333, 0.333),
    ]
    assert suggested(found, None) == "phrasings"


def test_without_a_near_article_a_draft_is_suggested_where_somebody_has_answered() -> None:
    far = [{"article": "fees", "score": 0.1}]

    assert suggested(far, {"title": "x"}) == "draft"
    assert suggested(far, None) == "write"


def test_a_draft_is_the_answer_most_like_the_others_in_the_agents_own_words() -> None:
    members = [
        member("do you have gift cards", answer="We have none yet. Send coins instead."),
        member("gift cards?", answer="None yet, sorry; send coins instead."),
        member("do you sell presents", answer="Please see your e-mail."),
        member("no answer here"),
    ]
    answers = np.stack([unit(1, 0.1), unit(1), unit(0, 1)])

    found = draft(members, answers)

    assert found == {
        "language": "en",
        "title": "Do you have gift cards",
        "body": "We have none yet. Send coins instead.\n",
        "answers": 3,
    }


def test_an_answer_without_removed_details_is_preferred() -> None:
    members = [
        member("do you have gift cards", answer="I sent [amount] to [address] for you."),
        member("gift cards please", answer="We have none yet. Send coins instead."),
    ]

    found = draft(members, np.stack([unit(1), unit(0, 1)]))

    assert found is not None
    assert found["body"] == "We have none yet. Send coins instead.\n"


def test_without_an_answer_there_is_no_draft() -> None:
    assert draft([member("do you have gift cards")], np.zeros((0, 4), np.float32)) is None


def test_an_agents_words_become_no_template() -> None:
    members = [member("gift cards please", answer="# Hi\nUse {{ facts }} or {% raw %}.")]

    found = draft(members, unit(1)[None])

    assert found is not None
    assert found["body"] == "Hi\nUse { { facts }} or { % raw %}.\n"


def test_phrasings_are_added_to_the_list_and_nothing_else_changes() -> None:
    source = with_phrasings(ARTICLE, ["Do you have gift cards", "price: of a card?", "a present"])

    assert parse_article(source, "gift-cards", "en", source="x").questions == (
        "do you have gift cards",
        "can I gift: some btc",
        "price: of a card?",
        "a present",
    )
    assert source.replace('  - "price: of a card?"\n  - a present\n', "") == ARTICLE


def test_a_list_without_indentation_keeps_its_form() -> None:
    source = with_phrasings(ARTICLE.replace("\n  - ", "\n- "), ["a present"])

    assert "\n- a present\nowner:" in source


def test_an_article_without_the_list_is_refused() -> None:
    with pytest.raises(ValueError, match="questions"):
        with_phrasings(ARTICLE.replace("questions:", "questions: [a]"), ["b"])


def test_a_new_article_reads_back_as_it_was_meant() -> None:
    source = article_source(
        name="gift-cards",
        title="Gift cards: are there any?",
        topic="complaint_feedback",
        intents=["suggestion"],
        questions=["do you have gift cards", "yes", "#1 present"],
        owner="general",
        body="None yet.",
        today=date(2026, 11, 22),
    )

    article = parse_article(source, "gift-cards", "en", source="x")

    assert article.title == "Gift cards: are there any?"
    assert article.questions == ("do you have gift cards", "yes", "#1 present")
    assert article.body == "None yet.\n"
    assert (article.review_by - article.updated).days == 180


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Do you have gift cards?", "do-you-have-gift-cards"),
        ("¿Tenéis tarjetas?", "teneis-tarjetas-2"),
        ("Есть подарочные карты?", "draft-1"),
    ],
)
def test_an_id_is_made_of_the_titles_words(title: str, name: str) -> None:
    assert article_name(title, {"teneis-tarjetas"}, otherwise="draft-1") == name


@pytest.mark.parametrize("text", ["yes", "a: b", "- a", "#x", "12", "'a", "a #b", "{a}", "ok - b"])
def test_what_yaml_would_read_otherwise_is_quoted(text: str) -> None:
    assert quoted(text).startswith('"')
