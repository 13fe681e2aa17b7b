"""Messages to learn from what two wishes are: the training messages, and others made of them.

A message with two wishes is made of two training messages of different intents and one language,
joined as people join them. Against them stand the training messages themselves, which are one wish
each and often hold the same words and signs, some with another joint put into its place or a word
like "also" put anywhere; two messages of one intent; and one beside a greeting or a complaint.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml

from bot.intents.clauses import cuts, joint_words
from bot.intents.wishes import sides_of

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


@dataclass(frozen=True)
class Example:
    """A training message."""

    text: str
    intent: str
    language: str


@dataclass(frozen=True)
class Made:
    """A message to learn from; `middle` is where the second of two wishes begins (else None).

    `new` where it is made of messages whose intents the encoder has not learned.
    """

    text: str
    kind: str
    part: int
    language: str
    middle: int | None = None
    new: bool = True


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
    examples: Sequence[Example],
    parts: np.ndarray,
    *,
    asides: set[str],
    new: np.ndarray | None = None,
) -> list[Made]:
    """The training messages as they are, and those made of them.

    Args:
        parts: shape (n,), the part of each example; only examples of one part are joined.
        new: shape (n,), whether the encoder has not learned an example's intent; likewise.
    """
    groups: dict[tuple[int, str, bool], list[Example]] = defaultdict(list)
    made = []
    unlearned = np.ones(len(examples), bool) if new is None else new
    for each, part, fair in zip(examples, parts, unlearned, strict=True):
        made.append(Made(each.text, "as_is", int(part), each.language, new=bool(fair)))
        groups[int(part), each.language, bool(fair)].append(each)
    chance = random.Random(SEED)
    for (part, language, fair), group in sorted(groups.items()):
        for kind, text, middle in _made_of(group, language, asides, chance):
            begins = middle if kind == "two" else None
            made.append(Made(text, kind, part, language, begins, fair))
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
    if len(by_intent) < 2 or not beside or not several:
        return
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
