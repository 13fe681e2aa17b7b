"""Nearest passages by cosine: a small protocol, FAISS behind it, and a plain reference to hold it
against.

Up to `EXACT_UP_TO` passages every one is compared, which takes two milliseconds at most. Beyond,
the vectors are kept in cells around centroids (IVF) and only the cells nearest to the question are
looked into; how many, the build finds out on the vectors themselves. `python -m bench.search`
measures both, and HNSW beside them.
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

EXACT_UP_TO = 20_000
# Of the ten truly nearest so many must be found; on questions further from the passages than most.
RECALL = 0.97
_CELLS = 2.0
_ITERATIONS = 6
_LEARNED_PER_CELL = 39
_PROBED = 200
_SEED = 7

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
    """Search with FAISS, exact unless it is given another index inside: IndexFlatIP in IndexIDMap2.
    Searching is thread-safe; adding is not.
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

    @classmethod
    def of(cls, vectors: Vectors) -> FaissIndex:
        """An index of vectors [n, dimension] under the numbers 0 to n - 1: exact where they are
        few, in cells where they are many.
        """
        if len(vectors) <= EXACT_UP_TO:
            index = cls(vectors.shape[1])
            index.add(np.arange(len(vectors)), vectors)
            return index
        return cls.in_cells(vectors)

    @classmethod
    def in_cells(cls, vectors: Vectors, recall: float = RECALL) -> FaissIndex:
        """An approximate index: cells that are learned from the vectors, values of 16 bits, and as
        many cells looked into as `recall` of the ten nearest takes.
        """
        vectors = np.ascontiguousarray(vectors, np.float32)
        count, dimension = vectors.shape
        cells = max(1, int(_CELLS * count**0.5))
        inner = faiss.IndexIVFScalarQuantizer(
            faiss.IndexFlatIP(dimension),
            dimension,
            cells,
            faiss.ScalarQuantizer.QT_fp16,
            faiss.METRIC_INNER_PRODUCT,
            # A centroid is subtracted from no vector: sixteen bits are enough without.
            False,
        )
        inner.cp.niter, inner.cp.seed, inner.cp.spherical = _ITERATIONS, _SEED, True
        inner.cp.max_points_per_centroid = _LEARNED_PER_CELL
        chance = np.random.default_rng(_SEED)
        learned = chance.permutation(count)[: _LEARNED_PER_CELL * cells]
        inner.train(vectors[np.sort(learned)])
        inner.add_with_ids(vectors, np.arange(count, dtype=np.int64))
        inner.nprobe = _enough_cells(inner, vectors, recall)
        return cls(dimension, inner)

    @property
    def cells(self) -> tuple[int, int] | None:
        """How many cells a search looks into, and how many there are; None where it is exact."""
        inner = self._index
        return (inner.nprobe, inner.nlist) if isinstance(inner, faiss.IndexIVF) else None

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
        # The cells that were looked into may hold fewer.
        found = numbers[0] >= 0
        return _ordered(numbers[0][found], scores[0][found])

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


def _enough_cells(index: faiss.IndexIVF, vectors: Vectors, recall: float) -> int:
    """The least number of cells (a power of two) that finds `recall` of the ten nearest.

    The questions are passages moved by most of the difference of two others: as far from the
    nearest passage as what customers ask, which no passage says in the same words.
    """
    chance = np.random.default_rng(_SEED)
    one, left, right = chance.integers(len(vectors), size=(3, _PROBED))
    asked = vectors[one] + 0.8 * (vectors[left] - vectors[right])
    asked /= np.linalg.norm(asked, axis=1, keepdims=True)
    _, nearest = faiss.knn(asked, vectors, 10, metric=faiss.METRIC_INNER_PRODUCT)
    probes = 1
    while probes < index.nlist:
        index.nprobe = probes
        _, found = index.search(asked, 10)
        kept = [len(set(a) & set(b)) for a, b in zip(nearest.tolist(), found.tolist(), strict=True)]
        if sum(kept) >= recall * nearest.size:
            return probes
        probes *= 2
    return int(index.nlist)


def _check(vectors: Vectors, dimension: int) -> None:
    if vectors.ndim != 2 or vectors.shape[1] != dimension:
        raise ValueError(f"Vectors must be [n, {dimension}], not {list(vectors.shape)}.")


def _ordered(numbers: Numbers, scores: Vectors) -> tuple[Numbers, Vectors]:
    # Ties go by number, so that the same question has the same answer on every machine and back
    # end.
    order = np.lexsort((numbers, -scores))
    return numbers[order], scores[order]
