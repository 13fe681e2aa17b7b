"""Runs this folder's tests that need spaCy, scikit-learn or Rasa, in Rasa's own environment."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
RASA = ROOT / ".venv-rasa" / "bin" / "python"
FILES = (
    "test_entities.py",
    "test_estimator.py",
    "test_labelled.py",
    "test_ngrams.py",
    "test_settings_of_components.py",
    "test_tone_component.py",
    "test_tuning.py",
    "test_wish_fitting.py",
)


@pytest.mark.parametrize("name", FILES)
def test_file(name: str) -> None:
    assert RASA.exists(), "Rasa's environment is missing; run `make setup`"
    here = Path(__file__).parent
    finished = subprocess.run(
        [
            RASA, "-W", "ignore", "-m", "pytest", "-q", "-c", "/dev/null", "--rootdir", ROOT,
            "--confcutdir", here, "--import-mode=importlib", "-p", "no:cacheprovider",
            "-o", "pythonpath=" + str(ROOT), here / name,
        ],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )  # fmt: skip
    assert finished.returncode == 0, finished.stdout[-6000:] + finished.stderr[-2000:]
