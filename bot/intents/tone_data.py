"""The tone classifier's training data: data/tone, and what intents say about their examples.

Each line of data/tone/<language>.tsv is `labels<TAB>needs a person<TAB>message`: labels with commas
or `-` for none, then `yes`, `no` or `?`. data/tone/README.md says what the labels mean.

An example of data/nlu shows the tone that its intent names, and whether its intent needs a person.
A feeling may be in it whatever the intent: where a person is needed anyway, it counts as unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from bot.intents.cues import DAY_HOURS, longest_period
from bot.intents.tone import LABELS, NEEDS_HUMAN, TONES, ToneError

NONE = "-"
_NEEDS = {"yes": 1.0, "no": 0.0, "?": np.nan}

# What each example of an intent shows for certain.
_SHOWN = {
    "repeated_request": "repeated",
    "human_agent": "person",
    "deposit_missing": "waiting",
    "fiat_deposit_missing": "waiting",
    "withdraw_missing": "waiting",
    "fiat_withdraw_missing": "waiting",
}
# Of these intents any feeling or threat may be shown.
_OPEN = frozenset({"complaint", "compensation", "repeated_request", "human_agent"})
_FEELINGS = ("anger", "distress", "repeated", "waiting")


@dataclass(frozen=True)
class ToneExample:
    """A message with its labels: 1, 0, or NaN where nobody knows. `language` is that of its file,
    empty for a training message of an intent.
    """

    text: str
    labels: Mapping[str, float]
    language: str = ""

    def row(self) -> list[float]:
        """The labels in the order of LABELS."""
        return [self.labels[label] for label in LABELS]


def read_tones(folder: Path) -> Iterator[ToneExample]:
    """The examples of every .tsv file in a folder.

    Raises:
        ToneError: a line cannot be read; the message names file and line.
    """
    paths = sorted(folder.glob("*.tsv"))
    if not paths:
        raise ToneError(f"{folder} holds no .tsv file with labelled messages.")
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
            if line.strip() and not line.startswith("#"):
                yield _read(line, f"{path}:{number}", path.stem)


def _read(line: str, place: str, language: str) -> ToneExample:
    columns = [column.strip() for column in line.split("\t")]
    if len(columns) != 3 or not all(columns):
        raise ToneError(f"{place}: expected labels, yes, no or ?, and the message, with tabs")
    named = set() if columns[0] == NONE else set(columns[0].split(","))
    unknown = named - set(TONES)
    if unknown:
        raise ToneError(f"{place}: {', '.join(sorted(unknown))} is none of {', '.join(TONES)}")
    if "self_harm" in named and "distress" not in named:
        raise ToneError(f"{place}: self_harm is distress too; add that label")
    if columns[1] not in _NEEDS:
        raise ToneError(f"{place}: {columns[1]!r} is not yes, no or ?")
    labels = {label: float(label in named) for label in TONES}
    return ToneExample(columns[2], labels | {NEEDS_HUMAN: _NEEDS[columns[1]]}, language)


def read_needs(path: Path) -> dict[str, bool]:
    """Whether each intent of data/intents.yml needs a person."""
    rows: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {name: bool(row.get(NEEDS_HUMAN)) for name, row in rows.items()}


def of_intent(text: str, intent: str, needs_human: bool) -> ToneExample:
    """What the intent of a training message says about its tone."""
    labels = dict.fromkeys(TONES, 0.0)
    if needs_human:
        labels |= dict.fromkeys(TONES if intent in _OPEN else _FEELINGS, np.nan)
        if intent in _SHOWN:
            labels[_SHOWN[intent]] = 1.0
    elif longest_period(text) >= DAY_HOURS:
        # "My verification is in review for 3 days" is waiting, too, "for 3 days I have been
        # reading about staking" is not.
        labels["waiting"] = np.nan
    return ToneExample(text, labels | {NEEDS_HUMAN: float(needs_human)})
