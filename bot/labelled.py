"""What the trained intent classifier says of the labelled messages of data/tone.

Neither it nor the sentence encoder has learned from them, while both know the training messages of
intents; so on these alone it can be fitted how much an intent says about the need of a person
(knowledge/need_fitting.py).
"""

from __future__ import annotations

import json
import tarfile
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from bot.intents.estimator import IntentEstimator

RANKED = 5
_FILES = ("estimator.json", "estimator.npz")


def add_rankings(model: Path, rows: Path, encode: Callable[[Sequence[str]], np.ndarray]) -> bool:
    """Give each row of a JSON Lines file the `ranking` of its `text`, [[intent, probability], ...].

    Args:
        model: the archive of the trained model.
        rows: the file, written anew.
        encode: gives the vectors, by the encoder that the model was trained with.

    Returns:
        False where the model has no intent classifier of ours; the file stays as it is.
    """
    with tempfile.TemporaryDirectory() as folder:
        if not _unpack(model, Path(folder)):
            return False
        estimator = IntentEstimator.load(folder)
    said = [json.loads(line) for line in rows.read_text(encoding="utf-8").split("\n") if line]
    texts = [row["text"] for row in said]
    found = estimator.predict(texts, encode(texts))
    with rows.open("w", encoding="utf-8") as file:
        for row, prediction in zip(said, found, strict=True):
            ranking = [[name, round(value, 6)] for name, value in prediction.ranking[:RANKED]]
            file.write(json.dumps({**row, "ranking": ranking}, ensure_ascii=False) + "\n")
    return True


def _unpack(model: Path, folder: Path) -> bool:
    """Take the estimator's files out of the archive; whether all were there."""
    with tarfile.open(model) as archive:
        for inside in archive.getnames():
            member = archive.extractfile(inside) if Path(inside).name in _FILES else None
            if member is not None:
                (folder / Path(inside).name).write_bytes(member.read())
    return all((folder / name).exists() for name in _FILES)
