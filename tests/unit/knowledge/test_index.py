"""The contract of an index, held by every one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge.errors import IndexUnavailableError
from knowledge.index import ArrayIndex, FaissIndex, Index, Vectors

KINDS = [FaissIndex, ArrayIndex]
DIMENSION = 8


def vectors(count: int, seed: int = 1) -> Vectors:
    found = np.random.default_rng(seed).standard_normal((count, DIMENSION)).astype(np.float32)
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)


@pytest.fixture(params=KINDS, ids=lambda kind: kind.__name__)
def kind(request: pytest.FixtureRequest) -> type[FaissIndex] | type[ArrayIndex]:
    return request.param  # type: ignore[no-any-return]  # pytest's own type


def test_it_keeps_the_protocol(kind: type[FaissIndex]) -> None:
    assert isinstance(kind(DIMENSION), Index)


def test_the_nearest_come_first_with_their_cosine(kind: type[FaissIndex]) -> None:
    index, held = kind(DIMENSION), vectors(20)
    index.add(np.arange(100, 120), held)
    numbers, scores = index.search(held[7], 3)
    assert numbers[0] == 107
    assert scores[0] == pytest.approx(1.0, abs=1e-5)
    assert list(scores) == sorted(scores, reverse=True)
    expected = np.sort(held @ held[7])[::-1][:3]
    assert scores == pytest.approx(expected, abs=1e-5)


def test_equally_near_ones_come_by_number(kind: type[FaissIndex]) -> None:
    index, one = kind(DIMENSION), vectors(1)
    index.add(np.array([30, 10, 20]), np.repeat(one, 3, axis=0))
    numbers, _ = index.search(one[0], 3)
    assert list(numbers) == [10, 20, 30]


def test_no_more_is_found_than_is_held(kind: type[FaissIndex]) -> None:
    index = kind(DIMENSION)
    numbers, scores = index.search(vectors(1)[0], 5)
    assert len(numbers) == len(scores) == 0
    index.add(np.arange(2), vectors(2))
    assert len(index.search(vectors(1)[0], 5)[0]) == 2
    assert len(index) == 2


def test_a_saved_index_answers_alike(kind: type[FaissIndex], tmp_path: Path) -> None:
    index = kind(DIMENSION)
    index.add(np.arange(50), vectors(50))
    index.save(tmp_path / "index")
    again = kind.load(tmp_path / "index")
    question = vectors(1, seed=9)[0]
    assert list(again.search(question, 10)[0]) == list(index.search(question, 10)[0])
    assert again.dimension == DIMENSION


def test_vectors_of_another_size_are_refused(kind: type[FaissIndex]) -> None:
    with pytest.raises(ValueError, match="must be"):
        kind(DIMENSION).add(np.arange(1), np.zeros((1, 3), np.float32))


def test_a_damaged_file_is_a_clear_error(kind: type[FaissIndex], tmp_path: Path) -> None:
    (tmp_path / "index").write_bytes(b"no index")
    with pytest.raises(IndexUnavailableError, match="teller index"):
        kind.load(tmp_path / "index")
    with pytest.raises(IndexUnavailableError):
        kind.load(tmp_path / "absent")


def test_many_vectors_are_kept_in_cells_and_still_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("knowledge.index.EXACT_UP_TO", 100)
    held = vectors(2000)
    few, many = FaissIndex.of(held[:100]), FaissIndex.of(held)
    assert few.cells is None
    assert many.cells is not None
    assert many.cells[0] < many.cells[1] > 1
    exact = FaissIndex(DIMENSION)
    exact.add(np.arange(len(held)), held)
    right = 0
    for question in vectors(100, seed=5):
        numbers, scores = many.search(question, 10)
        right += len(set(numbers) & set(exact.search(question, 10)[0]))
        assert scores == pytest.approx(held[numbers] @ question, abs=2e-3)
        assert list(scores) == sorted(scores, reverse=True)
    assert right / 1000 >= 0.95
    many.save(tmp_path / "index")
    again = FaissIndex.load(tmp_path / "index")
    assert again.cells == many.cells
    assert list(again.search(held[3], 5)[0]) == list(many.search(held[3], 5)[0])


def test_cells_that_hold_fewer_than_asked_for_give_what_they_hold() -> None:
    index = FaissIndex.in_cells(vectors(200), recall=0.0)
    numbers, scores = index.search(vectors(1, seed=3)[0], 200)
    assert 0 < len(numbers) == len(scores) < 200
    assert numbers.min() >= 0


def test_both_kinds_agree_on_random_vectors() -> None:
    exact, faiss = ArrayIndex(DIMENSION), FaissIndex(DIMENSION)
    for index in (exact, faiss):
        index.add(np.arange(300), vectors(300))
    for question in vectors(20, seed=5):
        assert list(exact.search(question, 10)[0]) == list(faiss.search(question, 10)[0])
