"""Words find articles: stemmed, folded, and measured against what could be reached."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge.errors import IndexUnavailableError
from knowledge.lexical import LexicalIndex
from knowledge.words import Words, fold

DOCUMENTS = ["Withdrawal fees for USDT", "Deposits that are missing", "Trading fees and tiers"]


@pytest.fixture
def index() -> LexicalIndex:
    return LexicalIndex.build("en", DOCUMENTS)


def test_the_document_with_the_words_scores_best(index: LexicalIndex) -> None:
    assert int(np.argmax(index.scores("what fee for withdrawing usdt?"))) == 0
    assert int(np.argmax(index.scores("my deposit is missing"))) == 1


def test_scores_lie_between_nothing_and_one(index: LexicalIndex) -> None:
    assert index.scores("zebra").tolist() == [0, 0, 0]
    assert index.scores("").tolist() == [0, 0, 0]
    exact = index.scores(DOCUMENTS[1])
    assert 0.9 < exact[1] <= 1.0


def test_words_that_nobody_knows_lower_the_score(index: LexicalIndex) -> None:
    known, mixed = index.scores("trading tiers"), index.scores("trading tiers of zebra dentists")
    assert 0 < mixed[2] < known[2]
    assert index.knows("trading zebra") == pytest.approx(0.5)


def test_a_word_said_twice_counts_once(index: LexicalIndex) -> None:
    assert index.scores("fees fees fees").tolist() == index.scores("fees").tolist()


def test_a_saved_index_scores_alike(index: LexicalIndex, tmp_path: Path) -> None:
    index.save(tmp_path / "lexical")
    again = LexicalIndex.load(tmp_path / "lexical")
    assert again.scores("usdt fees").tolist() == index.scores("usdt fees").tolist()


def test_an_index_of_nothing_is_still_an_index(tmp_path: Path) -> None:
    empty = LexicalIndex.build("en", [])
    empty.save(tmp_path / "lexical")
    assert len(LexicalIndex.load(tmp_path / "lexical").scores("fees")) == 0


def test_a_damaged_index_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(IndexUnavailableError, match="teller index"):
        LexicalIndex.load(tmp_path / "absent")


def test_words_are_stemmed_and_small_ones_dropped() -> None:
    assert Words("en").stems("I am withdrawing my Withdrawals") == ["withdraw", "withdraw"]
    assert Words("en").stems("is it on?") == ["is", "it", "on"]
    assert Words("vi").stems("Rút tiền") == ["rut", "tien"]


def test_folding_makes_accents_and_case_alike() -> None:
    assert fold("Código ÇEKİM ı") == "codigo cekim i"
    assert fold("Đăng nhập được") == fold("dang nhap duoc") == "dang nhap duoc"


def test_a_typing_error_is_read_as_the_word_that_was_meant(tmp_path: Path) -> None:
    index = LexicalIndex.build("en", ["confirmations of a deposit", "verification of a person"])
    index.save(tmp_path / "words")
    for each in (index, LexicalIndex.load(tmp_path / "words")):
        scores = each.scores("depsoit")
        assert scores[0] > 0 == scores[1]
    # It is still no word that the articles know: the gate may doubt.
    assert index.knows("depsoit") == 0.0
