"""Figures of the assistant's own cross-validation, which training writes.

Each row holds what an ensemble that did not see the example predicts; it is the training data's
own estimate, before any message that nobody trained on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from evaluation import metrics
from evaluation.errors import TableError
from evaluation.intents import measure
from evaluation.tables import OUT_OF_SCOPE, Example, Prediction

ALL = "all"


def read_validation(path: Path) -> tuple[list[Example], list[Prediction]]:
    """Read `cross_validation.jsonl`; `accepted` is not in it and left false.

    Raises:
        TableError: the file is missing or of another form.
    """
    examples: list[Example] = []
    predictions: list[Prediction] = []
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                row = json.loads(line)
                examples.append(Example(row["text"], row["intent"], number))
                predictions.append(
                    Prediction(row["predicted"], row["confidence"], row["in_scope"], accepted=False)
                )
    except OSError as error:
        raise TableError(f"{path} cannot be read: {error.strerror}. Run `teller train`.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise TableError(f"{path} has another form ({error}). Run `teller train`.") from error
    return examples, predictions


def by_language(
    examples: list[Example],
    predictions: list[Prediction],
    *,
    language: Callable[[str, str], str],
    topic: Callable[[str], str],
    outside: Collection[str],
) -> dict[str, dict[str, Any]]:
    """Figures of each language in alphabetical order, then of all.

    Args:
        language: of a text and its intent.
        topic: of an intent.
        outside: intents that stand for what the assistant does not cover; they count as out of
            scope in `auroc` and `fpr95` and as intents like others in the rest.
    """
    pairs = list(zip(examples, predictions, strict=True))
    languages = [language(example.text, example.intent) for example in examples]
    groups: dict[str, list[tuple[Example, Prediction]]] = {}
    for name, pair in zip(languages, pairs, strict=True):
        groups.setdefault(name, []).append(pair)
    groups = {**dict(sorted(groups.items())), ALL: pairs}
    return {name: _figures(group, topic=topic, outside=outside) for name, group in groups.items()}


def _figures(
    pairs: list[tuple[Example, Prediction]],
    *,
    topic: Callable[[str], str],
    outside: Collection[str],
) -> dict[str, Any]:
    examples, predictions = [each for each, _ in pairs], [each for _, each in pairs]
    covered = [
        replace(each, intent=OUT_OF_SCOPE) if each.intent in outside else each for each in examples
    ]
    figures: Mapping[str, Any] = asdict(
        measure(examples, predictions, train_seconds=0, ms_per_message=0)
    )
    scope = asdict(measure(covered, predictions, train_seconds=0, ms_per_message=0))
    right = [topic(found.predicted) == topic(example.intent) for example, found in pairs]
    return {
        "examples": len(pairs),
        "accuracy": figures["in_scope_accuracy"],
        "topic_accuracy": metrics.accuracy(right),
        "macro_f1": figures["macro_f1"],
        "ece": figures["ece"],
        "coverage_at_95": figures["coverage_at_95"],
        "auroc": scope["auroc"],
        "fpr95": scope["fpr95"],
    }
