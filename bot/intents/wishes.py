"""Several wishes in one message: "withdrawal stuck and also what's the fee for btc" wants two.

Decided in two steps, so that the usual message with one wish costs nearly nothing. First a linear
model of the words on both sides of each possible cut (bot/intents/clauses.py) says whether both
sound like requests of their own: "I sent btc yesterday | and it has not arrived" does not. Only
where they do, the classifier reads both sides, and a second model weighs how sure it is of each,
how far they differ, and what it made of the whole. Doubt between two intents of ours ("the fee for
btc" may be for a withdrawal or a trade) is no doubt that something is wanted, so the probabilities
of all of them count together beside the highest.

Both models are fitted by `python -m bot.wish_fitting` on the training messages and lie in
models/wishes. They use words and probabilities, no vectors: another encoder leaves them valid.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from bot.intents.clauses import Cut, Joint, Span, cuts, fold
from bot.intents.estimator import EstimatorError, Prediction

FOLDER = Path(__file__).resolve().parents[2] / "models" / "wishes"
TABLE = "words.npz"
SETTINGS = "model.json"
FORMAT = 2

SLOTS = 1 << 13
# One model for each side of the cut.
SIDES = 2
SHAPE = (*(joint.name.lower() for joint in Joint), "shorter", "bias")
EVIDENCE = (
    "words", "surer", "less_sure", "wishes", "apart", "scope", "overlap", "crossed", "whole",
    "whole_both", "whole_lesser", "whole_scope", *SHAPE,
)  # fmt: skip
_LEAST = 1e-4
# As likely as this is what the whole message does not sound like at all.
_UNHEARD = 0.005

Judge = Callable[[Sequence[str]], Sequence[Prediction]]


@dataclass(frozen=True)
class Wish:
    """One thing that a message wants: characters `start` to `end` of it, and what they mean."""

    text: str
    start: int
    end: int
    prediction: Prediction


@dataclass(frozen=True)
class WishModel:
    """The two fitted models.

    Args:
        table: weights of hashed words, shape (SIDES, SLOTS).
        shape: weights of SHAPE beside them.
        floor: below this score of the words a cut is not looked at any further.
        weights: weights of EVIDENCE.
        threshold: from this score of the evidence on, a cut divides two wishes.
    """

    table: np.ndarray
    shape: np.ndarray
    floor: float
    weights: np.ndarray
    threshold: float
    report: dict[str, float] = field(default_factory=dict)

    def words(self, left: str, right: str, joint: Joint) -> float:
        """The score of the words on both sides of a cut."""
        score = float(shape(left, right, joint) @ self.shape)
        for side, text in enumerate((left, right)):
            slots, values = hashed(text)
            score += float(self.table[side, slots] @ values)
        return score

    def save(self, folder: Path = FOLDER) -> None:
        """Write the model: numbers and JSON, nothing that executes when read."""
        folder.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(folder / TABLE, table=self.table.astype(np.float16))
        settings = {
            "format": FORMAT,
            "shape": dict(zip(SHAPE, self.shape.round(5).tolist(), strict=True)),
            "floor": round(self.floor, 4),
            "evidence": dict(zip(EVIDENCE, self.weights.round(5).tolist(), strict=True)),
            "threshold": round(self.threshold, 4),
            "report": self.report,
        }
        (folder / SETTINGS).write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path = FOLDER) -> WishModel:
        """Read what `save` wrote.

        Raises:
            EstimatorError: a file is missing, damaged or of another version.
        """
        try:
            settings = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
            with np.load(folder / TABLE, allow_pickle=False) as file:
                table = file["table"].astype(np.float32)
            if settings["format"] != FORMAT or table.shape != (SIDES, SLOTS):
                raise ValueError("it was written by another version of Teller")
            return cls(
                table,
                np.array([settings["shape"][name] for name in SHAPE]),
                settings["floor"],
                np.array([settings["evidence"][name] for name in EVIDENCE]),
                settings["threshold"],
                settings["report"],
            )
        except (OSError, ValueError, KeyError) as error:
            raise EstimatorError(
                f"{folder} holds no model of wishes ({error}). Restore it from version control, or "
                "run `python -m bot.wish_fitting`."
            ) from error


@dataclass(frozen=True)
class WishFinder:
    """Finds the wishes of a message.

    Args:
        model: what was fitted.
        judge: encodes and classifies texts.
        asides: intents that are no wish beside another one (a greeting, a complaint's tone, what
            the assistant does not cover).
    """

    model: WishModel
    judge: Judge
    asides: Collection[str] = ()

    def find(self, text: str, whole: Prediction, entities: Iterable[Span] = ()) -> list[Wish]:
        """The wishes of a message in order: two or three, or none where it has only one."""
        spans = list(entities)
        parts = self._divided(Wish(text, 0, len(text), whole), spans)
        if parts:
            # A third one may be left on either side.
            more = [(self._divided(part, spans), part) for part in parts]
            divided, part = max(more, key=lambda each: len(each[0]))
            at = parts.index(part)
            parts[at : at + 1] = divided or [part]
        heard = [replace(each, prediction=informed(each.prediction, whole)) for each in parts]
        # The whole settles what a part means; it does not make two wishes one.
        return heard if len({each.prediction.intent for each in heard}) == len(heard) else parts

    def _divided(self, part: Wish, spans: Sequence[Span]) -> list[Wish]:
        """Both sides of the best cut, if it divides two wishes."""
        inner = [(begin - part.start, end - part.start) for begin, end in spans]
        sides = [(cut, *sides_of(part.text, cut)) for cut in cuts(part.text, inner)]
        scored = [
            (self.model.words(left, right, cut.joint), cut, left, right)
            for cut, left, right in sides
        ]
        likely = [each for each in scored if each[0] >= self.model.floor]
        if not likely:
            return []
        texts = list(dict.fromkeys(text for _, _, *both in likely for text in both))
        found = dict(zip(texts, self.judge(texts), strict=True))
        best: tuple[float, Cut, str, str] | None = None
        for words, cut, left, right in likely:
            first, second = found[left], found[right]
            if two_kinds(first, second, self.asides):
                shaped = shape(left, right, cut.joint)
                values = evidence(words, shaped, part.prediction, first, second, self.asides)
                score = float(values @ self.model.weights)
                if score >= max(self.model.threshold, best[0] if best else -np.inf):
                    best = score, cut, left, right
        if best is None:
            return []
        _, cut, left, right = best
        start = part.start
        return [
            Wish(left, start, start + cut.end, found[left]),
            Wish(right, start + cut.start, start + cut.start + len(right), found[right]),
        ]


def informed(part: Prediction, whole: Prediction) -> Prediction:
    """What a part of a message means, knowing what the whole sounds like.

    "What's the fee for btc" leaves open for what; behind "my withdrawal is stuck" it does not. The
    whole counts as its square root, since it says the same words in part, and never forbids.
    """
    heard = dict(whole.ranking)
    odds = {name: value * (heard.get(name, 0.0) + _UNHEARD) ** 0.5 for name, value in part.ranking}
    total = sum(odds.values())
    ranking = sorted(((name, value / total) for name, value in odds.items()), key=lambda r: -r[1])
    return replace(part, ranking=ranking)


def two_kinds(left: Prediction, right: Prediction, asides: Collection[str]) -> bool:
    """Whether both sides may be wishes: of different intents, and neither only an aside."""
    intents = {left.intent, right.intent}
    return len(intents) == 2 and not intents & set(asides)


def sides_of(text: str, cut: Cut) -> tuple[str, str]:
    """The texts on both sides of a cut."""
    return text[: cut.end], text[cut.start :].rstrip()


def shape(left: str, right: str, joint: Joint) -> np.ndarray:
    """The values of SHAPE: which joint it is, and the length of the shorter side."""
    shorter = min(len(left.split()), len(right.split()))
    return np.array([*(float(joint is each) for each in Joint), np.log(shorter), 1.0])


def hashed(text: str) -> tuple[np.ndarray, np.ndarray]:
    """A clause's words as slots of the table and their values (a vector of length 1)."""
    counts: dict[int, float] = {}
    for feature in _features(text):
        number = zlib.crc32(feature.encode())
        slot = number % SLOTS
        counts[slot] = counts.get(slot, 0.0) + (1.0 if number >> 31 else -1.0)
    values = np.array(list(counts.values()), np.float32)
    return np.fromiter(counts, np.int64), values / max(float(np.sqrt(values @ values)), 1e-6)


def _features(text: str) -> Iterable[str]:
    """Words, neighbours, and above all how the clause begins and ends."""
    words = ["<", *re.findall(r"\w+|[?!]", re.sub(r"\d+", "0", fold(text))), ">"]
    yield from words[1:-1]
    yield from (f"{one} {other}" for one, other in pairwise(words))
    yield "^" + " ".join(words[1:3])
    yield "$" + " ".join(words[-3:-1])
    for word in words[1:-1]:
        if len(word) > 5:
            yield f"{word[:4]}-"
            yield f"-{word[-3:]}"


def evidence(
    words: float,
    shaped: np.ndarray,
    whole: Prediction,
    left: Prediction,
    right: Prediction,
    asides: Collection[str],
) -> np.ndarray:
    """The values of EVIDENCE for a cut with a side on the left and one on the right."""
    ranks = [dict(each.ranking) for each in (left, right, whole)]
    shared = sum(min(value, ranks[1].get(name, 0.0)) for name, value in ranks[0].items())
    crossed = max(ranks[0].get(right.intent, 0.0), ranks[1].get(left.intent, 0.0))
    in_whole = [ranks[2].get(each.intent, 0.0) for each in (left, right)]
    confidences = sorted([left.confidence, right.confidence])
    wished = [
        {name: value for name, value in each.items() if name not in asides} for each in ranks[:2]
    ]
    masses = [sum(each.values()) for each in wished]
    same = sum(value * wished[1].get(name, 0.0) for name, value in wished[0].items())
    return np.array(
        [
            words,
            _logit(confidences[1]),
            _logit(confidences[0]),
            _logit(min(masses)),
            _logit(masses[0] * masses[1] - same),
            _logit(min(left.in_scope, right.in_scope)),
            np.log(shared + 1e-3),
            _logit(crossed),
            _logit(whole.confidence),
            _logit(sum(in_whole)),
            _logit(min(in_whole)),
            _logit(whole.in_scope),
            *shaped,
        ]
    )


def _logit(probability: float) -> float:
    clipped = min(max(probability, _LEAST), 1 - _LEAST)
    return float(np.log(clipped / (1 - clipped)))
