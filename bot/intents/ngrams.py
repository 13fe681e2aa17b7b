"""Word and character n-grams of a text as a short dense vector.

TF-IDF of word 1- and 2-grams beside character 2- to 5-grams, projected onto the leading singular
vectors of the training texts (latent semantic analysis). Up to a few hundred texts the projection
loses nothing; beyond, it keeps what the texts share and makes the classifier's cost independent
of the vocabulary's size.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.utils.extmath import randomized_svd

_WORD = re.compile(r"\w+|[^\w\s]", re.UNICODE)
_NUMBER = re.compile(r"\d+")
_SMALLEST, _LARGEST = 2, 5
_EXACT_UP_TO = 2000


def normalise(text: str) -> str:
    """Lower case, one space between words, digits as 0, compatibility forms unified."""
    text = unicodedata.normalize("NFKC", text).lower()
    return _NUMBER.sub("0", " ".join(text.split()))


def word_grams(text: str) -> list[str]:
    """Words and neighbouring pairs of a normalised text."""
    words = _WORD.findall(text)
    return words + [f"{one} {two}" for one, two in pairwise(words)]


def character_grams(text: str) -> list[str]:
    """Runs of 2 to 5 characters inside each word, the word's edges marked by a space."""
    grams: list[str] = []
    for word in text.split():
        padded = f" {word[:40]} "
        for size in range(_SMALLEST, min(_LARGEST, len(padded)) + 1):
            grams += [padded[at : at + size] for at in range(len(padded) - size + 1)]
    return grams


class NgramFeatures:
    """Turns texts into rows of length 1 (a text with no known n-gram becomes zeros).

    Args:
        dimension: singular vectors kept, at most.
        maximum: n-grams kept of each kind, the most frequent first.
    """

    _KINDS = (("word", word_grams), ("character", character_grams))

    def __init__(self, dimension: int = 384, maximum: int = 20_000, seed: int = 0) -> None:
        self.dimension = dimension
        self.maximum = maximum
        self.seed = seed
        self._vocabulary: dict[str, dict[str, int]] = {kind: {} for kind, _ in self._KINDS}
        self._weights = np.zeros(0, dtype=np.float32)
        self._projection = np.zeros((0, 0), dtype=np.float16)

    def fit(self, texts: Sequence[str]) -> NgramFeatures:
        normal = [normalise(text) for text in texts]
        documents: list[int] = []
        for kind, grams in self._KINDS:
            counts = Counter(gram for text in normal for gram in set(grams(text)))
            least = 1 if len(texts) < 2000 else 2
            kept = sorted(
                (gram for gram, count in counts.items() if count >= least),
                key=lambda gram: (-counts[gram], gram),
            )[: self.maximum]
            self._vocabulary[kind] = {gram: len(documents) + at for at, gram in enumerate(kept)}
            documents += [counts[gram] for gram in kept]
        frequency = (1 + len(texts)) / (1 + np.array(documents, dtype=np.float64))
        self._weights = (np.log(frequency) + 1).astype(np.float32)
        matrix = self._matrix(normal)
        self._projection = _directions(matrix, self.dimension, seed=self.seed).astype(np.float16)
        return self

    def transform(self, texts: Sequence[str]) -> np.ndarray:
        """Rows of shape (len(texts), rank)."""
        normal = [normalise(text) for text in texts]
        matrix = self._matrix(normal)
        if len(texts) == 1:
            # Only the rows in use are widened: the whole table stays in half precision.
            rows = matrix.data[None] @ self._projection[matrix.indices].astype(np.float32)
        else:
            rows = matrix @ self._projection.astype(np.float32)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        lengths[lengths < 1e-6] = 1
        return np.asarray(rows / lengths, dtype=np.float32)

    def _matrix(self, normal: Sequence[str]) -> sparse.csr_matrix:
        columns: list[np.ndarray] = [np.zeros(0, np.int64)]
        values: list[np.ndarray] = [np.zeros(0, np.float32)]
        starts = [0]
        for text in normal:
            parts = len(columns)
            for kind, grams in self._KINDS:
                known = self._vocabulary[kind]
                counts = {
                    known[gram]: count
                    for gram, count in Counter(grams(text)).items()
                    if gram in known
                }
                if counts:
                    at = np.fromiter(counts, dtype=np.int64)
                    often = np.fromiter(counts.values(), dtype=np.float32)
                    row = (1 + np.log(often)) * self._weights[at]
                    columns.append(at)
                    values.append(row / np.linalg.norm(row))
            starts.append(starts[-1] + sum(map(len, columns[parts:])))
        shape = (len(normal), max(1, len(self._weights)))
        cells = (np.concatenate(values), np.concatenate(columns), starts)
        return sparse.csr_matrix(cells, shape=shape, dtype=np.float32)

    def arrays(self) -> dict[str, np.ndarray]:
        """What `restore` needs, as arrays for one .npz file."""
        grams = {kind: list(known) for kind, known in self._vocabulary.items()}
        names = json.dumps(grams, ensure_ascii=False).encode("utf-8")
        return {
            "ngram_names": np.frombuffer(names, dtype=np.uint8),
            "ngram_weights": self._weights,
            "ngram_projection": self._projection,
        }

    @classmethod
    def restore(cls, arrays: Mapping[str, Any]) -> NgramFeatures:
        features = cls()
        grams = json.loads(arrays["ngram_names"].tobytes().decode("utf-8"))
        first = 0
        for kind, _ in cls._KINDS:
            features._vocabulary[kind] = {gram: first + at for at, gram in enumerate(grams[kind])}
            first += len(grams[kind])
        features._weights = arrays["ngram_weights"]
        features._projection = arrays["ngram_projection"]
        return features


def _directions(matrix: sparse.csr_matrix, dimension: int, *, seed: int) -> np.ndarray:
    """The leading right singular vectors of `matrix`, as columns."""
    rank = max(1, min(dimension, *matrix.shape))
    if matrix.shape[0] > _EXACT_UP_TO:
        _, _, rows = randomized_svd(matrix, n_components=rank, n_iter=2, random_state=seed)
        return np.ascontiguousarray(rows.T, dtype=np.float32)
    # Few texts: their inner products are a small matrix, and its eigenvectors are exact.
    values, vectors = np.linalg.eigh((matrix @ matrix.T).toarray().astype(np.float64))
    leading = np.argsort(values)[::-1][:rank]
    leading = leading[values[leading] > 1e-6 * max(values.max(), 1e-6)]
    left = (vectors[:, leading] / np.sqrt(values[leading])).astype(np.float32)
    return np.ascontiguousarray(matrix.T @ left, dtype=np.float32)
