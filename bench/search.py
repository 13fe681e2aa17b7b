"""`python -m bench.search`: building an index and searching it, by the number of passages.

Three kinds side by side in one run, on one thread: exact search, HNSW, and what `teller index`
builds (exact up to `knowledge.index.EXACT_UP_TO`, cells beyond). Recall@10 is against exact search.
`--million` measures a million passages too (about 5 GB of memory, most of half an hour).

No help centre has a million passages, so they are made: vectors of real texts (our articles and
messages, as encoded) are mixed in pairs of neighbours and moved by a part of the difference of two
others. What results lies where texts lie: as near to its neighbours, and in as many directions, as
the real ones do (the first line of the output compares them). Questions are made the same way of
texts that no passage is made of, moved twice as far.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from knowledge.articles import load_articles
from knowledge.encoder import Encoder
from knowledge.index import FaissIndex
from knowledge.messages import languages, read_messages
from knowledge.publish import VECTORS
from knowledge.vectors import KeptVectors
from server.settings import ROOT, Settings

SIZES = (1_000, 10_000, 100_000)
MILLION = 1_000_000
QUESTIONS = 500
SEED = 7
LINKS, BUILD_DEPTH, SEARCH_DEPTH = 32, 80, 128

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Row:
    """One kind of index at one size; times in seconds (build) and milliseconds (search)."""

    passages: int
    kind: str
    build_seconds: float
    p50: float
    p95: float
    recall: float
    megabytes: float
    # Median of exact search in the same run over this median: how many times faster.
    faster: float


def main() -> None:
    """Measure the sizes and print a table."""
    parser = argparse.ArgumentParser(prog="python -m bench.search", description=__doc__)
    parser.add_argument("--million", action="store_true", help="a million passages too")
    parser.add_argument("--sizes", type=int, nargs="*", default=None, help="other sizes")
    parser.add_argument("--without-hnsw", action="store_true", help="its build is slow")
    parser.add_argument("--json", type=Path, help="where the figures go")
    given = parser.parse_args()
    faiss.omp_set_num_threads(1)
    sizes = given.sizes or [*SIZES, *([MILLION] if given.million else [])]
    texts = real_vectors()
    held, asked = texts[: -len(texts) // 10], texts[-len(texts) // 10 :]
    questions = made(asked, QUESTIONS, SEED + 1, moved=0.7)
    print(f"{len(texts)} real vectors; {_likeness(texts)}")
    rows: list[Row] = []
    for size in sizes:
        vectors = made(held, size, SEED)
        print(f"\n{size:,} passages, made: {_likeness(vectors)}")
        for row in measure(vectors, questions, hnsw=not given.without_hnsw):
            rows.append(row)
            print(
                f"  {row.kind:24} build {row.build_seconds:8.1f} s   p50 {row.p50:7.2f} ms   "
                f"p95 {row.p95:7.2f} ms   Recall@10 {row.recall:.3f}   {row.megabytes:6.0f} MB   "
                f"{row.faster:6.1f} x exact",
                flush=True,
            )
    if given.json:
        given.json.write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n")


def measure(vectors: Vectors, questions: Vectors, *, hnsw: bool) -> list[Row]:
    """Every kind on the same vectors and questions."""
    numbers = np.arange(len(vectors))

    def exact() -> FaissIndex:
        index = FaissIndex(vectors.shape[1])
        index.add(numbers, vectors)
        return index

    def graph() -> FaissIndex:
        inner = faiss.IndexHNSWFlat(vectors.shape[1], LINKS, faiss.METRIC_INNER_PRODUCT)
        inner.hnsw.efConstruction, inner.hnsw.efSearch = BUILD_DEPTH, SEARCH_DEPTH
        inner.add(vectors)
        return FaissIndex(vectors.shape[1], inner)

    truth, reference, exact_row = _one("exact", exact, vectors, questions, None, None)
    rows = [exact_row]
    kinds: list[tuple[str, Callable[[], FaissIndex]]] = [("HNSW", graph)] if hnsw else []
    for name, build in [*kinds, ("teller index", lambda: FaissIndex.of(vectors))]:
        rows.append(_one(name, build, vectors, questions, truth, reference)[2])
    return rows


def _one(
    name: str,
    build: Callable[[], FaissIndex],
    vectors: Vectors,
    questions: Vectors,
    truth: list[set[int]] | None,
    reference: float | None,
) -> tuple[list[set[int]], float, Row]:
    started = time.perf_counter()
    index = build()
    built = time.perf_counter() - started
    for question in questions[:20]:
        index.search(question, 10)
    spent, found = [], []
    for question in questions:
        began = time.perf_counter()
        numbers, _ = index.search(question, 10)
        spent.append(1000 * (time.perf_counter() - began))
        found.append(set(numbers.tolist()))
    truth = found if truth is None else truth
    middle = statistics.median(spent)
    recall = statistics.mean(len(a & b) / len(a) for a, b in zip(truth, found, strict=True))
    if name != "exact" and index.cells is not None:
        name = f"{name}, {index.cells[0]} of {index.cells[1]} cells"
    row = Row(
        passages=len(vectors),
        kind=name,
        build_seconds=built,
        p50=middle,
        p95=float(np.percentile(spent, 95)),
        recall=recall,
        megabytes=_megabytes(index),
        faster=(reference or middle) / middle,
    )
    return truth, middle, row


def real_vectors() -> Vectors:
    """Vectors of our articles' texts and of the messages, in a fixed order, mixed well."""
    settings = Settings.load()
    encoder = Encoder(settings.encoder, 2)
    kept = KeptVectors(encoder, encoder.hash, settings.index / VECTORS)
    texts = [
        text
        for article in load_articles(settings.articles)
        for text in (article.title, *article.questions)
    ]
    nlu = ROOT / "data" / "nlu"
    texts += [each.text for language in languages(nlu) for each in read_messages(nlu, language)]
    distinct = sorted(set(texts))
    order = np.random.default_rng(SEED).permutation(len(distinct))
    return kept.encode([distinct[number] for number in order])


def made(texts: Vectors, count: int, seed: int, *, moved: float = 0.35) -> Vectors:
    """`count` vectors [count, dimension], normalised, like those of `texts`.

    Each is a text's vector mixed with that of one of its ten nearest, plus `moved` times the
    difference of two others.
    """
    chance = np.random.default_rng(seed)
    index = faiss.IndexFlatIP(texts.shape[1])
    index.add(texts)
    near = index.search(texts, 11)[1][:, 1:]
    made = np.empty((count, texts.shape[1]), np.float32)
    for start in range(0, count, 50_000):
        size = min(50_000, count - start)
        one, left, right = chance.integers(len(texts), size=(3, size))
        other = near[one, chance.integers(near.shape[1], size=size)]
        share = chance.random((size, 1), np.float32)
        part = share * texts[one] + (1 - share) * texts[other]
        part += np.float32(moved) * (texts[left] - texts[right])
        part /= np.linalg.norm(part, axis=1, keepdims=True)
        made[start : start + size] = part
    return made


def _likeness(vectors: Vectors) -> str:
    """How near a vector's nearest is, and in how many directions the vectors spread."""
    chance = np.random.default_rng(SEED)
    sample = vectors[chance.permutation(len(vectors))[:2000]]
    cosines = sample @ sample.T
    np.fill_diagonal(cosines, -1)
    values = np.linalg.eigvalsh(np.cov(sample.T)).clip(0)
    spread = values.sum() ** 2 / (values**2).sum()
    return (
        f"nearest of {len(sample)}: cosine {np.median(cosines.max(axis=1)):.2f} (median), "
        f"spread over {spread:.0f} directions"
    )


def _megabytes(index: FaissIndex) -> float:
    with tempfile.NamedTemporaryFile() as file:
        index.save(Path(file.name))
        return Path(file.name).stat().st_size / 1e6


if __name__ == "__main__":
    main()
