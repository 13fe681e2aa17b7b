"""What the trained intent classifier says of the labelled messages."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.intents.estimator import IntentEstimator
from bot.labelled import add_rankings

TEXTS = ["what is the fee", "how much is the fee", "i want a person", "give me a human"]
LABELS = ["fee", "fee", "person", "person"]


def encode(texts: Sequence[str]) -> np.ndarray:
    """Says whether a fee is spoken of."""
    return np.array([[1.0, 0.0] if "fee" in text else [0.0, 1.0] for text in texts], np.float32)


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "rows.jsonl"
    said = [{"text": "a fee again", "needed": False}, {"text": "a person please", "needed": True}]
    path.write_text("".join(json.dumps(row) + "\n" for row in said), encoding="utf-8")
    return path


def test_each_row_gets_its_ranking(rows: Path, tmp_path: Path) -> None:
    (tmp_path / "classifier").mkdir()
    estimator = IntentEstimator()
    estimator.fit(TEXTS, encode(TEXTS), LABELS)
    estimator.save(tmp_path / "classifier")
    with tarfile.open(tmp_path / "model.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "classifier", "components/train_classifier3")
    assert add_rankings(tmp_path / "model.tar.gz", rows, encode)
    fee, person = (json.loads(line) for line in rows.read_text("utf-8").splitlines())
    assert fee["needed"] is False
    assert fee["ranking"][0][0] == "fee"
    assert person["ranking"][0][0] == "person"


def test_a_model_without_our_classifier_says_nothing(rows: Path, tmp_path: Path) -> None:
    before = rows.read_text("utf-8")
    with tarfile.open(tmp_path / "model.tar.gz", "w:gz"):
        pass
    assert not add_rankings(tmp_path / "model.tar.gz", rows, encode)
    assert rows.read_text("utf-8") == before
