"""Search fuses meaning, words and intent, always in the same order."""

from __future__ import annotations

import numpy as np

from knowledge.facts import FactGroup
from knowledge.index import ArrayIndex
from knowledge.lexical import LexicalIndex
from knowledge.passages import document_texts, passages
from knowledge.rendering import Renderer
from knowledge.search import NO_PRIOR, Prior, Searcher, Weights
from knowledge.testing import DIMENSION, WordEncoder, make_article, make_base

INTENTS = {
    "withdraw_fee": {"topic": "withdraw_limits_fees", "handling": "answer", "label": "Fees"},
    "deposit_how": {"topic": "deposit_crypto", "handling": "answer", "label": "Deposit"},
}
ARTICLES = [
    make_article(
        "withdrawal-fees",
        intents=("withdraw_fee",),
        questions=("what does sending coins out cost", "usdt withdrawal fee"),
    ),
    make_article(
        "deposit-crypto",
        topic="deposit_crypto",
        intents=("deposit_how",),
        questions=("how do i put coins in",),
    ),
    make_article("a-twin", title="Twin", body="Alike."),
    make_article("b-twin", title="Twin", body="Alike."),
]
SEARCHER = make_base(ARTICLES, INTENTS).searchers["en"]
TOPICS = {name: row["topic"] for name, row in INTENTS.items()}


def test_the_article_whose_phrasing_is_nearest_comes_first() -> None:
    best = SEARCHER.search("usdt withdrawal fee")[0]
    assert best.article == "withdrawal-fees"
    assert best.cosine > 0.99
    assert 0 <= best.score <= 1


def test_the_best_passage_of_an_article_counts_not_their_number() -> None:
    found = {candidate.article: candidate for candidate in SEARCHER.search("how do i put coins in")}
    assert found["deposit-crypto"].cosine > 0.99


def test_the_intent_lifts_the_articles_that_answer_it() -> None:
    prior = Prior.of([("deposit_how", 0.9), ("withdraw_fee", 0.05)], TOPICS)
    best = SEARCHER.search("coins please", prior=prior)[0]
    assert best.article == "deposit-crypto"
    assert best.agreement == 0.9
    assert SEARCHER.search("coins please", prior=NO_PRIOR)[0].agreement == 0


def test_the_intent_does_not_overrule_a_message_that_is_plain() -> None:
    prior = Prior.of([("deposit_how", 0.3), ("withdraw_fee", 0.25)], TOPICS)
    assert SEARCHER.search("usdt withdrawal fee", prior=prior)[0].article == "withdrawal-fees"


def test_equal_articles_come_by_id() -> None:
    order = [candidate.article for candidate in SEARCHER.search("twin alike")]
    assert order[:2] == ["a-twin", "b-twin"]


def test_no_more_than_asked_for_is_found() -> None:
    assert len(SEARCHER.search("coins", count=2)) == 2
    assert make_base([], INTENTS).searchers["en"].search("coins") == []


def test_the_prior_sums_intents_by_topic() -> None:
    prior = Prior.of([("withdraw_fee", 0.5), ("unknown", 0.4)], TOPICS)
    assert prior.topics == {"withdraw_limits_fees": 0.5}


def test_messages_lift_their_article_and_can_be_left_out() -> None:
    articles = [make_article("one"), make_article("two")]
    base = make_base(articles, INTENTS, messages={"blue elephants dance": "two"})
    searcher = base.searchers["en"]
    assert searcher.search("blue elephants dance")[0].article == "two"
    assert searcher.search("blue elephants dance")[0].cosine > 0.99
    unseen = searcher.search("blue elephants dance", unseen=True)
    assert max(candidate.cosine for candidate in unseen) < 0.9


def test_a_message_that_is_a_phrasing_word_for_word_comes_first() -> None:
    prior = Prior.of([("deposit_how", 0.9)], TOPICS)
    best = SEARCHER.search("USDT withdrawal fee?", prior=prior)[0]
    assert (best.article, best.exact) == ("withdrawal-fees", True)
    assert not SEARCHER.search("usdt withdrawal fees please")[0].exact


def test_the_words_of_an_article_count_together_wherever_they_stand() -> None:
    # The words of the question are divided between one article's title and its text; another's
    # passage holds as many of them at once.
    whole = make_article("whole", title="Staple a zebra", body="Only quokkas and lemurs.\n")
    partly = make_article("partly", title="Staple quokkas", body="Nothing else.\n")
    articles = [whole, partly]
    held = passages(articles, Renderer(FactGroup({})))
    assert document_texts(articles, held)[0].count("Staple a zebra") == 1
    encoder = WordEncoder()
    lexical = LexicalIndex.build("en", [passage.text for passage in held])
    dense = ArrayIndex(DIMENSION)
    dense.add(np.arange(len(held)), encoder.encode([passage.text for passage in held]))
    words = Weights(classified=0, dense=0, messages=0, intent=0, topic=0)
    searcher = Searcher(articles, held, dense, lexical, encoder, weights=words)
    assert searcher.search("zebra lemurs quokkas")[0].article == "whole"
    again = Searcher(
        articles, held, dense, lexical, encoder, weights=words,
        documents=LexicalIndex.build("en", document_texts(articles, held)),
    )  # fmt: skip
    assert again.search("zebra lemurs quokkas") == searcher.search("zebra lemurs quokkas")


def test_a_text_that_is_near_helps_a_title_that_is_not() -> None:
    near = make_article("near", title="Troubles", body="The parcel never came home.\n")
    other = make_article("other", title="Parcel sizes", body="Small and large.\n")
    base = make_base([near, other], {})
    assert base.searchers["en"].nearest("parcel never came home", count=1) == ["near"]
    assert base.searchers["en"].search("my parcel never came home")[0].article == "near"
