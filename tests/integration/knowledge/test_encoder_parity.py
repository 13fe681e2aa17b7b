"""The exported encoder against the vectors of the original model, in both environments."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest

from knowledge.encoder import Encoder

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "models" / "encoder"
RASA = ROOT / ".venv-rasa" / "bin" / "python"


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder(FOLDER)


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return (FOLDER / "reference.txt").read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="module")
def vectors(encoder: Encoder, texts: list[str]) -> np.ndarray:
    return encoder.encode(texts)


def test_the_export_keeps_to_the_original(vectors: np.ndarray) -> None:
    reference = np.load(FOLDER / "reference.npz")["vectors"].astype(np.float32)
    cosines = (vectors * reference).sum(axis=1)
    assert len(cosines) == 200
    assert cosines.mean() >= 0.99
    assert cosines.min() >= 0.97


def test_vectors_have_length_one(vectors: np.ndarray, encoder: Encoder) -> None:
    assert vectors.shape == (200, encoder.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_vector_does_not_depend_on_its_company(
    encoder: Encoder, texts: list[str], vectors: np.ndarray
) -> None:
    alone = np.concatenate([encoder.encode([text]) for text in texts[::10]])
    backwards = encoder.encode(texts[::-1])[::-1]
    np.testing.assert_array_equal(alone, vectors[::10])
    np.testing.assert_array_equal(backwards, vectors)


def test_threads_change_nothing(texts: list[str], vectors: np.ndarray) -> None:
    np.testing.assert_array_equal(Encoder(FOLDER, threads=2).encode(texts), vectors)


def test_both_environments_agree(texts: list[str], vectors: np.ndarray, tmp_path: Path) -> None:
    assert RASA.exists(), "Rasa's environment is missing; run `make setup`"
    code = (
        "import sys, numpy\n"
        "from knowledge.encoder import Encoder\n"
        "texts = open(sys.argv[1] + '/reference.txt', encoding='utf-8').read().splitlines()\n"
        "numpy.save(sys.argv[2], Encoder(sys.argv[1]).encode(texts))\n"
    )
    out = tmp_path / "vectors.npy"
    subprocess.run([RASA, "-c", code, FOLDER, out], cwd=ROOT, check=True, timeout=120)
    cosines = (np.load(out) * vectors).sum(axis=1)
    # The two onnxruntime releases round their integer products at different places.
    assert cosines.mean() >= 0.999
    assert cosines.min() >= 0.995


@pytest.mark.parametrize(
    "text", ["", " \n ", "🚀" * 50, "\u200b\u200d", "\ud800 alone", "x" * 20_000, "ab " * 20_000]
)
def test_any_text_has_a_vector(encoder: Encoder, text: str) -> None:
    (vector,) = encoder.encode([text])
    assert np.isfinite(vector).all()


def test_no_texts_give_no_vectors(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dimension)


def test_one_string_is_not_a_list_of_texts(encoder: Encoder) -> None:
    with pytest.raises(TypeError, match=r"encode\(\[text\]\)"):
        encoder.encode("text")


def test_similar_questions_are_closer_than_others(encoder: Encoder) -> None:
    question, same, other = encoder.encode(
        ["how much is it to withdraw usdt", "usdt withdrawal fee", "my verification was rejected"]
    )
    assert question @ same > question @ other + 0.3


def test_the_folder_is_small_enough_to_be_committed() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) <= 30_000_000
