"""One number for the gate: the calibrated probability that the best article answers the message.

A logistic regression over the signals of understanding and search, fitted at index time
(knowledge/fitting.py) and kept as JSON beside the index, so that answering needs a dozen
multiplications and no learning library.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from knowledge.errors import IndexUnavailableError
from knowledge.search import Candidate
from knowledge.understanding import Understanding
from knowledge.words import companies, fold

DEFAULT = Path(__file__).with_name("calibration.json")

FEATURES = (
    "confidence",
    "in_scope",
    "answerable",
    "cosine",
    "lexical",
    "margin",
    "retrieval_margin",
    "lead",
    "agreement",
    "agrees",
    "retrieval_agrees",
    "words",
    "known_words",
    "other_company",
)


def features(
    understanding: Understanding,
    candidates: Sequence[Candidate],
    *,
    answerable: float,
    known_words: float,
) -> dict[str, float]:
    """The signals for the first candidate.

    `answerable` is the probability that the message is of an intent that articles answer,
    `known_words` the share of its words that some article holds.
    """
    best = candidates[0]
    # Two articles that answer the same do not make each other doubtful.
    rivals = [other for other in candidates[1:] if best.rivals(other)]
    second = max((other.score for other in rivals), default=0.0)
    nearest = max((other.retrieval for other in rivals), default=0.0)
    return {
        "confidence": logit(understanding.confidence),
        "in_scope": logit(understanding.in_scope),
        "answerable": logit(answerable),
        "cosine": best.cosine,
        "lexical": best.lexical,
        "margin": best.score - second,
        "retrieval_margin": best.retrieval - nearest,
        "lead": best.retrieval - max((other.retrieval for other in candidates[1:]), default=0.0),
        "agreement": logit(best.agreement),
        "agrees": float(best.agreement >= understanding.confidence - 1e-6),
        "retrieval_agrees": float(best.retrieval >= nearest),
        "words": math.log1p(len(understanding.text.split())),
        "known_words": known_words,
        "other_company": float(names_company(understanding.text)),
    }


def names_company(text: str) -> bool:
    """Whether another company is named: then the message may be about its service, not ours."""
    return any(word in companies() for word in re.findall(r"[a-z0-9]+", fold(text)))


def logit(probability: float) -> float:
    """Log odds, kept within -4..4 so that a classifier's certainty cannot drown every other
    signal.
    """
    inside = min(max(probability, 0.018), 0.982)
    return math.log(inside / (1 - inside))


@dataclass(frozen=True)
class Calibration:
    """A fitted model and its thresholds.

    At `answer` and above the article is given; `precision` is what that threshold was chosen for,
    `measured` what cross-validation found (examples, coverage, precision, Brier score).
    """

    coefficients: Mapping[str, float]
    intercept: float
    answer: float
    precision: float
    measured: Mapping[str, Any] = field(default_factory=dict)

    def probability(self, values: Mapping[str, float]) -> float:
        """The probability (0..1) that the article these signals belong to answers the message."""
        total = self.intercept + sum(
            weight * values[name] for name, weight in self.coefficients.items()
        )
        return 1.0 / (1.0 + math.exp(-max(-40.0, min(40.0, total))))

    def save(self, path: Path) -> None:
        """Write as JSON."""
        path.write_text(json.dumps(asdict(self), indent=2, sort_keys=True) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path = DEFAULT) -> Calibration:
        """A fitted model; raises IndexUnavailableError when it cannot be read or knows other
        signals than this code.
        """
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            calibration = cls(**values)
        except (OSError, ValueError, TypeError) as error:
            raise IndexUnavailableError(
                f"The gate's calibration {path} cannot be read; run `teller index`."
            ) from error
        unknown = set(calibration.coefficients) - set(FEATURES)
        if unknown:
            raise IndexUnavailableError(
                f"The gate's calibration {path} uses unknown signals "
                f"({', '.join(sorted(unknown))}); run `teller index`."
            )
        return calibration
