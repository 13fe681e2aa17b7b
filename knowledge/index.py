"""Nearest passages by cosine: a small protocol, FAISS behind it, and a plain reference to hold it
against.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, runtime_checkable

import faiss
import numpy as np
from numpy.typing import NDArray

from knowledge.errors import IndexUnavailableError

Vectors = NDArray[np.float32]
Numbers = NDArray[np.int64]

# One search is far cheaper than waking OpenMP's threads for it, and the encoder has its own thread
# beside it.
faiss.omp_set_num_threads(1)


@runtime_checkable
class Index(Protocol):
    """Passages by number, found by the inner product of normalised vectors (which is their
    cosine).
    """

    dimension: int

    def add(self, numbers: Numbers, vectors: Vectors) -> None:
        """Add vectors [n, dimension], normalised, under these numbers [n]."""
        ...

    def search(self, vector: Vectors, count: int) -> tuple[Numbers, Vectors]:
        """The numbers and cosines of the `count` nearest to one vector [dimension], nearest first.

        Fewer when fewer are held; of two equally near the lower number comes first.
        """
        ...

    def __len__(self) -> int: ...

    def save(self, path: Path) -> None: ...


class FaissIndex:
    """Exact search with FAISS: IndexFlatIP inside IndexIDMap2. Searching is thread-safe; adding is
    not.
    """

    def __init__(self, dimension: int, inner: faiss.Index | None = None) -> None:
        self.dimension = dimension
        self._index = (
            inner if inner is not None else faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))
        )

    @classmethod
    def load(cls, path: Path) -> FaissIndex:
        """An index that `save` wrote; raises IndexUnavailableError when it cannot be read."""
        try:
            inner = faiss.read_index(str(path))
        except RuntimeError as error:
            raise IndexUnavailableError(
                f"The index {path} cannot be read; build it again with `teller index`."
            ) from error
        return cls(inner.d, inner)

    def add(self, numbers: Numbers, vectors: Vectors) -> None:
        _check(vectors, self.dimension)
        self._index.add_with_ids(
            np.ascontiguousarray(vectors), np.ascontiguousarray(numbers, dtype=np.int64)
        )

    def search(self, vector: Vectors, count: int) -> tuple[Numbers, Vectors]:
        count = min(count, len(self))
        if count == 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        scores, numbers = self._index.search(np.ascontiguousarray(vector.reshape(1, -1)), count)
        return _ordered(numbers[0], scores[0])

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def save(self, path: Path) -> None:
        faiss.write_index(self._index, str(path))


class ArrayIndex:
    """The same by one matrix product in numpy: what FAISS is tested against, and enough for small
    tests.
    """

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self._numbers = np.empty(0, np.int64)
        self._vectors = np.empty((0, dimension), np.float32)

    @classmethod
    def load(cls, path: Path) -> ArrayIndex:
        """An index that `save` wrote; raises IndexUnavailableError when it cannot be read."""
        try:
            with path.open("rb") as file:
                numbers, vectors = np.load(file), np.load(file)
        except (OSError, ValueError, EOFError) as error:
            raise IndexUnavailableError(
                f"The index {path} cannot be read; build it again with `teller index`."
            ) from error
        index = cls(vectors.shape[1])
        index.add(numbers, vectors)
        return index

    def add(self, numbers: Numbers, vectors: Vectors) -> None:
        _check(vectors, self.dimension)
        self._numbers = np.concatenate([self._numbers, np.asarray(numbers, np.int64)])
        self._vectors = np.concatenate([self._vectors, vectors.astype(np.float32)])

    def search(self, vector: Vectors, count: int) -> tuple[Numbers, Vectors]:
        scores = self._vectors @ vector.reshape(-1)
        order = np.lexsort((self._numbers, -scores))[:count]
        return _ordered(self._numbers[order], scores[order])

    def __len__(self) -> int:
        return len(self._numbers)

    def save(self, path: Path) -> None:
        with path.open("wb") as file:
            np.save(file, self._numbers)
            np.save(file, self._vectors)


def _check(vectors: Vectors, dimension: int) -> None:
    if vectors.ndim != 2 or vectors.shape[1] != dimension:
        raise ValueError(f"Vectors must be [n, {dimension}], not {list(vectors.shape)}.")


def _ordered(numbers: Numbers, scores: Vectors) -> tuple[Numbers, Vectors]:
    # Ties go by number, so that the same question has the same answer on every machine and back
    # end.
    order = np.lexsort((numbers, -scores))
    return numbers[order], scores[order]
