"""Sentence vectors while the assistant is trained: each text is encoded once, and early.

Encoding every training message takes a quarter of a training. Rasa reads and checks the data for
half a minute before the first component sees them; `bot.train` lets other processes encode
meanwhile. (Threads would wait for the interpreter's lock most of that time.) Three parts of the
training ask for vectors, partly of the same texts.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import numpy as np

from knowledge.encoder import Encoder

ROOT = Path(__file__).resolve().parents[1]
# Word pieces read of a message; what comes later hardly changes what it is about.
MAX_TOKENS = 128
_WORKERS = 2
_CHUNK = 256


class TrainingVectors:
    """An encoder that remembers what it was asked for, and can be asked ahead.

    Args:
        folder: the encoder's.
        max_tokens: word pieces read of a text.
    """

    def __init__(self, folder: Path, max_tokens: int) -> None:
        self._encoder = Encoder(folder, threads=_WORKERS, max_tokens=max_tokens)
        self._coming: dict[str, tuple[Future[np.ndarray], int]] = {}
        self._known: dict[str, np.ndarray] = {}
        self._pools: list[ProcessPoolExecutor] = []

    def ahead(self, texts: Sequence[str]) -> None:
        """Begin to encode texts in processes of their own, and return at once."""
        new = [text for text in dict.fromkeys(texts) if text not in self._coming]
        pool = ProcessPoolExecutor(
            _WORKERS,
            # A fork of a process with threads may wait for ever.
            multiprocessing.get_context("spawn"),
            initializer=_begin,
            initargs=(self._encoder.folder, self._encoder.max_tokens),
        )
        for chunk in _chunks(new):
            vectors = pool.submit(_encode, chunk)
            self._coming.update((text, (vectors, row)) for row, text in enumerate(chunk))
        self._pools.append(pool)

    def close(self) -> None:
        """Leave what nobody has waited for: a training that failed, or had nothing to learn, is
        not held up by it.
        """
        for pool in self._pools:
            # A pool that nobody holds any more cancels nothing: it stays in the list.
            pool.shutdown(wait=False, cancel_futures=True)

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of shape (texts, dimension); waits until all are there."""
        for text in texts:
            if text not in self._known and text in self._coming:
                vectors, row = self._coming.pop(text)
                # Where a process was ended (for its memory, say), this one encodes.
                with suppress(BrokenProcessPool):
                    self._known[text] = vectors.result()[row]
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, self._encoder.encode(new), strict=True))
        if not texts:
            return self._encoder.encode([])
        return np.stack([self._known[text] for text in texts])


_worker: Encoder | None = None


def _begin(folder: Path, max_tokens: int) -> None:
    global _worker
    _worker = Encoder(folder, max_tokens=max_tokens)


def _encode(texts: Sequence[str]) -> np.ndarray:
    assert _worker is not None
    return _worker.encode(texts)


def _chunks(texts: Sequence[str]) -> Iterator[list[str]]:
    return (list(texts[start : start + _CHUNK]) for start in range(0, len(texts), _CHUNK))


@lru_cache(maxsize=1)
def training_vectors(name: str, max_tokens: int) -> TrainingVectors:
    """Those of an encoder's folder (a relative one lies in the checkout), for this process."""
    return TrainingVectors(ROOT / name, max_tokens)
