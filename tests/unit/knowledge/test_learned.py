"""Which labels an encoder has learned, told by its folder."""

from __future__ import annotations

from pathlib import Path

from knowledge.learned import LEARNED, unlearned, write_learned


def test_learned_texts_are_known_by_their_letters(tmp_path: Path) -> None:
    write_learned(tmp_path / LEARNED, ["Withdrawal fee?", "¿cuánto cuesta?", "Withdrawal fee?"])
    said = ["withdrawal FEE? ", "¿cuánto cuesta?", "something new", "\ud83d"]
    assert unlearned(tmp_path, said).tolist() == [False, False, True, True]


def test_an_encoder_without_a_list_has_learned_nothing(tmp_path: Path) -> None:
    assert unlearned(tmp_path, ["a", "b"]).all()


def test_no_texts_are_no_trouble(tmp_path: Path) -> None:
    write_learned(tmp_path / LEARNED, [])
    assert unlearned(tmp_path, []).shape == (0,)
