"""Public sets and the protocols that they are measured by.

The folder is laid out as docs/evaluation.md tells; the files are not part of Teller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from evaluation.errors import TableError
from evaluation.tables import OUT_OF_SCOPE, Example, read_examples, read_training

HELD_OUT = "held_out_intents.txt"


@dataclass(frozen=True)
class Benchmark:
    """A public set.

    Attributes:
        name: as `--only` names it.
        title: as a page names it.
        train, test: paths below the folder; several training files are measured each on its own,
            and figures are their means.
        held_out: the file whose intents are taken out of training and count as out of scope in
            the test; none where that protocol does not apply.
        published: the best figures published for systems on this set, in percent or as AUROC.
    """

    name: str
    title: str
    train: tuple[str, ...]
    test: str
    held_out: str | None = None
    published: str = ""


@dataclass(frozen=True)
class Round:
    """One training and one test of a benchmark."""

    train: Sequence[Example] = field(repr=False)
    test: Sequence[Example] = field(repr=False)


_BANKING = "banking77"
BENCHMARKS = (
    Benchmark(
        "banking77",
        "BANKING77",
        (f"{_BANKING}/train.csv",),
        f"{_BANKING}/test.csv",
        published="94.2 (ConvFiT)",
    ),
    Benchmark(
        "banking77-10shot",
        "BANKING77, 10 per intent",
        tuple(f"{_BANKING}/train_10shot_seed{seed}.csv" for seed in range(3)),
        f"{_BANKING}/test.csv",
        published="89.8 (ICDA, another draw)",
    ),
    Benchmark(
        "banking77-held-out",
        "BANKING77, 27 intents held out",
        (f"{_BANKING}/train.csv",),
        f"{_BANKING}/test.csv",
        held_out=f"{_BANKING}/{HELD_OUT}",
    ),
    Benchmark(
        "clinc150",
        "CLINC150",
        ("clinc150/train.csv",),
        "clinc150/test.csv",
        published="97.3 (ConvFiT), AUROC .969 (SNGP)",
    ),
    Benchmark("hwu64", "HWU64", ("hwu64/train.csv",), "hwu64/test.csv", published="92.4 (ConvFiT)"),
    Benchmark("ru", "Russian, AutoFAQ", ("multilingual/ru_train.csv",), "multilingual/ru_test.csv"),
    Benchmark("tr", "Turkish, xSID", ("multilingual/tr_train.csv",), "multilingual/tr_test.csv"),
    Benchmark(
        "es",
        "Spanish, Schuster et al., 10 per intent",
        ("multilingual/es_train_10shot.csv",),
        "multilingual/es_test.csv",
    ),
)


def rounds(benchmark: Benchmark, folder: Path) -> list[Round]:
    """Read a benchmark's files below `folder`.

    Raises:
        TableError: a file is missing or bad.
    """
    test = read_examples(folder / benchmark.test)
    held_out = _intents(folder / benchmark.held_out) if benchmark.held_out else frozenset()
    if held_out:
        test = [
            replace(each, intent=OUT_OF_SCOPE) if each.intent in held_out else each for each in test
        ]
    return [
        Round(
            [each for each in read_training(folder / name) if each.intent not in held_out],
            test,
        )
        for name in benchmark.train
    ]


def _intents(path: Path) -> frozenset[str]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise TableError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise TableError(f"{path} is not UTF-8 text.") from error
    names = frozenset(line.strip() for line in lines if line.strip())
    if not names:
        raise TableError(f"{path} names no intent.")
    return names
