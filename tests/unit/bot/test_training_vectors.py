"""Vectors of a training: encoded ahead in other processes, once, and the same as ever."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.training_vectors import MAX_TOKENS, TrainingVectors
from knowledge.encoder import Encoder

FOLDER = Path(__file__).parents[3] / "models" / "encoder"
TEXTS = ["how do I deposit", "комиссия за вывод", "", "how do I deposit", "para çekme " * 100]


@pytest.fixture
def vectors() -> Iterator[TrainingVectors]:
    made = TrainingVectors(FOLDER, MAX_TOKENS)
    yield made
    made.close()


@pytest.fixture(scope="module")
def expected() -> np.ndarray:
    return Encoder(FOLDER, max_tokens=MAX_TOKENS).encode(TEXTS)


def test_what_was_asked_ahead_is_what_the_encoder_gives(
    vectors: TrainingVectors, expected: np.ndarray
) -> None:
    vectors.ahead(TEXTS[:3])
    np.testing.assert_allclose(vectors.encode(TEXTS), expected, atol=1e-6)
    assert vectors.encode([]).shape == (0, expected.shape[1])


def test_a_text_is_encoded_once(
    vectors: TrainingVectors, expected: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    encode = Encoder.encode

    def counted(self: Encoder, texts: Sequence[str]) -> np.ndarray:
        asked.extend(texts)
        return encode(self, texts)

    monkeypatch.setattr(Encoder, "encode", counted)
    vectors.ahead(TEXTS[:1])
    for _ in range(2):
        np.testing.assert_allclose(vectors.encode(TEXTS), expected, atol=1e-6)
    assert asked == [TEXTS[1], TEXTS[2], TEXTS[4]]


def test_where_the_other_processes_end_this_one_encodes(
    vectors: TrainingVectors, expected: np.ndarray
) -> None:
    vectors.ahead([f"{text} {number}" for number in range(3000) for text in TEXTS] + TEXTS)
    for worker in multiprocessing.active_children():
        worker.kill()
    np.testing.assert_allclose(vectors.encode(TEXTS), expected, atol=1e-6)


def test_what_nobody_waits_for_is_left(vectors: TrainingVectors) -> None:
    vectors.ahead([f"message {number}" for number in range(20_000)])
    workers = multiprocessing.active_children()
    vectors.close()
    for worker in workers:
        worker.join()
    # What had begun is finished.
    assert sum(each.cancelled() for each, _ in vectors._coming.values()) > 10_000
