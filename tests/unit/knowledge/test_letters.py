"""The letters' model: kept in little space, refused when it is another one."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from knowledge.errors import LanguageModelError
from knowledge.letters import ARRAYS, FOLDER, MANIFEST, Letters, bare, slots


@pytest.fixture
def letters() -> Letters:
    weights = np.random.default_rng(3).normal(size=(64, 3)).astype(np.float32)
    bias = np.array([0.5, 0.0, -0.5], np.float32)
    return Letters(("en", "es", "ru"), weights, bias, 0.7, 0.4, 6.0, np.zeros(3, np.float32))


def test_a_model_survives_being_kept(tmp_path: Path, letters: Letters) -> None:
    letters.save(tmp_path, {"messages": 7})
    kept = Letters.load(tmp_path)
    assert kept.languages == letters.languages
    assert (kept.trust, kept.statistics, kept.floor) == (0.7, 0.4, 6.0)
    words = ["mi", "retiro"]
    assert np.allclose(kept.evidence(words), letters.evidence(words), atol=0.05)


@pytest.mark.parametrize("damage", ["absent", "layout", "arrays"])
def test_a_damaged_model_says_what_to_do(tmp_path: Path, letters: Letters, damage: str) -> None:
    if damage != "absent":
        letters.save(tmp_path, {})
    if damage == "layout":
        manifest = json.loads((tmp_path / MANIFEST).read_text())
        (tmp_path / MANIFEST).write_text(json.dumps(manifest | {"format": 99}))
    if damage == "arrays":
        (tmp_path / ARRAYS).write_bytes(b"nothing")
    with pytest.raises(LanguageModelError, match="make language"):
        Letters.load(tmp_path)


def test_evidence_does_not_grow_with_length(letters: Letters) -> None:
    assert np.allclose(letters.evidence(["hola"]), letters.evidence(["hola", "hola"]), atol=1e-5)


def test_words_meet_their_own_slots() -> None:
    counts = slots(["ab"], 1 << 15)
    # Letters and both edges: 4 single, 3 pairs, 2 triples, the whole, and the word itself.
    assert sum(counts.values()) == 4 + 3 + 2 + 1 + 1
    assert slots(["ab"], 1 << 15) != slots(["ba"], 1 << 15)
    assert all(0 <= slot < 16 for slot in slots(["ab"], 16))


def test_accents_can_be_left_out() -> None:
    assert bare("đồng ĐỒNG ılık ŞİFRE não ñ") == "dong DONG ilik SIFRE nao n"


def test_ours_is_better_than_it_was_and_small() -> None:
    manifest = json.loads((FOLDER / MANIFEST).read_text())
    for name in ("unseen", "unseen_without_accents"):
        shares = manifest[name]
        assert shares["all"] >= 0.97, name
        assert min(shares[language] for language in ("en", "es", "ru", "tr", "vi", "pt")) >= 0.95
    assert (FOLDER / ARRAYS).stat().st_size < 200_000
