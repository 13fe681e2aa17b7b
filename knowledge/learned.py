"""Which texts an encoder was tuned on together with their labels.

What is learned from such texts' predictions flatters: the encoder has seen the answer, even where a
classifier has not. So calibration keeps to the others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

# Beside the model: the sorted fingerprints. An encoder without it has learned no labels.
LEARNED = "learned.npy"


def fingerprint(text: str) -> int:
    """64 bits that tell a text, whatever its case and the space around it."""
    digest = hashlib.sha256(text.strip().casefold().encode("utf-8", "replace")).digest()
    return int.from_bytes(digest[:8], "big")


def write_learned(path: Path, texts: Iterable[str]) -> None:
    """Write the fingerprints of `texts`."""
    np.save(path, np.unique(np.array([fingerprint(text) for text in texts], np.uint64)))


def unlearned(folder: str | Path, texts: Sequence[str]) -> npt.NDArray[np.bool_]:
    """For each text whether the encoder in `folder` has not learned its label."""
    path = Path(folder) / LEARNED
    own = np.array([fingerprint(text) for text in texts], np.uint64)
    if not path.exists():
        return np.ones(len(own), bool)
    return ~np.isin(own, np.load(path, allow_pickle=False))
