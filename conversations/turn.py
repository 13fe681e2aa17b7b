"""One turn: ask the assistant about a customer's message and append what it says, at most once.

A turn is a row keyed by the message's event. Whoever runs it may die at any point and run again:
answer, record and the row's new state are written in one transaction, and only while the row is
pending and the conversation's version is the one that the message was written under.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.choices import make_offers, save_offers, supersede_offers
from conversations.conversation import (
    Conversation,
    lock_conversation,
    set_details,
    set_language,
)
from conversations.database import Transactions
from conversations.errors import AssistantFailedError, AssistantStartingError, TurnWaitsError
from conversations.events import append_event
from conversations.handoff import HandoffQueue, HandoffRequest, hand_off
from conversations.languages import Spoken
from conversations.notices import Texts, notice
from conversations.records import save_record
from conversations.tables import conversations, events, turns

# How soon a turn looks again for an assistant that cannot be reached yet.
RETRY_AFTER = timedelta(seconds=1)
# The reason of an outcome that another run of the same turn had brought about.
DONE_BEFORE = "done_before"

TurnState = Literal["pending", "answered", "handed_off", "discarded"]


@dataclass(frozen=True)
class TurnRequest:
    """What the assistant is asked. `choice` is a tapped option's meaning, `spoken` how the language
    came about (conversations/languages.py).
    """

    conversation_id: UUID
    event_id: int
    text: str
    language: str | None
    choice: dict[str, Any] | None
    clarifications: int
    spoken: Spoken = field(default_factory=dict)


@dataclass(frozen=True)
class TurnReply:
    """What the assistant answers; see the private channel's contract for the shapes. `note` is for
    the agents alone.
    """

    replies: list[dict[str, Any]]
    record: dict[str, Any]
    handoff: dict[str, Any] | None = None
    note: str | None = None


class Assistant(Protocol):
    """The assistant, asked for one turn."""

    async def turn(self, request: TurnRequest) -> TurnReply:
        """Answer one message.

        Raises:
            AssistantStartingError: it cannot be reached (yet); asking again soon makes sense.
            AssistantFailedError: it was reached and has no answer.
        """
        ...


@dataclass
class Outcome:
    """How a turn ended, for the log line: no text of anybody is in here."""

    state: TurnState
    reason: str | None = None
    record: dict[str, Any] = field(default_factory=dict)
    milliseconds: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class _Loaded:
    request: TurnRequest
    version: int
    state: TurnState
    current_version: int
    owner: str
    now: datetime
    age: float
    told_waiting: bool

    def may_answer(self, owner: str, version: int) -> bool:
        """Whether the assistant still has the word, given the conversation's owner and version now.

        While a person is waited for it has none, but for questions of its own that the customer
        chose to answer.
        """
        has_word = owner == "bot" or (owner == "waiting" and collects(self.request.choice))
        return has_word and version == self.version


def collects(choice: dict[str, Any] | None) -> bool:
    """Whether a tapped choice answers a question that only helps whoever takes over."""
    return choice is not None and choice.get("collects") is True


async def begin_turn(
    connection: AsyncConnection,
    conversation: Conversation,
    event_id: int,
    *,
    choice: dict[str, Any] | None = None,
) -> None:
    """Note that the assistant owes an answer to this event."""
    await connection.execute(
        insert(turns).values(
            conversation_id=conversation.id,
            event_id=event_id,
            version=conversation.version,
            choice=choice,
        )
    )


class TurnRunner:
    """Runs turns. One object serves all conversations of a process."""

    def __init__(
        self,
        *,
        database: Transactions,
        assistant: Assistant,
        queue: HandoffQueue,
        texts: Texts,
        article_url: Callable[[str, str], str],
        grace: float = 60.0,
    ) -> None:
        """
        Args:
            article_url: address of an article by language and id.
            grace: seconds for which a message waits for an assistant that cannot be reached.
        """
        self._database = database
        self._assistant = assistant
        self._queue = queue
        self._texts = texts
        self._article_url = article_url
        self._grace = grace

    async def run(self, conversation_id: UUID, event_id: int) -> Outcome:
        """Bring one turn to its end.

        Raises:
            TurnWaitsError: not yet; run the same turn again when it says. The customer has been
                told.
        """
        clock = _Stopwatch()
        loaded = await self._database.read(lambda c: _load(c, conversation_id, event_id))
        clock.lap("load")
        if loaded is None:
            return Outcome("discarded", "unknown_turn")
        if loaded.state != "pending":
            return Outcome(loaded.state, DONE_BEFORE)
        if not loaded.may_answer(loaded.owner, loaded.current_version):
            return await self._database.run(lambda c: _discard(c, loaded))
        try:
            reply = await self._assistant.turn(loaded.request)
        except AssistantStartingError:
            if loaded.age < self._grace:
                if not loaded.told_waiting:
                    await self._database.run(lambda c: self._tell_waiting(c, loaded))
                raise TurnWaitsError(loaded.now + RETRY_AFTER) from None
            outcome = await self._database.run(
                lambda c: self._give_up(c, loaded, "assistant_unavailable")
            )
        except AssistantFailedError:
            outcome = await self._database.run(
                lambda c: self._give_up(c, loaded, "assistant_failed")
            )
        else:
            clock.lap("assistant")
            outcome = await self._database.run(lambda c: self._store(c, loaded, reply))
        clock.lap("store")
        outcome.milliseconds = {"age": round(loaded.age * 1000, 1), **clock.laps}
        return outcome

    async def abandon(self, conversation_id: UUID, event_id: int, *, reason: str) -> Outcome:
        """End a turn that nobody can bring to its end: tell the customer and queue for a person."""

        async def give_up(connection: AsyncConnection) -> Outcome:
            loaded = await _load(connection, conversation_id, event_id)
            if loaded is None:
                return Outcome("discarded", "unknown_turn")
            return await self._give_up(connection, loaded, reason)

        return await self._database.run(give_up)

    async def _store(
        self, connection: AsyncConnection, loaded: _Loaded, reply: TurnReply
    ) -> Outcome:
        """Append the answer, unless somebody else answered or took over meanwhile."""
        request, record = loaded.request, reply.record
        conversation = await lock_conversation(connection, request.conversation_id)
        state: TurnState = "handed_off" if reply.handoff is not None else "answered"
        outcome = await _claim(connection, conversation, loaded, state, record)
        if outcome.state != state:
            return outcome
        await save_record(connection, conversation.id, request.event_id, record)
        for body in reply.replies:
            await self._append_reply(connection, conversation.id, body)
        if reply.note:
            await _append_note(connection, conversation.id, reply.note)
        conversation = await self._note_details(connection, conversation, record)
        if reply.handoff is not None:
            await hand_off(
                connection,
                conversation,
                HandoffRequest.from_json(reply.handoff),
                queue=self._queue,
                texts=self._texts,
                actor="assistant",
            )
        return outcome

    async def _note_details(
        self, connection: AsyncConnection, conversation: Conversation, record: dict[str, Any]
    ) -> Conversation:
        spoken = record.get("spoken")
        if isinstance(spoken, dict):
            conversation = await set_language(
                connection,
                conversation,
                language=spoken.get("language"),
                wished=spoken.get("wished") is True,
                heard=spoken.get("heard"),
            )
        topic = record.get("topic") or conversation.topic
        asked = record.get("decision") == "clarify"
        clarifications = conversation.clarifications + 1 if asked else 0
        if (topic, clarifications) != (conversation.topic, conversation.clarifications):
            await set_details(
                connection, conversation.id, topic=topic, clarifications=clarifications
            )
        return conversation

    async def _append_reply(
        self, connection: AsyncConnection, conversation_id: UUID, body: dict[str, Any]
    ) -> None:
        offers = make_offers(body.get("choices") or [])
        feedback = body.get("feedback")
        verdicts = make_offers(feedback["choices"] if feedback else [])
        article = body.get("article")
        named = article or {}
        language = named.get("page") or named.get("language") or body.get("language") or "en"
        event = await append_event(
            connection,
            conversation_id,
            type="message",
            actor="assistant",
            payload={
                "text": body["text"],
                "details": body.get("details"),
                "choices": [offer.as_json() for offer in offers],
                "article": article
                and {
                    "id": article["id"],
                    "title": article["title"],
                    "url": self._article_url(language, article["id"]),
                    "updated": article.get("updated"),
                },
                "language": body.get("language"),
                "feedback": feedback
                and {
                    "question": feedback["question"],
                    "choices": [offer.as_json() for offer in verdicts],
                },
                "collects": any(collects(offer.choice) for offer in offers),
            },
        )
        if offers or verdicts:
            await supersede_offers(connection, conversation_id)
            await save_offers(connection, conversation_id, event.id, [*offers, *verdicts])

    async def _tell_waiting(self, connection: AsyncConnection, loaded: _Loaded) -> None:
        request = loaded.request
        conversation = await lock_conversation(connection, request.conversation_id)
        if conversation.owner != "bot" or conversation.version != loaded.version:
            return
        told = await connection.execute(
            update(turns)
            .where(
                turns.c.conversation_id == request.conversation_id,
                turns.c.event_id == request.event_id,
                turns.c.state == "pending",
                turns.c.told_waiting.is_(False),
            )
            .values(told_waiting=True)
        )
        if told.rowcount:
            await notice(
                connection,
                conversation.id,
                "waiting_for_assistant",
                self._texts.text("notice.waiting_for_assistant", conversation.language),
            )

    async def _give_up(self, connection: AsyncConnection, loaded: _Loaded, reason: str) -> Outcome:
        """Tell the customer that the assistant cannot answer, and queue for a person."""
        request = loaded.request
        record: dict[str, Any] = {"decision": "handoff", "reason": reason}
        conversation = await lock_conversation(connection, request.conversation_id)
        outcome = await _claim(connection, conversation, loaded, "handed_off", record)
        if outcome.state != "handed_off":
            return outcome
        await save_record(connection, conversation.id, request.event_id, record)
        await notice(
            connection,
            conversation.id,
            "assistant_unavailable",
            self._texts.text("notice.assistant_unavailable", conversation.language),
        )
        if conversation.owner == "bot":
            await hand_off(
                connection,
                conversation,
                HandoffRequest(reason=reason, topic=conversation.topic),
                queue=self._queue,
                texts=self._texts,
            )
        # Else a person was called already, and sees what was tapped.
        return outcome


async def overdue_turns(connection: AsyncConnection, *, seconds: float) -> list[tuple[UUID, int]]:
    """Turns that are pending for longer than any turn should take: their jobs were lost."""
    statement = (
        select(turns.c.conversation_id, turns.c.event_id)
        .where(
            turns.c.state == "pending",
            turns.c.created_at < func.now() - timedelta(seconds=seconds),
        )
        .limit(100)
    )
    return [(row.conversation_id, row.event_id) for row in await connection.execute(statement)]


async def _load(
    connection: AsyncConnection, conversation_id: UUID, event_id: int
) -> _Loaded | None:
    statement = (
        select(
            turns.c.version,
            turns.c.state,
            turns.c.choice,
            turns.c.told_waiting,
            events.c.payload,
            conversations.c.owner,
            conversations.c.version.label("current_version"),
            conversations.c.language,
            conversations.c.language_wished,
            conversations.c.language_heard,
            conversations.c.clarifications,
            func.clock_timestamp().label("now"),
            # The database's clock on both sides: ours may be an hour off.
            func.extract("epoch", func.clock_timestamp() - events.c.at).label("age"),
        )
        .join(
            events,
            (events.c.conversation_id == turns.c.conversation_id)
            & (events.c.id == turns.c.event_id),
        )
        .join(conversations, conversations.c.id == turns.c.conversation_id)
        .where(turns.c.conversation_id == conversation_id, turns.c.event_id == event_id)
    )
    row = (await connection.execute(statement)).one_or_none()
    if row is None:
        return None
    return _Loaded(
        request=TurnRequest(
            conversation_id=conversation_id,
            event_id=event_id,
            text=row.payload["text"],
            language=row.language,
            choice=row.choice,
            clarifications=row.clarifications,
            spoken={"wished": row.language_wished, "heard": row.language_heard},
        ),
        version=row.version,
        state=row.state,
        current_version=row.current_version,
        owner=row.owner,
        now=row.now,
        age=float(row.age),
        told_waiting=row.told_waiting,
    )


async def _claim(
    connection: AsyncConnection,
    conversation: Conversation,
    loaded: _Loaded,
    state: TurnState,
    record: dict[str, Any],
) -> Outcome:
    """Under the conversation's lock: end the turn as `state`, if that may still happen.

    Returns another outcome where the turn has ended before, or where somebody else owns the
    conversation by now and the answer must not appear.
    """
    request = loaded.request
    current = loaded.may_answer(conversation.owner, conversation.version)
    ended = await connection.execute(
        update(turns)
        .where(
            turns.c.conversation_id == request.conversation_id,
            turns.c.event_id == request.event_id,
            turns.c.state == "pending",
        )
        .values(state=state if current else "discarded", finished_at=func.clock_timestamp())
    )
    if not ended.rowcount:
        return Outcome("discarded", DONE_BEFORE)
    if not current:
        # Agents may still want to know how the message was understood.
        if record:
            await save_record(connection, conversation.id, request.event_id, record)
        return Outcome("discarded", "owner_changed", record)
    return Outcome(state, record.get("reason"), record)


async def _append_note(connection: AsyncConnection, conversation_id: UUID, text: str) -> None:
    await append_event(
        connection,
        conversation_id,
        type="note",
        actor="assistant",
        visibility="internal",
        payload={"text": text},
    )


async def _discard(connection: AsyncConnection, loaded: _Loaded) -> Outcome:
    conversation = await lock_conversation(connection, loaded.request.conversation_id)
    return await _claim(connection, conversation, loaded, "discarded", {})


class _Stopwatch:
    def __init__(self) -> None:
        self._last = time.perf_counter()
        self.laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name] = round((now - self._last) * 1000, 1)
        self._last = now
