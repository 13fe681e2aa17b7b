"""Who answers: the assistant, the queue, a person, or nobody any more.

Ownership is a small state machine with a version. Each change raises the version, and whoever
decided on an older one is refused: no reply of the assistant appears after a person took over,
and of two agents one takes the conversation.
"""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.conversation import COLUMNS, Conversation, from_row, lock_conversation
from conversations.errors import TransitionError, VersionConflictError
from conversations.events import Actor, append_event
from conversations.tables import conversations

Owner = Literal["bot", "waiting", "human", "closed"]
Action = Literal["hand_off", "take", "transfer", "requeue", "give_back", "close", "reopen"]

OWNERS: tuple[Owner, ...] = ("bot", "waiting", "human", "closed")

# Every allowed change. What is not here is refused.
TRANSITIONS: dict[tuple[Owner, Action], Owner] = {
    ("bot", "hand_off"): "waiting",
    ("bot", "take"): "human",  # an agent may step in before anybody asked
    ("bot", "close"): "closed",
    ("waiting", "take"): "human",
    ("waiting", "give_back"): "bot",
    ("waiting", "close"): "closed",
    ("human", "transfer"): "human",  # another agent
    ("human", "requeue"): "waiting",
    ("human", "give_back"): "bot",
    ("human", "close"): "closed",
    ("closed", "reopen"): "bot",  # the customer writes again
    ("closed", "hand_off"): "waiting",  # the customer asks for a person
}


def next_owner(owner: Owner, action: Action) -> Owner:
    """Who owns the conversation after `action`.

    Raises:
        TransitionError: `owner` does not allow it.
    """
    try:
        return TRANSITIONS[owner, action]
    except KeyError:
        allowed = ", ".join(known for held, known in TRANSITIONS if held == owner)
        raise TransitionError(owner=owner, action=action, allowed=allowed) from None


async def change_owner(
    connection: AsyncConnection,
    conversation_id: UUID,
    action: Action,
    *,
    actor: Actor,
    expected_version: int | None = None,
    reason: str | None = None,
    agent_id: UUID | None = None,
    agent_name: str | None = None,
) -> Conversation:
    """Apply `action` and log it as an internal event; returns the conversation as it is then.

    Args:
        expected_version: the version that the caller decided on; None where the caller holds the
            lock already or does not care.
        agent_id, agent_name: the person who has it from now on (`take`, `transfer`); any other
            action leaves nobody.

    Raises:
        VersionConflictError: the version is another one by now.
        TransitionError: the present owner does not allow it.
        UnknownConversationError: there is none of that id.
    """
    current = await lock_conversation(connection, conversation_id)
    if expected_version is not None and current.version != expected_version:
        raise VersionConflictError(
            expected=expected_version, current=current.version, owner=current.owner
        )
    owner = next_owner(current.owner, action)  # type: ignore[arg-type]  # held by a check constraint
    await append_event(
        connection,
        conversation_id,
        type="ownership",
        actor=actor,
        visibility="internal",
        payload={
            "action": action,
            "from": current.owner,
            "to": owner,
            "version": current.version + 1,
            "reason": reason,
            "agent_id": str(agent_id) if agent_id else None,
        },
    )
    changed = await connection.execute(
        update(conversations)
        .where(conversations.c.id == conversation_id)
        .values(
            owner=owner,
            version=conversations.c.version + 1,
            agent_id=agent_id,
            agent_name=agent_name,
            # Whoever has it next starts without the assistant's half-finished questions.
            clarifications=0,
        )
        .returning(*COLUMNS)
    )
    return from_row(changed.one())
