"""`python -m bot.train --out FILE`: training, then one atomic swap.

`nlu/cross_validation.jsonl` beside the model holds, for each training example, what an ensemble
that did not see it predicts, `nlu/tone_validation.jsonl` the same for each message of data/tone.
`scripts/check-data` checks the data.
The model in use is replaced only by one that was trained and packed completely.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tarfile
import tempfile
import time
import warnings
from pathlib import Path

from bot.intents.tone_data import read_tones
from bot.labelled import add_rankings
from bot.training_vectors import MAX_TOKENS, TrainingVectors, training_vectors
from bot.wish_messages import read_examples

os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# Rasa's progress bars flicker by in a second and fill a log with hundreds of lines.
os.environ.setdefault("LOG_LEVEL", "WARNING")

ROOT = Path(__file__).resolve().parent.parent
# What an ensemble says about examples that it did not see: the gate is calibrated on it.
LABELLED = "tone_validation.jsonl"
VALIDATIONS = ("cross_validation.jsonl", LABELLED)
DATA = ("data/nlu", "data/rules", "data/stories")


def main(arguments: list[str] | None = None) -> int:
    """0 when the new model is in place, 1 when the data or the training failed."""
    options = _parse(arguments)
    began = time.monotonic()

    def say(text: str) -> None:
        print(f"[{time.monotonic() - began:5.1f} s] {text}", flush=True)

    vectors = _vectors(options.config)
    say("Loading Rasa")
    # Rasa's frozen libraries deprecate each other at every start, and some of them set the filters
    # back; nobody here can mend them.
    warnings.showwarning = lambda *_arguments, **_options: None
    import logging

    from rasa.model_training import train
    from rasa.utils.log_utils import configure_structlog

    logging.basicConfig(level=logging.INFO, format="          %(message)s")
    for noisy in ("rasa", "tensorflow", "matplotlib", "numexpr", "absl"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    configure_structlog(logging.WARNING)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    # Beside the target, so that the swap is one rename on one file system.
    folder = Path(tempfile.mkdtemp(prefix=".training-", dir=options.out.parent))
    try:
        say("Training on data/nlu, data/rules and data/stories")
        result = train(
            domain=str(ROOT / "domain.yml"),
            config=str(options.config),
            training_files=[str(ROOT / name) for name in DATA],
            output=str(folder),
            fixed_model_name="teller",
            force_training=options.force,
        )
        if result.code or not result.model:
            say("Training gave no model")
            return 1
        validations = _validations(Path(result.model), folder)
        say("Asking the model about the labelled messages")
        for rows in validations:
            if rows.name == LABELLED and vectors is not None:
                add_rankings(Path(result.model), rows, vectors.encode)
        Path(result.model).replace(options.out)
        (options.out.parent / "nlu").mkdir(exist_ok=True)
        for rows in validations:
            rows.replace(options.out.parent / "nlu" / rows.name)
    finally:
        if vectors is not None:
            vectors.close()
        shutil.rmtree(folder, ignore_errors=True)
    say(f"Model in place: {options.out}")
    return 0


def _validations(model: Path, folder: Path) -> list[Path]:
    """Take the out-of-fold predictions out of the archive, those that its pipeline has."""
    found = []
    with tarfile.open(model) as archive:
        for inside in archive.getnames():
            name = Path(inside).name
            member = archive.extractfile(inside) if name in VALIDATIONS else None
            if member is not None:
                (folder / name).write_bytes(member.read())
                found.append(folder / name)
    return found


def _vectors(config: Path) -> TrainingVectors | None:
    """The vectors of the configured encoder, already begun with those of all training messages;
    None where no component asks for any.
    """
    import yaml

    pipeline = yaml.safe_load(config.read_text(encoding="utf-8"))["pipeline"]
    named = next((each for each in pipeline if "encoder" in each), None)
    if named is None:
        return None
    vectors = training_vectors(named["encoder"], named.get("max_tokens", MAX_TOKENS))
    examples = (*read_examples(ROOT / "data" / "nlu"), *read_tones(ROOT / "data" / "tone"))
    vectors.ahead([each.text for each in examples])
    return vectors


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.train", description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--config", type=Path, default=ROOT / "config.yml")
    parser.add_argument("--force", action="store_true", help="train every component anew")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
