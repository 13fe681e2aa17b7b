"""The probability that a person is needed: what the intents say and what the message itself says,
weighed together.

A logistic regression like the gate's, fitted at index time (knowledge/need_fitting.py) on labelled
messages. The intents alone miss what is said in passing ("... and this is the third time I ask");
the message alone knows less of what "3 days" is about.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from knowledge.errors import IndexUnavailableError
from knowledge.understanding import Understanding

DEFAULT = Path(__file__).with_name("need.json")

FEATURES = ("intents", "message")
# As many intents as the classifier writes of its out-of-fold predictions.
RANKED = 5


@dataclass(frozen=True)
class Need:
    """A fitted model and its threshold.

    A person is called at `threshold` and above; `recall` is what it was chosen for, `measured` what
    cross-validation found for each language.
    """

    coefficients: Mapping[str, float]
    intercept: float
    threshold: float
    recall: float
    measured: Mapping[str, Any] = field(default_factory=dict)

    def probability(self, understanding: Understanding, needing: frozenset[str]) -> float:
        """The probability (0..1) that the message needs a person.

        Args:
            needing: the intents whose messages need one.
        """
        values = need_features(understanding, needing)
        if values is None:
            return min(1.0, understanding.mass(needing))
        total = self.intercept + sum(
            weight * values[name] for name, weight in self.coefficients.items()
        )
        return 1.0 / (1.0 + math.exp(-total))

    def save(self, path: Path) -> None:
        """Write as JSON."""
        path.write_text(json.dumps(asdict(self), indent=2, sort_keys=True) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path = DEFAULT) -> Need:
        """A fitted model; raises IndexUnavailableError when it cannot be read or weighs other
        quantities than this code.
        """
        try:
            need = cls(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise IndexUnavailableError(f"{path} cannot be read; run `teller index`.") from error
        unknown = set(need.coefficients) ^ set(FEATURES)
        if unknown:
            raise IndexUnavailableError(
                f"{path} weighs other quantities ({', '.join(sorted(unknown))}); "
                "run `teller index`."
            )
        return need


def need_features(understanding: Understanding, needing: frozenset[str]) -> dict[str, float] | None:
    """The quantities of FEATURES; None where the pipeline says nothing about the message's need."""
    if understanding.needs_human is None:
        return None
    likeliest = understanding.ranking[:RANKED]
    return {
        "intents": log_odds(sum(value for name, value in likeliest if name in needing)),
        "message": log_odds(understanding.needs_human),
    }


def log_odds(probability: float) -> float:
    """Log odds within -5..5, so that no certainty drowns every other quantity."""
    inside = min(max(probability, 0.0067), 0.9933)
    return math.log(inside / (1 - inside))
