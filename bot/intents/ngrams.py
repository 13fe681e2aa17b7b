"""Word and character n-grams of a text as a sparse row.

TF-IDF of word 1- and 2-grams beside character 2- to 5-grams of the words, accents left out as
customers leave them out. Rows stay sparse: a projection onto a few hundred singular vectors, which
stood here before, lost a third of what a linear model makes of them once there are thousands of
examples in several languages.
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

_WORD = re.compile(r"\w+|[^\w\s]", re.UNICODE)
_NUMBER = re.compile(r"\d+")
_SMALLEST, _LARGEST = 2, 5
_LONGEST_WORD = 40
# In fewer texts than this an n-gram that stands once may still be telling.
_FEW = 2000
_PLAIN = str.maketrans({"ı": "i", "đ": "d", "ł": "l", "ø": "o"})


def normalise(text: str) -> str:
    """Lower case, without accents, one space between words, digits as 0, like forms alike."""
    lowered = unicodedata.normalize("NFKD", text).lower().translate(_PLAIN)
    plain = "".join(each for each in lowered if not unicodedata.combining(each))
    return _NUMBER.sub("0", " ".join(plain.split()))


def word_grams(text: str) -> list[str]:
    """Words and neighbouring pairs of a normalised text."""
    words = _WORD.findall(text)
    return words + [f"{one} {two}" for one, two in pairwise(words)]


def character_grams(text: str) -> list[str]:
    """Runs of 2 to 5 characters inside each word, the word's edges marked by a space."""
    grams: list[str] = []
    for word in text.split():
        padded = f" {word[:_LONGEST_WORD]} "
        for size in range(_SMALLEST, min(_LARGEST, len(padded)) + 1):
            grams += [padded[at : at + size] for at in range(len(padded) - size + 1)]
    return grams


class NgramFeatures:
    """Turns texts into rows of length 1 or less; a text with no known n-gram becomes zeros.

    Args:
        maximum: n-grams kept of each kind, the most frequent first.
    """

    _KINDS = (("word", word_grams), ("character", character_grams))

    def __init__(self, maximum: int = 20_000) -> None:
        self.maximum = maximum
        self._vocabulary: dict[str, dict[str, int]] = {kind: {} for kind, _ in self._KINDS}
        self._weights = np.zeros(0, dtype=np.float32)

    def fit(self, texts: Sequence[str]) -> NgramFeatures:
        """Learn which n-grams there are and how rare each is."""
        normal = [normalise(text) for text in texts]
        documents: list[int] = []
        for kind, grams in self._KINDS:
            counts = Counter(gram for text in normal for gram in set(grams(text)))
            least = 1 if len(texts) < _FEW else 2
            kept = sorted(
                (gram for gram, count in counts.items() if count >= least),
                key=lambda gram: (-counts[gram], gram),
            )[: self.maximum]
            self._vocabulary[kind] = {gram: len(documents) + at for at, gram in enumerate(kept)}
            documents += [counts[gram] for gram in kept]
        frequency = (1 + len(texts)) / (1 + np.array(documents, dtype=np.float64))
        self._weights = (np.log(frequency) + 1).astype(np.float32)
        return self

    def transform(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Rows of shape (len(texts), n-grams kept); words and characters count half each."""
        columns: list[np.ndarray] = [np.zeros(0, np.int32)]
        values: list[np.ndarray] = [np.zeros(0, np.float32)]
        starts = [0]
        for text in map(normalise, texts):
            parts = len(columns)
            for kind, grams in self._KINDS:
                known = self._vocabulary[kind]
                counts = {
                    known[gram]: count
                    for gram, count in Counter(grams(text)).items()
                    if gram in known
                }
                if counts:
                    at = np.fromiter(counts, dtype=np.int32)
                    often = np.fromiter(counts.values(), dtype=np.float32)
                    row = (1 + np.log(often)) * self._weights[at]
                    columns.append(at)
                    values.append(row * (0.5**0.5 / np.linalg.norm(row)))
            starts.append(starts[-1] + sum(map(len, columns[parts:])))
        cells = (np.concatenate(values), np.concatenate(columns), np.array(starts, np.int32))
        shape = (len(texts), max(1, len(self._weights)))
        return sparse.csr_matrix(cells, shape=shape, dtype=np.float32)

    def arrays(self) -> dict[str, np.ndarray]:
        """What `restore` needs, as arrays for one .npz file."""
        grams = {kind: list(known) for kind, known in self._vocabulary.items()}
        names = json.dumps(grams, ensure_ascii=False).encode("utf-8", "surrogatepass")
        return {
            "ngram_names": np.frombuffer(names, dtype=np.uint8),
            "ngram_weights": self._weights,
        }

    @classmethod
    def restore(cls, arrays: Mapping[str, Any]) -> NgramFeatures:
        """The features that `arrays` described."""
        features = cls()
        grams = json.loads(arrays["ngram_names"].tobytes().decode("utf-8", "surrogatepass"))
        first = 0
        for kind, _ in cls._KINDS:
            features._vocabulary[kind] = {gram: first + at for at, gram in enumerate(grams[kind])}
            first += len(grams[kind])
        features._weights = arrays["ngram_weights"]
        return features
