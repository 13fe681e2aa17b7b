"""The sentence encoder: text in, one unit vector out.

The model is an ONNX file with pooling and normalisation inside (``knowledge/export.py`` makes it),
so that this module needs onnxruntime, tokenizers and numpy only and runs both in Rasa's
environment (Python 3.10) and in Teller's own.

Texts are encoded one at a time, without padding. That is as fast as batches on a CPU, where a
batch pays for the padding of its longest text, and it makes a vector independent of what else is
encoded with it, so that training, index building and live traffic see the same one.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from knowledge.errors import KnowledgeError

MODEL = "model.onnx"
TOKENIZER = "tokenizer.json"
MANIFEST = "manifest.json"

# No word piece is longer; what lies behind can not reach the model. Keeps a pasted book cheap.
_CHARACTERS_PER_TOKEN = 24

Vectors = npt.NDArray[np.float32]


class EncoderError(KnowledgeError):
    """The sentence encoder cannot be loaded; run `make encoder`, or restore models/encoder."""

    code = "encoder"


def encoder_hash(folder: str | Path) -> str:
    """SHA-256 over the files that decide a vector: the model and its tokenizer.

    Raises:
        EncoderError: a file is missing.
    """
    digest = hashlib.sha256()
    for name in (MODEL, TOKENIZER):
        try:
            digest.update((Path(folder) / name).read_bytes())
        except OSError as error:
            raise EncoderError(
                f"{Path(folder) / name} cannot be read ({error.strerror}). Restore it from version "
                "control, or run `make encoder`."
            ) from error
    return digest.hexdigest()


class Encoder:
    """A sentence encoder loaded from a folder that ``make encoder`` wrote.

    Args:
        folder: holds ``model.onnx``, ``tokenizer.json`` and ``manifest.json``.
        threads: texts encoded at the same time; one is right for live traffic.
        max_tokens: word pieces read of a text, at most the model's own limit (its default).

    Raises:
        EncoderError: a file is missing or is not the one that the manifest describes.
    """

    def __init__(
        self, folder: str | Path, threads: int = 1, *, max_tokens: int | None = None
    ) -> None:
        self.folder = Path(folder)
        self.hash = encoder_hash(self.folder)
        self._threads = max(1, threads)
        if self.manifest.get("hash") != self.hash:
            raise EncoderError(
                f"{self.folder} holds another model or tokenizer than its {MANIFEST} describes. "
                "Restore the folder from version control, or run `make encoder`."
            )
        limit = int(self.manifest["max_tokens"])
        self.max_tokens = min(limit, max_tokens or limit)
        self.dimension = int(self.manifest["dimension"])
        self._tokenizer = Tokenizer.from_file(str(self.folder / TOKENIZER))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(self.max_tokens)
        self._session = _session(self.folder / MODEL)
        self._inputs = {node.name for node in self._session.get_inputs()}

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        """What the exported model is, where it came from and how well it keeps to the original."""
        path = self.folder / MANIFEST
        try:
            manifest = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise EncoderError(f"{path} cannot be read: {error}. Run `make encoder`.") from error
        missing = {"hash", "dimension", "max_tokens"} - set(manifest)
        if missing:
            raise EncoderError(f"{path} lacks {', '.join(sorted(missing))}. Run `make encoder`.")
        return dict(manifest)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Encode texts, each independently of the others.

        Args:
            texts: any strings; an empty one has a vector too. What lies behind `max_tokens` is
                not read.

        Returns:
            An array of shape (len(texts), dimension), rows of length 1.

        Raises:
            TypeError: `texts` is one string, or holds something else than strings.
        """
        if isinstance(texts, str):
            raise TypeError("encode takes a list of texts, not one string: encode([text])")
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        if self._threads == 1 or len(texts) == 1:
            rows = [self._encode_one(text) for text in texts]
        else:
            with ThreadPoolExecutor(self._threads) as pool:
                rows = list(pool.map(self._encode_one, texts))
        return np.stack(rows)

    def _encode_one(self, text: str) -> Vectors:
        # A lone surrogate, which JSON can carry, is no text to the tokenizer.
        readable = text[: self.max_tokens * _CHARACTERS_PER_TOKEN].encode("utf-8", "replace")
        encoding = self._tokenizer.encode(readable.decode("utf-8"))
        tokens = np.array([encoding.ids], dtype=np.int64)
        fed = {
            "input_ids": tokens,
            "attention_mask": np.ones_like(tokens),
            "token_type_ids": np.zeros_like(tokens),
        }
        (vectors,) = self._session.run(
            ["sentence_embedding"], {name: fed[name] for name in self._inputs}
        )
        row: Vectors = vectors[0]
        return row


def _session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    # One text is too little work to divide; many texts are divided by text.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own exceptions share no public base
        raise EncoderError(
            f"{path} is not a model that onnxruntime {onnxruntime.__version__} can run: {error}"
        ) from error


def pack_vector(vector: Vectors, encoder: str) -> str:
    """A message's vector as text, for another process that would compute the same one.

    Half precision: what is lost is a hundredth of what quantisation has cost already.
    """
    return f"{encoder}:{base64.b64encode(vector.astype('<f2').tobytes()).decode()}"


def unpack_vector(packed: object, encoder: str) -> Vectors | None:
    """What `pack_vector` packed; None when there is none, or it is another encoder's."""
    if not isinstance(packed, str):
        return None
    made_by, _, values = packed.partition(":")
    if made_by != encoder or not values:
        return None
    try:
        return np.frombuffer(base64.b64decode(values, validate=True), "<f2").astype(np.float32)
    except ValueError:
        return None
