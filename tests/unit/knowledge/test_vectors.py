"""Vectors are kept between builds, and believed only for the same encoder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from knowledge.index import Vectors
from knowledge.testing import WordEncoder
from knowledge.vectors import KeptVectors


class Counting(WordEncoder):
    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.asked.extend(texts)
        return super().encode(texts)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vectors.npz"


def test_they_are_those_of_the_encoder(path: Path) -> None:
    texts = ["fees", "limits", "fees"]
    kept = KeptVectors(WordEncoder(), "h", path)
    assert np.array_equal(kept.encode(texts), WordEncoder().encode(texts))


def test_a_text_is_encoded_once_and_never_again_after_saving(path: Path) -> None:
    encoder = Counting()
    kept = KeptVectors(encoder, "h", path)
    kept.encode(["fees", "fees"])
    kept.encode(["fees", "línea\nnueva"])
    assert encoder.asked == ["fees", "línea\nnueva"]
    kept.save()
    again = Counting()
    KeptVectors(again, "h", path).encode(["línea\nnueva", "new"])
    assert again.asked == ["new"]


def test_only_what_was_used_is_kept(path: Path) -> None:
    first = KeptVectors(WordEncoder(), "h", path)
    first.encode(["old", "both"])
    first.save()
    second = KeptVectors(WordEncoder(), "h", path)
    second.encode(["both"])
    second.save()
    encoder = Counting()
    KeptVectors(encoder, "h", path).encode(["old", "both"])
    assert encoder.asked == ["old"]


def test_after_an_edit_what_was_taken_over_is_kept_too(path: Path) -> None:
    first = KeptVectors(WordEncoder(), "a", path)
    first.encode(["one", "two"])
    first.save()
    edit = KeptVectors(WordEncoder(), "a", path)
    edit.encode(["three"])
    assert edit.new == 1
    edit.save(all_known=True)
    counting = Counting()
    KeptVectors(counting, "a", path).encode(["one", "two", "three"])
    assert counting.asked == []


@pytest.mark.parametrize("damage", ["encoder", "file"])
def test_what_cannot_be_believed_is_encoded_anew(path: Path, damage: str) -> None:
    kept = KeptVectors(WordEncoder(), "h", path)
    kept.encode(["fees"])
    kept.save()
    if damage == "file":
        path.write_bytes(b"PK\x03\x04 no")
    encoder = Counting()
    KeptVectors(encoder, "other" if damage == "encoder" else "h", path).encode(["fees"])
    assert encoder.asked == ["fees"]
