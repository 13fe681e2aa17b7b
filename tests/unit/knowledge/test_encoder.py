"""The encoder's contract at its edges; the model itself is measured in tests/integration."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from knowledge.encoder import Encoder, EncoderError, encoder_hash, pack_vector, unpack_vector
from knowledge.errors import KnowledgeError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "model.onnx").write_bytes(b"not a model")
    (tmp_path / "tokenizer.json").write_text("{}")
    manifest = {"hash": encoder_hash(tmp_path), "dimension": 4, "max_tokens": 16}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    return tmp_path


def test_a_missing_folder_is_named_with_the_cure(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"model\.onnx cannot be read.*make encoder"):
        Encoder(tmp_path / "nowhere")


def test_a_changed_file_is_refused(folder: Path) -> None:
    (folder / "tokenizer.json").write_text("{ }")
    with pytest.raises(EncoderError, match="another model or tokenizer than its manifest"):
        Encoder(folder)


def test_a_manifest_without_its_keys_is_refused(folder: Path) -> None:
    (folder / "manifest.json").write_text('{"hash": "x"}')
    with pytest.raises(EncoderError, match="lacks dimension, max_tokens"):
        Encoder(folder)


def test_a_broken_manifest_is_refused(folder: Path) -> None:
    (folder / "manifest.json").write_text("{")
    with pytest.raises(EncoderError, match=r"manifest\.json cannot be read"):
        Encoder(folder)


def test_the_hash_depends_on_model_and_tokenizer(folder: Path) -> None:
    first = encoder_hash(folder)
    (folder / "model.onnx").write_bytes(b"another")
    second = encoder_hash(folder)
    (folder / "tokenizer.json").write_text("[]")
    assert len({first, second, encoder_hash(folder)}) == 3


def test_its_errors_are_errors_of_the_knowledge_base() -> None:
    assert issubclass(EncoderError, KnowledgeError)
    assert EncoderError.code == "encoder"


def test_a_packed_vector_comes_back_for_the_same_encoder_only() -> None:
    vector = np.linspace(-1, 1, 8, dtype=np.float32)
    packed = pack_vector(vector, "abc")
    found = unpack_vector(packed, "abc")
    assert found is not None
    np.testing.assert_allclose(found, vector, atol=1e-3)
    assert unpack_vector(packed, "another") is None


@pytest.mark.parametrize("packed", [None, 5, "", "abc", "abc:?", "abc:AAA"])
def test_what_is_no_packed_vector_is_none(packed: object) -> None:
    assert unpack_vector(packed, "abc") is None
