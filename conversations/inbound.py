"""One message from a customer: guarded, stored once, and given to whoever has the conversation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Row, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.choices import Offer, supersede_offers, use_offer
from conversations.conversation import Conversation, lock_conversation, set_language
from conversations.database import Transactions
from conversations.errors import EmptyMessageError, RateLimitedError
from conversations.events import Event, append_event
from conversations.guard import Guarded, guard
from conversations.handoff import HandoffQueue, HandoffRequest, hand_off
from conversations.languages import Languages, spoken
from conversations.notices import Texts, notice
from conversations.ownership import change_owner
from conversations.rates import RateLimit
from conversations.tables import choices, events
from conversations.turn import begin_turn, collects


@dataclass(frozen=True)
class InboundMessage:
    """What a channel received: text, or the token of an option, or the wish for a person."""

    conversation_id: UUID
    contact_id: UUID
    client_message_id: str
    text: str = ""
    choice: str | None = None
    human: bool = False


@dataclass(frozen=True)
class Receipt:
    """The event that holds the message; `repeated` when the client had sent it before."""

    event_id: int
    repeated: bool = False


class TurnScheduler(Protocol):
    """Runs a turn later, in another process."""

    async def schedule(
        self, connection: AsyncConnection, conversation_id: UUID, event_id: int
    ) -> None:
        """Within the caller's transaction: the turn runs if and only if that commits."""
        ...


class Inbox:
    """Receives customers' messages of every channel."""

    def __init__(
        self,
        *,
        database: Transactions,
        scheduler: TurnScheduler,
        queue: HandoffQueue,
        texts: Texts,
        languages: Languages,
        rate: RateLimit,
        longest: int = 4000,
    ) -> None:
        """
        Args:
            rate: messages that one contact may send.
            longest: characters of a message that are kept.
        """
        self._database = database
        self._scheduler = scheduler
        self._queue = queue
        self._texts = texts
        self._languages = languages
        self._rate = rate
        self._longest = longest

    async def receive(self, message: InboundMessage) -> Receipt:
        """Store a message and see to its answer; the same client id again changes nothing.

        Raises:
            RateLimitedError: too many messages; `retry_after` says when.
            EmptyMessageError: nothing is left to read.
            BadChoiceError: the option is not open any more.
            UnknownConversationError: there is none of that id.
        """
        wait = self._rate.take(message.contact_id)
        if wait:
            raise RateLimitedError(wait)
        guarded = guard(message.text, longest=self._longest)
        if guarded.empty and message.choice is None and not message.human:
            raise EmptyMessageError
        return await self._database.run(lambda c: self._store(c, message, guarded))

    async def _store(
        self, connection: AsyncConnection, message: InboundMessage, guarded: Guarded
    ) -> Receipt:
        conversation = await lock_conversation(connection, message.conversation_id)
        seen = await _look(connection, message)
        if seen.event_id is not None:
            return Receipt(seen.event_id, repeated=True)
        offer = None
        if message.choice is not None:
            offer = await use_offer(connection, conversation.id, message.choice)
        if seen.has_open_offers:
            await supersede_offers(connection, conversation.id)
        wants_human = message.human or (offer is not None and bool(offer.choice.get("human")))
        to_person = wants_human or guarded.dangerous
        if conversation.owner == "closed" and not to_person:
            conversation = await change_owner(
                connection, conversation.id, "reopen", actor="customer", reason="customer_wrote"
            )
        if offer is None and not guarded.empty and (to_person or conversation.owner != "bot"):
            # The assistant does not see this one, and what the system says is to be understood.
            conversation = await self._note_language(connection, conversation, guarded.text)
        event = await self._append(connection, conversation, message, guarded, offer)
        if guarded.secrets:
            await self._warn(connection, conversation)
        if conversation.owner in ("bot", "closed") and to_person:
            await self._hand_off(connection, conversation, guarded)
        elif conversation.owner == "bot" or (
            # What helps whoever takes over is asked on while the customer waits.
            conversation.owner == "waiting" and offer is not None and collects(offer.choice)
        ):
            await begin_turn(
                connection, conversation, event.id, choice=offer.choice if offer else None
            )
            await self._scheduler.schedule(connection, conversation.id, event.id)
        return Receipt(event.id)

    async def _append(
        self,
        connection: AsyncConnection,
        conversation: Conversation,
        message: InboundMessage,
        guarded: Guarded,
        offer: Offer | None,
    ) -> Event:
        text = guarded.text
        if offer is not None:
            text = offer.label
        elif guarded.empty:
            text = self._texts.text("message.wants_human", conversation.language)
        payload: dict[str, object] = {"text": text}
        if guarded.secrets:
            payload["redacted"] = list(guarded.secrets)
        if guarded.truncated:
            payload["truncated"] = True
        return await append_event(
            connection,
            conversation.id,
            type="message",
            actor="customer",
            payload=payload,
            client_message_id=message.client_message_id,
        )

    async def _note_language(
        self, connection: AsyncConnection, conversation: Conversation, text: str
    ) -> Conversation:
        now = self._languages.after(text, spoken(conversation))
        return await set_language(
            connection,
            conversation,
            language=now["language"],
            wished=now["wished"],
            heard=now["heard"],
        )

    async def _warn(self, connection: AsyncConnection, conversation: Conversation) -> None:
        await notice(
            connection,
            conversation.id,
            "secret_removed",
            self._texts.text("notice.secret_removed", conversation.language),
        )

    async def _hand_off(
        self, connection: AsyncConnection, conversation: Conversation, guarded: Guarded
    ) -> None:
        if guarded.dangerous:
            request = HandoffRequest(
                reason="secret_shared",
                priority="urgent",
                team="security",
                topic="account_security",
                summary="Shared a secret: " + ", ".join(guarded.secrets).replace("_", " "),
            )
        else:
            request = HandoffRequest(
                reason="asked_for_person",
                topic=conversation.topic,
                summary="Asked for a person.",
            )
        await hand_off(
            connection,
            conversation,
            request,
            queue=self._queue,
            texts=self._texts,
            actor="customer",
        )


async def _look(connection: AsyncConnection, message: InboundMessage) -> Row[Any]:
    """The event of the same client id, if any, and whether options are open; under the lock."""
    event_id = (
        select(events.c.id)
        .where(
            events.c.conversation_id == message.conversation_id,
            events.c.client_message_id == message.client_message_id,
        )
        .scalar_subquery()
    )
    offers = exists().where(
        choices.c.conversation_id == message.conversation_id, choices.c.state == "open"
    )
    statement = select(event_id.label("event_id"), offers.label("has_open_offers"))
    return (await connection.execute(statement)).one()
