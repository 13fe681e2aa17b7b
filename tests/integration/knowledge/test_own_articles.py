"""The real articles, published with the real encoder: found, filled, and swapped under a reader."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from knowledge.base import KnowledgeBase
from knowledge.checks import check
from knowledge.encoder import Encoder
from knowledge.live import Live
from knowledge.publish import Sources, publish

ROOT = Path(__file__).parents[3]
SOURCES = Sources(
    ROOT / "knowledge" / "articles",
    ROOT / "knowledge" / "facts.yml",
    ROOT / "data" / "intents.yml",
    ROOT / "data" / "nlu",
)
# Articles past their review are withheld, which a test must not depend on.
TODAY = datetime(2026, 12, 1, tzinfo=UTC).date()


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder(ROOT / "models" / "encoder", threads=2)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    folder = tmp_path_factory.mktemp("index")
    publish(folder, SOURCES, encoder, encoder.hash, today=TODAY)
    return folder


@pytest.fixture(scope="module")
def base(root: Path, encoder: Encoder) -> KnowledgeBase:
    return KnowledgeBase.open(root / "current", encoder, encoder.hash)


def test_the_content_has_no_errors(base: KnowledgeBase) -> None:
    report = check(base.articles, base.renderer.facts, base.intents, today=TODAY)
    assert report.errors == []


def test_there_is_an_article_for_every_topic_in_scope(base: KnowledgeBase) -> None:
    topics = {article.topic for article in base.articles}
    assert len(base.articles) >= 70
    needed = {row.topic for row in base.intents.values() if row.handling.value == "answer"}
    assert needed <= topics


def test_held_out_paraphrases_find_their_article_by_retrieval_alone(base: KnowledgeBase) -> None:
    path = ROOT / "tests" / "data" / "retrieval" / "paraphrases.en.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    searcher = base.searchers["en"]
    vectors = searcher.encode([row["text"] for row in rows])
    first = third = 0
    for row, vector in zip(rows, vectors, strict=True):
        found = [c.article for c in searcher.search(row["text"], vector=vector, count=3)]
        first += found[0] in row["relevant"]
        third += bool(set(found) & set(row["relevant"]))
    # A guard against regressions; the understanding's prior adds to it in live traffic.
    assert first / len(rows) >= 0.75
    assert third / len(rows) >= 0.9


@pytest.mark.parametrize(
    ("text", "article"),
    [
        ("how much do you charge to send usdt out", "withdrawal-fees"),
        ("lost my phone with authenticator", "two-factor-lost"),
        ("how long does kyc take", "kyc-review-time"),
    ],
)
def test_everyday_questions_are_found(base: KnowledgeBase, text: str, article: str) -> None:
    found = [candidate.article for candidate in base.searchers["en"].search(text, count=2)]
    assert article in found


def test_a_running_reader_takes_up_a_second_build(root: Path, encoder: Encoder) -> None:
    live = Live(
        root,
        lambda folder, before: KnowledgeBase.open(folder, encoder, encoder.hash, before),
        check_seconds=0,
    )
    before = live.get()
    published = publish(root, SOURCES, encoder, encoder.hash, today=TODAY)
    live.get()
    live.wait()
    assert live.get().build == published.build != before.build
    assert before.searchers["en"].search("withdrawal fee")
