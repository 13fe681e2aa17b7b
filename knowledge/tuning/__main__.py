"""`python -m knowledge.tuning --out FOLDER`: tune the sentence encoder.

Stage A on English examples and their intents, then the vocabulary, then stage B on pairs, then the
mean with the model that it started from. The result is a sentence-transformers folder for
`make encoder ENCODER=FOLDER`, with what was done and measured in tuning.json beside it, and in
learned.npy whose labels were learned.
"""

from __future__ import annotations

import argparse
import copy
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from knowledge.errors import KnowledgeError
from knowledge.export import DEFAULT_MODEL, PROVENANCE, _origin, _source
from knowledge.learned import LEARNED, write_learned
from knowledge.tuning import blending, contrastive, distillation, vocabulary
from knowledge.tuning.corpora import PHRASINGS, Corpora
from knowledge.tuning.plain import read_glosses

ROOT = Path(__file__).resolve().parents[2]
RECORD = "tuning.json"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit status is 1 when something to be read is missing or malformed."""
    parser = argparse.ArgumentParser(
        prog="make encoder-tune", description="Tune the sentence encoder for Teller's languages."
    )
    parser.add_argument(
        "--sets",
        type=Path,
        help="folder with SET/train.csv (text, intent): public labelled English",
    )
    parser.add_argument(
        "--wordnet",
        type=Path,
        help="folder with WordNet's data.*: plain English that is to stay where it was",
    )
    parser.add_argument("--out", type=Path, required=True, help="folder to write; not there yet")
    parser.add_argument("--model", default=DEFAULT_MODEL, help="what to start from")
    parser.add_argument(
        "--epochs", type=float, default=distillation.EPOCHS, help="of stage B (default %(default)s)"
    )
    parser.add_argument(
        "--pieces", type=int, default=vocabulary.PIECES, help="word pieces to add (%(default)s)"
    )
    parser.add_argument(
        "--share",
        type=float,
        default=blending.SHARE,
        help="of the tuned weights in their mean with the original's (%(default)s)",
    )
    parser.add_argument("--steps", type=int, help="at most so many in each stage, to try it out")
    options = parser.parse_args(arguments)
    if options.out.exists():
        sys.stderr.write(f"{options.out} exists already. Name another folder, or move it away.\n")
        return 1
    try:
        plain = read_glosses(options.wordnet) if options.wordnet else []
        corpora = Corpora.read(ROOT, options.sets, plain)
    except KnowledgeError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    tune(corpora, options)
    return 0


def tune(corpora: Corpora, options: argparse.Namespace) -> None:
    """All steps in order; `options` are those of the command."""
    import torch
    from sentence_transformers import SentenceTransformer

    # Gradients near zero become denormal numbers, on which processors are many times slower.
    torch.set_flush_denormal(True)
    torch.manual_seed(0)
    began = time.monotonic()
    teacher = SentenceTransformer(
        str(_source(options.model)), device="cpu", model_kwargs={"attn_implementation": "sdpa"}
    )
    original = copy.deepcopy(teacher)
    figures = {"before": distillation.measure(teacher, teacher, corpora)}
    _say("Held-out messages, before anything:", figures["before"])

    _say("Stage A: English examples by intent")
    steps_a = contrastive.tune(teacher, corpora.labelled, say=_say, most_steps=options.steps)

    student = copy.deepcopy(teacher)
    added = vocabulary.extend(student, corpora, options.pieces)
    _say(f"Vocabulary: {added} pieces added, {len(student.tokenizer)} in all")
    figures["vocabulary"] = distillation.measure(student, teacher, corpora)
    _say("Held-out messages, with the new vocabulary:", figures["vocabulary"])

    _say("Stage B: other languages to their English meaning")
    steps_b = distillation.distil(
        student,
        teacher,
        corpora,
        say=_say,
        epochs=options.epochs,
        most_steps=options.steps,
    )
    figures["distilled"] = distillation.measure(student, teacher, corpora)
    _say("Held-out messages, distilled:", figures["distilled"])

    blending.blend(student, original, options.share)
    figures["after"] = distillation.measure(student, teacher, corpora)
    _say("Held-out messages, after the mean with the original:", figures["after"])

    minutes = (time.monotonic() - began) / 60
    student.save(str(options.out))
    record = {
        "started_from": options.model,
        "sets": {name: len(examples) for name, examples in corpora.sets.items()},
        "pairs": len(corpora.pairs),
        "plain": len(corpora.plain),
        "held_out": len(corpora.held_out),
        "pieces_added": added,
        "steps": {"a": steps_a, "b": steps_b},
        "share": options.share,
        "minutes": round(minutes, 1),
        "figures": figures,
    }
    origin = _origin(options.model, _source(options.model))
    sets = ", ".join(corpora.labelled)
    trained_on = (
        f"{sets} (four in five with labels); {PHRASINGS}; "
        f"{len(corpora.pairs)} pairs of other languages and English"
        + ("; glosses of WordNet, without labels" if corpora.plain else "")
    )
    write_learned(options.out / LEARNED, corpora.learned())
    _write(options.out / RECORD, record)
    _write(options.out / PROVENANCE, {**origin, "trained_on": trained_on})
    _say(f"{options.out} written in {minutes:.0f} minutes; make encoder ENCODER={options.out}")


def _write(path: Path, values: dict[str, Any]) -> None:
    text = json.dumps(values, indent=2, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


def _say(line: str, figures: dict[str, dict[str, Any]] | None = None) -> None:
    rows = [
        f"  {language}: {row['messages']} messages, cosine {row['cosine']:.3f}, "
        f"intents right {row['right']:.3f}"
        for language, row in (figures or {}).items()
    ]
    sys.stdout.write("\n".join([line, *rows]) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
