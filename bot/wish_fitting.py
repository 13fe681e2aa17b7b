"""Fitting the models of wishes: `python -m bot.wish_fitting` (models/wishes; about ten minutes).

Run it where the encoder, the intents or many training messages have changed. Messages with two
wishes are made from the training messages: two of different intents and one language, joined as
people join them. Against them stand the training messages themselves, which are one wish each and
often hold the same words and signs, some with another joint put into its place or a word like
"also" put anywhere; two messages of one intent; and a message beside a greeting or a complaint.

Nothing is judged by a classifier that has seen it: the messages are parted in three, and each part
is read by an estimator that was trained on the others. The thresholds follow from how many of the
training messages may be divided wrongly.
"""

from __future__ import annotations

import random
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from scipy import sparse
from scipy.optimize import minimize

from bot.intents.clauses import Cut, cuts, joint_words
from bot.intents.estimator import IntentEstimator, Prediction
from bot.intents.wishes import (
    SIDES,
    SLOTS,
    WishModel,
    evidence,
    hashed,
    shape,
    sides_of,
    two_kinds,
)
from bot.language.pipeline import EntityFinder
from knowledge.encoder import Encoder

ROOT = Path(__file__).resolve().parent.parent
PARTS = 3
SEED = 7
# Messages made for each example of a language.
TWO, BESIDE, TWICE, INSERTED = 0.5, 0.12, 0.12, 0.12
# Of the messages that can be cut, so many get another joint in that place.
REJOINED = 0.25
# How the two wishes of a made message are joined.
JOINTS = {
    "announced": 0.34,
    "also": 0.12,
    "sentence": 0.28,
    "joining": 0.12,
    "comma": 0.08,
    "list": 0.06,
}
LONGEST = 220
# Of the training messages with a cut this share may be taken for two wishes.
WRONG = 0.01
# Of the cuts that divide two wishes this share may be lost before the classifier is asked.
LOST = 0.12
PULL_WORDS, PULL_EVIDENCE = 1.5, 0.5

Rows = np.ndarray


@dataclass(frozen=True)
class Example:
    """A training message."""

    text: str
    intent: str
    language: str


@dataclass(frozen=True)
class Made:
    """A message to learn from; `middle` is where the second of two wishes begins (else None)."""

    text: str
    kind: str
    part: int
    language: str
    middle: int | None = None


@dataclass(frozen=True)
class Place:
    """One possible cut of message number `at`; `divides` says whether two wishes meet there."""

    at: int
    made: Made
    cut: Cut
    left: str
    right: str

    @property
    def divides(self) -> bool:
        return self.made.middle is not None


def main() -> int:
    """Fit, report, and write models/wishes."""
    began = time.monotonic()

    def say(line: str) -> None:
        sys.stdout.write(f"[{time.monotonic() - began:5.0f} s] {line}\n")
        sys.stdout.flush()

    settings = classifier_settings()
    asides, outside = settings["asides"], settings["outside"]
    examples = read_examples(ROOT / "data" / "nlu")
    parts = np.random.default_rng(SEED).integers(0, PARTS, len(examples))
    made = make_messages(examples, parts, asides={*asides, *outside})
    places = list(find_places(made))
    say(f"{len(made)} messages, {len(places)} places for a cut")
    encoder = Encoder(ROOT / "models" / "encoder", threads=2, max_tokens=128)
    vectors = encoder.encode([each.text for each in examples])
    say("examples encoded")
    read: dict[tuple[int, str], Prediction] = {}
    for part in range(PARTS):
        seen = np.flatnonzero(parts != part)
        estimator = IntentEstimator(outside=outside)
        estimator.fit(
            [examples[at].text for at in seen], vectors[seen], [examples[at].intent for at in seen]
        )
        texts = sorted(
            {
                text
                for each in places
                if each.made.part == part
                for text in (each.made.text, each.left, each.right)
            }
        )
        found = estimator.predict(texts, encoder.encode(texts))
        read |= {(part, text): each for text, each in zip(texts, found, strict=True)}
        say(f"part {part + 1} read")
    model = fit(made, places, read, {*asides, *outside}, say)
    model.save()
    return 0


def classifier_settings() -> Mapping[str, Any]:
    """The configuration of the intent classifier in config.yml."""
    pipeline = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    return next(each for each in pipeline if each["name"].endswith("CalibratedIntentClassifier"))


def read_examples(folder: Path) -> list[Example]:
    """Every training message with its language, from the names of the files."""
    found = []
    for path in sorted(folder.glob("*.yml")):
        name = re.fullmatch(r"[a-z0-9_]+(?:\.([a-z]{2}))?\.yml", path.name)
        if name is None:
            continue
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            lines = (
                line.strip().removeprefix("-").strip() for line in block["examples"].splitlines()
            )
            found += [Example(line, block["intent"], name[1] or "en") for line in lines if line]
    return found


def make_messages(
    examples: Sequence[Example], parts: np.ndarray, *, asides: set[str]
) -> list[Made]:
    """The training messages as they are, and those made of them."""
    groups: dict[tuple[int, str], list[Example]] = defaultdict(list)
    made = []
    for each, part in zip(examples, parts, strict=True):
        made.append(Made(each.text, "as_is", int(part), each.language))
        groups[int(part), each.language].append(each)
    chance = random.Random(SEED)
    for (part, language), group in sorted(groups.items()):
        for kind, text, middle in _made_of(group, language, asides, chance):
            made.append(Made(text, kind, part, language, middle if kind == "two" else None))
    return made


def _made_of(
    group: Sequence[Example], language: str, asides: set[str], chance: random.Random
) -> Iterator[tuple[str, str, int]]:
    short = [each for each in group if len(each.text) < LONGEST]
    wishes = [each for each in short if each.intent not in asides]
    beside = [each for each in short if each.intent in asides]
    by_intent: dict[str, list[Example]] = defaultdict(list)
    for each in wishes:
        by_intent[each.intent].append(each)
    several = [same for same in by_intent.values() if len(same) > 1]
    for _ in range(int(TWO * len(group))):
        one, other = chance.sample(wishes, 2)
        if one.intent != other.intent:
            yield "two", *joined(one.text, other.text, language, chance)
    for _ in range(int(BESIDE * len(group))):
        pair = [chance.choice(wishes).text, chance.choice(beside).text]
        chance.shuffle(pair)
        yield "beside", *joined(pair[0], pair[1], language, chance)
    for _ in range(int(TWICE * len(group))):
        one, other = chance.sample(chance.choice(several), 2)
        yield "twice", *joined(one.text, other.text, language, chance)
    for _ in range(int(INSERTED * len(group))):
        words = chance.choice(short).text.split()
        at = chance.randrange(len(words) + 1)
        also = chance.choice(joint_words(language)[0])
        yield "inserted", " ".join([*words[:at], also, *words[at:]]), 0
    for each in short:
        found = cuts(each.text)
        if found and chance.random() < REJOINED:
            left, right = sides_of(each.text, chance.choice(found))
            yield "rejoined", *joined(left, right, language, chance)


def joined(one: str, other: str, language: str, chance: random.Random) -> tuple[str, int]:
    """Two texts as one message, and where the second one begins in it."""
    announcing, joining = joint_words(language)
    kind = chance.choices(list(JOINTS), list(JOINTS.values()))[0]
    bare = one.rstrip(" .!;,?")
    ended = one if one[-1] in "?!." else bare + chance.choice([".", "?", "!", "...", ".", "?"])
    lower = other[:1].isupper() and not other[:2].isupper() and chance.random() < 0.8
    follows = other[:1].lower() + other[1:] if lower else other
    if kind == "list":
        before = f"1) {bare}{chance.choice([' ', chr(10)])}2) "
    elif kind == "announced":
        word = chance.choice(announcing)
        sign = chance.choice([ended + " ", ended + " ", bare + ", ", bare + "\n", bare + " - "])
        before = f"{sign}{word}{chance.choice([' ', ' ', ', ', ': '])}"
    elif kind == "also":
        before = f"{bare} {chance.choice(announcing)} "
    elif kind == "joining":
        before = f"{bare}{chance.choice([' ', ', ', ' '])}{chance.choice(joining)} "
    elif kind == "comma":
        before = f"{bare}, "
    else:
        before, follows = ended + chance.choice([" ", " ", "\n"]), other
    return before + follows, len(before)


def find_places(made: Iterable[Made]) -> Iterator[Place]:
    """The places for a cut; of a message with two wishes only the one where they meet."""
    finder = EntityFinder()
    for at, each in enumerate(made):
        if not cuts(each.text):
            continue
        spans = [(entity.start, entity.end) for entity in finder.find(each.text)]
        for cut in cuts(each.text, spans):
            if each.middle is None or abs(cut.start - each.middle) <= 3:
                yield Place(at, each, cut, *sides_of(each.text, cut))


def fit(
    made: Sequence[Made],
    places: Sequence[Place],
    read: Mapping[tuple[int, str], Prediction],
    asides: set[str],
    say: Callable[[str], None],
) -> WishModel:
    """Both models, and how well they do on messages that they have not seen."""
    parts = np.array([each.made.part for each in places])
    divides = np.array([each.divides for each in places], float)
    shapes = np.array([shape(each.left, each.right, each.cut.joint) for each in places])
    rows = sparse.hstack([word_rows(places), sparse.csr_matrix(shapes)]).tocsr()
    pull = np.full(rows.shape[1], PULL_WORDS)
    pull[SIDES * SLOTS :] = 0.01
    scores = unseen(rows, divides, parts, pull)
    floor = float(np.quantile(scores[divides == 1], LOST))

    readings = [
        [read[each.made.part, text] for text in (each.made.text, each.left, each.right)]
        for each in places
    ]
    values = np.array(
        [
            evidence(score, shaped, *three)
            for score, shaped, three in zip(scores, shapes, readings, strict=True)
        ]
    )
    eligible = (scores >= floor) & np.array(
        [two_kinds(left, right, asides) for _, left, right in readings]
    )
    rows_left = sparse.csr_matrix(values[eligible])
    least = np.full(values.shape[1], PULL_EVIDENCE)
    final = np.full(len(places), -np.inf)
    final[eligible] = unseen(rows_left, divides[eligible], parts[eligible], least)

    best = _best(places, final)
    plain = [best[at] for at, each in enumerate(made) if each.kind == "as_is" and at in best]
    threshold = float(np.quantile(plain, 1 - WRONG))
    report = _report(made, best, threshold)
    asked = _best(places, scores)
    report["asked"] = float(
        np.mean(
            [
                asked.get(at, -np.inf) >= floor
                for at, each in enumerate(made)
                if each.kind == "as_is"
            ]
        )
    )
    say("; ".join(f"{name} {value:.4f}" for name, value in report.items()))
    weights = logistic(rows, divides, pull)
    return WishModel(
        weights[: SIDES * SLOTS].reshape(SIDES, SLOTS),
        weights[SIDES * SLOTS :],
        floor,
        logistic(rows_left, divides[eligible], least),
        threshold,
        {name: round(value, 4) for name, value in report.items()},
    )


def unseen(
    rows: sparse.csr_matrix, truth: np.ndarray, parts: np.ndarray, pull: np.ndarray
) -> np.ndarray:
    """The score of each row by a regression that was fitted on the other parts."""
    scores = np.zeros(rows.shape[0])
    for part in range(PARTS):
        held = parts == part
        scores[held] = rows[held] @ logistic(rows[~held], truth[~held], pull)
    return scores


def _best(places: Sequence[Place], scores: np.ndarray) -> dict[int, float]:
    """The best score of each message that can be cut, by its place in the list of messages."""
    found: dict[int, float] = {}
    for each, score in zip(places, scores, strict=True):
        found[each.at] = max(found.get(each.at, -np.inf), float(score))
    return found


def _report(made: Sequence[Made], best: Mapping[int, float], threshold: float) -> dict[str, float]:
    """The share of messages of each kind that are divided, and of those with two wishes by
    language.
    """
    groups: dict[str, list[bool]] = defaultdict(list)
    for at, each in enumerate(made):
        divided = best.get(at, -np.inf) >= threshold
        groups[each.kind].append(divided)
        if each.kind == "two":
            groups[f"two_{each.language}"].append(divided)
    return {name: float(np.mean(group)) for name, group in groups.items()}


def word_rows(places: Sequence[Place]) -> sparse.csr_matrix:
    """The hashed words of both sides of each place, shape (places, SIDES * SLOTS)."""
    known: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    columns, values, ends = [], [], [0]
    for each in places:
        for side, text in enumerate((each.left, each.right)):
            if text not in known:
                known[text] = hashed(text)
            slots, numbers = known[text]
            columns.append(slots + side * SLOTS)
            values.append(numbers)
        ends.append(ends[-1] + len(columns[-1]) + len(columns[-2]))
    return sparse.csr_matrix(
        (np.concatenate(values), np.concatenate(columns), np.array(ends)),
        shape=(len(places), SIDES * SLOTS),
    )


def logistic(rows: sparse.csr_matrix, truth: np.ndarray, pull: np.ndarray) -> np.ndarray:
    """Weights of a logistic regression; `pull` draws each towards zero."""

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = rows @ weights
        error = 1 / (1 + np.exp(-scores)) - truth
        value = np.logaddexp(0, scores).sum() - scores @ truth + pull @ weights**2 / 2
        return float(value), np.asarray(rows.T @ error + pull * weights)

    found = minimize(
        loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 200}
    )
    return np.asarray(found.x)


if __name__ == "__main__":
    sys.exit(main())
