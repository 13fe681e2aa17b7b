"""Gaps: customers' messages that got no good answer.

A message is one when the assistant gave it up (asked back in vain, not sure enough, no article),
when it was declined although it is about what the exchange does, when its answer was voted down,
and when an agent answered it. What always needs a person (missing money, an account in danger, a
complaint) is none: no article would have helped. Kept is a copy without personal details.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.tables import contacts, conversations, events, records, turns
from editorial.learning_tables import learning_gaps
from editorial.privacy import without_courtesies, without_personal

# Reasons for which the assistant passes on what an article could have answered.
UNANSWERED = frozenset({"low_confidence", "second_clarification", "no_article"})
# Reasons for which an agent's answer says nothing about the articles: it is about a case.
IMPERSONAL = UNANSWERED | {
    "asked_for_person",
    "not_solved",
    "assistant_unavailable",
    "assistant_failed",
}
LONGEST_TEXT = 400
LONGEST_ANSWER = 4000
SHORTEST_TEXT = 8
# Shorter ones say "one moment" and "you are welcome".
SHORTEST_ANSWER = 40
BATCH = 200

# Whether a declined message is about what the exchange does: its text and its language.
Ours = Callable[[str, str], bool]


@dataclass(frozen=True)
class Entry:
    """One event of a conversation, with what is known of it here.

    `tapped` marks a choice, which says nothing in the customer's words.
    """

    id: int
    type: str
    actor: str
    payload: Mapping[str, Any]
    at: datetime
    record: Mapping[str, Any] = field(default_factory=dict)
    tapped: bool = False

    @property
    def text(self) -> str:
        """What was written; empty for what is no message."""
        return str(self.payload.get("text") or "") if self.type == "message" else ""

    @property
    def typed(self) -> bool:
        """Whether a customer wrote it, and nothing secret was in it."""
        return (
            self.actor == "customer"
            and self.type == "message"
            and not self.tapped
            and not self.payload.get("redacted")
            and "solved" not in self.record
        )

    @property
    def unsolved(self) -> bool:
        """Whether it says that the answer before it did not help."""
        verdict = self.record.get("solved")
        return isinstance(verdict, dict) and verdict.get("solved") is False


@dataclass(frozen=True)
class History:
    """A conversation as it is read to learn from; `names` are of the people in it."""

    conversation_id: UUID
    language: str
    entries: Sequence[Entry]
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gap:
    """One message without a good answer. `answer` is what an agent wrote instead, if one did."""

    conversation_id: UUID
    event_id: int
    kind: str
    language: str
    text: str
    asked_at: datetime
    topic: str | None = None
    intent: str | None = None
    answer: str | None = None


def gaps_of(history: History, *, ours: Ours = lambda text, language: False) -> list[Gap]:
    """The gaps of a conversation, one for each message at most, in order."""
    found: dict[int, Gap] = {}
    for kind, entry, answer in _found(history, ours):
        text = without_personal(entry.text, names=history.names)[:LONGEST_TEXT].strip()
        if len(text) < SHORTEST_TEXT or len(text.split()) < 2:
            continue
        held = found.get(entry.id)
        if held is not None:
            found[entry.id] = replace(held, answer=held.answer or answer)
            continue
        found[entry.id] = Gap(
            conversation_id=history.conversation_id,
            event_id=entry.id,
            kind=kind,
            language=str(entry.record.get("language") or history.language),
            text=text,
            asked_at=entry.at,
            topic=entry.record.get("topic"),
            intent=entry.record.get("intent"),
            answer=answer,
        )
    return [found[event_id] for event_id in sorted(found)]


def _found(history: History, ours: Ours) -> Iterator[tuple[str, Entry, str | None]]:
    """Kind, message and answer; what tells most about a message comes first."""
    entries = history.entries
    for place, entry in enumerate(entries):
        if entry.unsolved:
            asked = _blamed(entries[:place], entry)
            if asked is not None:
                yield "down_vote", asked, None
    for place, entry in enumerate(entries):
        decision, reason = entry.record.get("decision"), entry.record.get("reason")
        if entry.actor != "customer":
            continue
        if decision == "handoff" and reason in UNANSWERED:
            asked = _first_unclear(entries[: place + 1])
            if asked is not None:
                yield "unclear", asked, None
        elif decision == "decline" and entry.typed:
            language = str(entry.record.get("language") or history.language)
            if entry.record.get("entities") or ours(entry.text, language):
                yield "declined", entry, None
    for asked, answer in _answered(history):
        yield "agent", asked, answer


def _first_unclear(entries: Sequence[Entry]) -> Entry | None:
    """The message that was asked back about: the question itself, before its repetitions. The last
    entry is the one that was passed on.
    """
    asked: Entry | None = None
    for entry in reversed(entries):
        if entry.actor != "customer" or entry.type != "message":
            continue
        if entry is not entries[-1] and entry.record.get("decision") != "clarify":
            break
        if entry.typed:
            asked = entry
    return asked


def _blamed(entries: Sequence[Entry], verdict: Entry) -> Entry | None:
    """The question whose answer did not help: the last one that was given this article, else the
    last one at all (a tapped choice may have led to the article).
    """
    article = verdict.record["solved"].get("article")
    typed = [entry for entry in entries if entry.typed]
    given = [entry for entry in typed if entry.record.get("article") == article]
    return next(reversed(given or typed), None)


def _answered(history: History) -> Iterator[tuple[Entry, str]]:
    """Questions that agents answered, each with the fullest of the agent's messages."""
    asked: list[Entry] = []
    written: list[str] = []
    personal = False
    for place, entry in enumerate(history.entries):
        if entry.actor == "agent" and entry.type == "message":
            written.append(entry.text)
        elif entry.type == "ownership" and entry.payload.get("action") in ("close", "give_back"):
            yield from _pair(asked, written, personal, history.names)
            asked, written, personal = [], [], False
        elif entry.type == "ownership" and entry.payload.get("action") == "hand_off":
            personal |= (entry.payload.get("reason") or "") not in IMPERSONAL
        elif entry.unsolved and not written:
            blamed = _blamed(history.entries[:place], entry)
            asked = [blamed] if blamed is not None else asked
        elif entry.typed and not written:
            if entry.record.get("decision") in ("answer", "smalltalk"):
                # What was answered well, or chatted about, is another matter.
                asked = []
                if entry.record["decision"] == "smalltalk":
                    continue
            asked.append(entry)
    # A conversation that is still open has been answered as well.
    yield from _pair(asked, written, personal, history.names)


def _pair(
    asked: Sequence[Entry], written: Sequence[str], personal: bool, names: Sequence[str]
) -> Iterator[tuple[Entry, str]]:
    questions = [entry for entry in asked if entry.record.get("reason") != "asked_for_person"]
    if personal or not questions or not written:
        return
    answer = without_courtesies(without_personal(max(written, key=len), names=names))
    if len(answer) >= SHORTEST_ANSWER:
        # The first one is the question; later ones repeat it or add to it.
        yield questions[0], answer[:LONGEST_ANSWER]


async def changed_since(
    connection: AsyncConnection, since: datetime | None, *, limit: int = BATCH, after: UUID | None
) -> list[UUID]:
    """Conversations that changed since a moment, ordered by id, `limit` at most after the id
    `after`.
    """
    statement = (
        select(conversations.c.id)
        .where(conversations.c.last_event_id > 0)
        .order_by(conversations.c.id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(conversations.c.id > after)
    if since is not None:
        statement = statement.where(conversations.c.updated_at >= since)
    return list((await connection.execute(statement)).scalars())


async def load_histories(
    connection: AsyncConnection, conversation_ids: Sequence[UUID]
) -> list[History]:
    """What was said in conversations, and how it was decided."""
    named = await connection.execute(
        select(
            conversations.c.id,
            conversations.c.language,
            conversations.c.agent_name,
            contacts.c.name,
        )
        .join(contacts, contacts.c.id == conversations.c.contact_id)
        .where(conversations.c.id.in_(conversation_ids))
        .order_by(conversations.c.id)
    )
    rows = await connection.execute(
        select(
            events.c.conversation_id,
            events.c.id,
            events.c.type,
            events.c.actor,
            events.c.payload,
            events.c.at,
            records.c.record,
            turns.c.choice,
        )
        .outerjoin(records, _same(records))
        .outerjoin(turns, _same(turns))
        .where(
            events.c.conversation_id.in_(conversation_ids),
            events.c.type.in_(("message", "ownership")),
        )
        .order_by(events.c.conversation_id, events.c.id)
    )
    entries: dict[UUID, list[Entry]] = defaultdict(list)
    for row in rows:
        entries[row.conversation_id].append(
            Entry(
                id=row.id,
                type=row.type,
                actor=row.actor,
                payload=row.payload,
                at=row.at,
                record=row.record or {},
                tapped=row.choice is not None,
            )
        )
    histories = []
    for conversation_id, language, agent, contact in named:
        said = entries[conversation_id]
        names = {name for name in (contact, agent, *map(_agent, said)) if name}
        histories.append(History(conversation_id, language or "en", said, tuple(sorted(names))))
    return histories


def _agent(entry: Entry) -> str | None:
    agent = entry.payload.get("agent")
    return str(agent.get("name") or "") if isinstance(agent, dict) else None


async def save_gaps(connection: AsyncConnection, found: Sequence[Gap]) -> int:
    """Keep gaps; one that is there already learns an answer that came later. Returns how many are
    new.
    """
    if not found:
        return 0
    new = insert(learning_gaps).values([_values(gap) for gap in found])
    statement = new.on_conflict_do_update(
        index_elements=["conversation_id", "event_id"],
        set_={"answer": func.coalesce(new.excluded.answer, learning_gaps.c.answer)},
    ).returning(learning_gaps.c.collected_at == func.now())
    return sum((await connection.execute(statement)).scalars())


def _values(gap: Gap) -> dict[str, Any]:
    return {name: getattr(gap, name) for name in Gap.__dataclass_fields__}


def _same(other: Any) -> Any:
    return (other.c.conversation_id == events.c.conversation_id) & (other.c.event_id == events.c.id)
