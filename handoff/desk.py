"""What an agent does with a conversation: take, answer, note, close, give back.

Every act locks the conversation, checks that it is allowed now, and logs what was done, all in one
transaction: of twenty agents who take the same conversation, one gets it.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.conversation import Conversation, lock_conversation
from conversations.errors import TransitionError, VersionConflictError
from conversations.events import Event, append_event, find_by_client_message_id
from conversations.notices import Texts, notice
from conversations.ownership import change_owner
from handoff.agents import Agent
from handoff.errors import AlreadyTakenError, BadRequestError, NotYoursError
from handoff.queue import mark_ended, mark_taken

LONGEST_TEXT = 8000
CLOSE_REASONS = ("resolved", "no_reply", "duplicate", "spam", "other")


async def take(
    connection: AsyncConnection,
    conversation_id: UUID,
    agent: Agent,
    *,
    version: int | None,
    texts: Texts,
) -> Conversation:
    """Make the conversation this agent's; taking what one has already is no error.

    Raises:
        AlreadyTakenError: somebody else has it, or it changed since `version` was read.
    """
    conversation = await lock_conversation(connection, conversation_id)
    if conversation.owner == "human":
        if conversation.agent_id == agent.id:
            return conversation
        raise AlreadyTakenError(
            f"{conversation.agent_name} has this conversation already.",
            agent=conversation.agent_name,
        )
    try:
        taken = await change_owner(
            connection, conversation_id, "take", actor="agent", expected_version=version,
            agent_id=agent.id, agent_name=agent.name,
        )  # fmt: skip
    except (TransitionError, VersionConflictError) as error:
        raise AlreadyTakenError(
            f"The conversation has changed since you saw it (now: {conversation.owner}). "
            "Look at it again."
        ) from error
    await mark_taken(connection, conversation_id, agent.id)
    await notice(
        connection, conversation_id, "agent_joined",
        texts.text("notice.agent_joined", conversation.language, name=agent.name),
        agent={"name": agent.name},
    )  # fmt: skip
    return taken


async def answer(
    connection: AsyncConnection,
    conversation_id: UUID,
    agent: Agent,
    *,
    client_message_id: str,
    text: str,
) -> Event:
    """Write to the customer; a repeated `client_message_id` is the first one's event."""
    conversation = await _own(connection, conversation_id, agent)
    return await _write(
        connection, conversation, agent, client_message_id=client_message_id, text=text, note=False
    )


async def note(
    connection: AsyncConnection,
    conversation_id: UUID,
    agent: Agent,
    *,
    client_message_id: str,
    text: str,
) -> Event:
    """Write for other agents; whoever is signed in may note on any conversation."""
    conversation = await lock_conversation(connection, conversation_id)
    return await _write(
        connection, conversation, agent, client_message_id=client_message_id, text=text, note=True
    )


async def close(
    connection: AsyncConnection, conversation_id: UUID, agent: Agent, *, reason: str, texts: Texts
) -> Conversation:
    """End the person's part; the customer's next message goes to the assistant again."""
    if reason not in CLOSE_REASONS:
        raise BadRequestError(f"reason {reason!r} is not one of {', '.join(CLOSE_REASONS)}.")
    conversation = await _own(connection, conversation_id, agent)
    closed = await change_owner(connection, conversation_id, "close", actor="agent", reason=reason)
    await mark_ended(connection, conversation_id, reason)
    await notice(
        connection, conversation_id, "closed",
        texts.text("notice.closed", conversation.language, name=agent.name),
    )  # fmt: skip
    return closed


async def give_back(
    connection: AsyncConnection, conversation_id: UUID, agent: Agent, *, texts: Texts
) -> Conversation:
    """Let the assistant go on with the conversation."""
    conversation = await _own(connection, conversation_id, agent)
    returned = await change_owner(connection, conversation_id, "give_back", actor="agent")
    await mark_ended(connection, conversation_id, "returned")
    await notice(
        connection, conversation_id, "returned",
        texts.text("notice.returned", conversation.language, name=agent.name),
    )  # fmt: skip
    return returned


async def _own(connection: AsyncConnection, conversation_id: UUID, agent: Agent) -> Conversation:
    conversation = await lock_conversation(connection, conversation_id)
    if conversation.owner != "human" or conversation.agent_id != agent.id:
        raise NotYoursError
    return conversation


async def _write(
    connection: AsyncConnection,
    conversation: Conversation,
    agent: Agent,
    *,
    client_message_id: str,
    text: str,
    note: bool,
) -> Event:
    text = text.strip()
    if not text:
        raise BadRequestError("text: nothing is written.")
    if len(text) > LONGEST_TEXT:
        raise BadRequestError(f"text: {len(text)} characters; at most {LONGEST_TEXT} fit.")
    sent = await find_by_client_message_id(connection, conversation.id, client_message_id)
    if sent is not None:
        return sent
    return await append_event(
        connection,
        conversation.id,
        type="note" if note else "message",
        actor="agent",
        visibility="internal" if note else "public",
        payload={"text": text, "agent": {"name": agent.name}},
        client_message_id=client_message_id,
    )
