"""Vectors kept from one build to the next: an edited article costs its own encoding only."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from knowledge.index import Vectors
from knowledge.search import Encoder


class KeptVectors:
    """An encoder that remembers what it has encoded; on disk only what the last build used."""

    def __init__(self, encoder: Encoder, encoder_hash: str, path: Path) -> None:
        """
        Args:
            encoder: encodes what is not known yet.
            encoder_hash: vectors of another encoder are not believed.
            path: the file kept from one build to the next; damaged or absent, it is begun anew.
        """
        self._encoder = encoder
        self._hash = encoder_hash
        self._path = path
        self._known = self._read()
        self._used: dict[str, Vectors] = {}
        self.new = 0
        """How many texts it has encoded since it was read."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors [n, dimension] of texts, as the encoder itself would give them."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self._encoder.encode(new), strict=True))
            self.new += len(new)
        if not texts:
            return self._encoder.encode([])
        self._used.update((text, self._known[text]) for text in texts)
        return np.stack([self._known[text] for text in texts])

    def save(self, *, all_known: bool = False) -> None:
        """Keep what was used, or all that is known, replacing the file as a whole."""
        kept = self._known if all_known else self._used
        texts = list(kept)
        draft = self._path.with_name(f".{self._path.name}.draft")
        with draft.open("wb") as file:
            np.savez(
                file,
                vectors=np.stack([kept[text] for text in texts]),
                texts=np.frombuffer(json.dumps([self._hash, *texts]).encode(), np.uint8),
            )
        draft.replace(self._path)

    def _read(self) -> dict[str, Vectors]:
        try:
            with self._path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
                encoder_hash, *texts = json.loads(kept["texts"].tobytes())
                vectors = kept["vectors"]
        except (OSError, ValueError, KeyError, EOFError, BadZipFile):
            return {}
        if encoder_hash != self._hash or len(texts) != len(vectors):
            return {}
        return dict(zip(texts, vectors, strict=True))
