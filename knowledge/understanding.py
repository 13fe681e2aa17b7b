"""What the assistant understood of one message: the parse of Rasa's pipeline as typed values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Entity:
    """Something named in the message: `value` is canonical (USDT, TRC20, hours as a number)."""

    name: str
    value: str | float
    start: int = 0
    end: int = 0

    def plain(self) -> dict[str, Any]:
        return {"entity": self.name, "value": self.value, "start": self.start, "end": self.end}


@dataclass(frozen=True)
class Understanding:
    """A message with its intent and how sure that is.

    `confidence` is the calibrated probability that the intent is right, `in_scope` that the message
    is about the exchange's support at all; `ranking` holds the likeliest intents, best first, the
    chosen one included. `wishes` are the parts of a message that wants several things, each with
    its `span` in the message. `tone` holds the probability of each feeling, threat or delay that
    the message may show (docs/tone.md), `needs_human` that it needs a person by what it says; None
    where the pipeline does not tell.
    """

    text: str
    language: str
    intent: str
    confidence: float
    in_scope: float
    ranking: tuple[tuple[str, float], ...] = ()
    entities: tuple[Entity, ...] = ()
    wishes: tuple[Understanding, ...] = ()
    span: tuple[int, int] | None = None
    tone: Mapping[str, float] = field(default_factory=dict)
    needs_human: float | None = None

    def entity(self, name: str) -> str | None:
        """The first value of an entity as text, None when it was not named."""
        return next((str(entity.value) for entity in self.entities if entity.name == name), None)

    def hours(self) -> float:
        """The longest duration named, in hours; 0 when none is."""
        return max(
            (_number(entity.value) for entity in self.entities if entity.name == "duration"),
            default=0.0,
        )

    def mass(self, names: frozenset[str]) -> float:
        """The probability that one of these intents is meant."""
        return sum(confidence for name, confidence in self.ranking if name in names)

    @classmethod
    def from_parse(
        cls, parse: Mapping[str, Any], *, language: str, text: str | None = None
    ) -> Understanding:
        """From Rasa's parse output. `nlu_fallback` gives way to the real guess that it hides in the
        ranking.
        """
        ranking = _ranking(parse.get("intent_ranking") or ())
        intent = parse.get("intent") or {}
        name, confidence = intent.get("name"), float(intent.get("confidence") or 0.0)
        if not name or name == "nlu_fallback":
            name, confidence = ranking[0] if ranking else ("oos_general", 0.0)
        if not ranking:
            ranking = ((name, confidence),)
        whole = cls(
            text=text if text is not None else str(parse.get("text") or ""),
            language=language,
            intent=name,
            confidence=confidence,
            in_scope=float(parse.get("in_scope", 1.0)),
            ranking=ranking,
            entities=_entities(parse.get("entities") or ()),
            tone={name: float(value) for name, value in (parse.get("tone") or {}).items()},
            needs_human=parse.get("needs_human"),
        )
        return replace(whole, wishes=tuple(whole.part(row) for row in parse.get("wishes") or ()))

    def part(self, row: Mapping[str, Any]) -> Understanding:
        """One wish of this message (a row of the parse's `wishes`) with what is named in it."""
        start, end = int(row["start"]), int(row["end"])
        ranking = _ranking(row["ranking"])
        return replace(
            self,
            text=str(row["text"]),
            intent=str(row["intent"]),
            confidence=float(row["confidence"]),
            in_scope=float(row["in_scope"]),
            ranking=ranking or ((str(row["intent"]), float(row["confidence"])),),
            entities=tuple(
                replace(entity, start=entity.start - start, end=entity.end - start)
                for entity in self.entities
                if start <= entity.start and entity.end <= end
            ),
            span=(start, end),
            # What was said of the whole may be about another part. Only a delay counts for each:
            # it means something where money is on its way.
            tone={name: value for name, value in self.tone.items() if name == "waiting"},
            needs_human=None,
        )


def nothing_understood(text: str, language: str) -> Understanding:
    """For a message that was never classified: there was nothing to read in it."""
    return Understanding(text, language, "unintelligible", 1.0, 0.0, (("unintelligible", 1.0),))


def _ranking(rows: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, float], ...]:
    return tuple(
        (row["name"], float(row["confidence"])) for row in rows if row["name"] != "nlu_fallback"
    )


def _entities(rows: Sequence[Mapping[str, Any]]) -> tuple[Entity, ...]:
    found = (
        Entity(
            str(row["entity"]), row["value"], int(row.get("start") or 0), int(row.get("end") or 0)
        )
        for row in rows
        if isinstance(row.get("value"), str | int | float)
    )
    return tuple(sorted(found, key=lambda entity: (entity.start, entity.name)))


def _number(value: str | float) -> float:
    try:
        return float(value)
    except ValueError:
        return 0.0
