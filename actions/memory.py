"""What a conversation keeps from one turn to the next, in Rasa's slots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from rasa_sdk.events import SlotSet

from knowledge.gate import Kind, Option, TurnContext
from knowledge.guided import Progress
from knowledge.turn import Turn

SLOTS = (
    "clarifications", "pending_options", "last_article", "last_topic", "asset", "network", "check",
    "solved",
)  # fmt: skip


@dataclass(frozen=True)
class Memory:
    """Clarifying questions in a row, the choices that wait for an answer, and what was spoken of.

    `check` is where a guided check stands; `asked` the article about which "did this solve it?" is
    open; `tried` those that did not solve it.
    """

    clarifications: int = 0
    pending: tuple[Option, ...] = ()
    last_article: str | None = None
    last_topic: str | None = None
    asset: str | None = None
    network: str | None = None
    check: Progress | None = None
    asked: str | None = None
    tried: tuple[str, ...] = ()

    @classmethod
    def read(cls, slots: Mapping[str, Any], metadata: Mapping[str, Any]) -> Memory:
        """From the tracker's slots and the request's context.

        The server counts clarifications from its own log, which outlives Rasa's session; the slot
        counts where there is no server (tests, a Rasa shell). The higher one is believed.
        """
        counted = (metadata.get("context") or {}).get("clarifications") or 0
        solved: Any = slots.get("solved")
        solved = solved if isinstance(solved, Mapping) else {}
        return cls(
            clarifications=max(_count(slots.get("clarifications")), _count(counted)),
            pending=tuple(_options(slots.get("pending_options"))),
            last_article=slots.get("last_article") or None,
            last_topic=slots.get("last_topic") or None,
            asset=slots.get("asset") or None,
            network=slots.get("network") or None,
            check=Progress.read(slots.get("check")),
            asked=_name(solved.get("asked")),
            tried=tuple(each for each in solved.get("tried") or () if isinstance(each, str)),
        )

    @property
    def context(self) -> TurnContext:
        """What the gate needs of it."""
        return TurnContext(self.clarifications, self.last_article, self.pending)

    def specified(self, turn: Turn) -> Turn:
        """The turn with what is still known from before: "and the minimum?" means the same coin.

        Only within a topic, and never a network that was named for another coin.
        """
        follows = turn.rule == "follow_up" or (
            self.last_topic is not None and turn.decision.topic == self.last_topic
        )
        if not follows:
            return turn
        asset = turn.asset or self.asset
        network = turn.network or (self.network if turn.asset in (None, self.asset) else None)
        return replace(turn, asset=asset, network=network)

    def after(self, turn: Turn) -> Memory:
        """What is kept after a turn."""
        decision = turn.decision
        if decision.kind is Kind.CHECK:
            return replace(
                self,
                # A question of a check is no clarifying one, unless it has to be asked again.
                clarifications=self.clarifications + 1 if _again(turn) else 0,
                pending=(),
                last_topic=decision.topic,
                asset=turn.asset or self.asset,
                network=turn.network or self.network,
                check=turn.progress,
                asked=None,
            )
        if decision.kind is Kind.CLARIFY:
            return replace(
                self,
                check=turn.progress,
                asked=None,
                tried=_tried(self.tried, turn),
                clarifications=self.clarifications + 1,
                pending=(*decision.options, *turn.offered),
                last_topic=decision.topic,
                # A missing fact is asked about this article: the answer re-asks it.
                last_article=decision.article if decision.missing else self.last_article,
                asset=turn.asset or self.asset,
                network=turn.network or self.network,
            )
        if decision.kind is Kind.ANSWER:
            return Memory(
                pending=turn.offered,
                last_article=decision.article,
                last_topic=decision.topic,
                asset=turn.asset,
                network=turn.network,
                check=turn.progress,
                asked=decision.article,
                tried=self.tried,
            )
        if decision.kind is Kind.HANDOFF:
            return Memory(
                last_topic=decision.topic,
                asset=turn.asset,
                network=turn.network,
                check=turn.progress,
            )
        # Small talk in between changes nothing of what was spoken of.
        return replace(
            self,
            clarifications=0,
            pending=(),
            check=turn.progress,
            asked=None,
            tried=() if turn.solved is not None else self.tried,
        )

    def events(self, slots: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Rasa's events that bring `slots` to this; each event costs on every later turn."""
        values = {
            "clarifications": self.clarifications,
            "pending_options": [
                {"label": option.label, "choice": option.choice} for option in self.pending
            ]
            or None,
            "last_article": self.last_article,
            "last_topic": self.last_topic,
            "asset": self.asset,
            "network": self.network,
            "check": self.check.plain() if self.check is not None else None,
            "solved": {"asked": self.asked, "tried": list(self.tried)}
            if self.asked or self.tried
            else None,
        }
        return [
            dict(SlotSet(name, values[name]))
            for name in SLOTS
            if (slots.get(name) or None) != (values[name] or None)
        ]


def _again(turn: Turn) -> bool:
    return turn.check is not None and turn.check.again


def _tried(tried: tuple[str, ...], turn: Turn) -> tuple[str, ...]:
    """The articles that did not solve it, with the one that this turn says so of."""
    article = (turn.solved or {}).get("article")
    return (*tried, article) if isinstance(article, str) and article not in tried else tried


def _name(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _count(value: Any) -> int:
    return int(value) if isinstance(value, int | float) else 0


def _options(value: Any) -> list[Option]:
    options = []
    for item in value if isinstance(value, list) else ():
        choice = item.get("choice") or {}
        if "article" in choice or "intent" in choice:
            options.append(
                Option(
                    item["label"],
                    choice.get("article"),
                    choice.get("intent"),
                    choice.get("asset"),
                    choice.get("network"),
                )
            )
    return options
