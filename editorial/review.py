"""What an editor sees of the learning loop, and decides: accept phrasings, make a draft, dismiss.

Accepting saves revisions and asks for one publication of them. That publication builds beside the
live index and runs every check, the regression set among them, before anything is live; a failed
one leaves customers what they had and the cluster open.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.guard import guard
from conversations.tables import conversations
from editorial import proposals, publications, revisions
from editorial.changes import Schedule
from editorial.errors import EditorialError
from editorial.learning_tables import learning_clusters, learning_gaps, learning_runs
from editorial.proposals import LONGEST, SHORTEST
from editorial.revisions import Author, Revision
from editorial.tables import article_publications
from knowledge.articles import Article

STATES = ("open", "accepted", "dismissed")
REASONS = ("out_of_scope", "answered_already", "needs_person", "not_alike", "other")
LISTED = 100
SAMPLES = 50
WEEKS = 8
MOST_PHRASINGS = 20
NOTE = "Phrasings from the learning loop"

# The text of an article's file by id and language; None where there is none.
FileText = Callable[[str, str], str | None]
# What would stop a text (with its article's id and language) from being published.
Check = Callable[[str, str, str], Sequence[str]]

_clusters, _gaps = learning_clusters, learning_gaps


class NoSuchClusterError(EditorialError):
    """There is no such cluster any more. Reload the list."""

    code = "no_such_cluster"
    status = 404


class DecidedMeanwhileError(EditorialError):
    """Somebody has decided on this cluster already. Reload the list."""

    code = "decided_meanwhile"
    status = 409


class BadDecisionError(EditorialError):
    """The decision is not complete."""

    code = "bad_decision"
    status = 400


class UnpublishedDraftError(EditorialError):
    """The article has a draft that is not published."""

    code = "unpublished_draft"
    status = 409


@dataclass(frozen=True)
class Phrasing:
    """A question that an article is to be found by, in a language."""

    text: str
    language: str


async def list_clusters(connection: AsyncConnection, state: str = "open") -> dict[str, Any]:
    """Clusters of a state by the people of the last seven days, then by size; counts of all states,
    and the last run.
    """
    if state not in STATES:
        raise BadDecisionError(f"state {state!r} is not one of {', '.join(STATES)}.")
    recent = _people(_gaps.c.asked_at > _days_ago(7))
    before = _people(_gaps.c.asked_at.between(_days_ago(14), _days_ago(7)))
    statement = (
        select(_clusters, recent.label("recent"), before.label("before"))
        .where(_clusters.c.state == state)
        .order_by(
            recent.desc() if state == "open" else _clusters.c.decided_at.desc(),
            _clusters.c.members.desc(),
            _clusters.c.id,
        )
        .limit(LISTED)
    )
    counted = await connection.execute(
        select(_clusters.c.state, func.count().label("number")).group_by(_clusters.c.state)
    )
    run = (
        await connection.execute(select(learning_runs).order_by(learning_runs.c.id.desc()).limit(1))
    ).one_or_none()
    return {
        "clusters": [_item(row) for row in await connection.execute(statement)],
        "counts": dict.fromkeys(STATES, 0) | {row.state: row.number for row in counted},
        "last_run": run
        and {
            "at": run.finished_at.isoformat(),
            "read_until": run.read_until.isoformat(),
            "gaps": run.gaps,
        },
    }


async def load_cluster(connection: AsyncConnection, cluster_id: UUID) -> dict[str, Any]:
    """One cluster with its messages, its weeks and what is proposed.

    Raises:
        NoSuchClusterError: there is none of that id.
    """
    recent = _people(_gaps.c.asked_at > _days_ago(7))
    before = _people(_gaps.c.asked_at.between(_days_ago(14), _days_ago(7)))
    row = (
        await connection.execute(
            select(_clusters, recent.label("recent"), before.label("before")).where(
                _clusters.c.id == cluster_id
            )
        )
    ).one_or_none()
    if row is None:
        raise NoSuchClusterError
    messages = await connection.execute(
        select(_gaps)
        .where(_gaps.c.cluster_id == cluster_id)
        .order_by(_gaps.c.asked_at.desc(), _gaps.c.id.desc())
        .limit(SAMPLES)
    )
    return {
        **_item(row),
        "phrasings": row.proposal.get("phrasings", []),
        "candidates": row.proposal.get("candidates", []),
        "draft": row.proposal.get("draft"),
        "suggested": row.proposal.get("suggested"),
        "weeks": await _weeks(connection, cluster_id),
        "messages": [_message(message) for message in messages],
        "publication": await _publication(connection, row.outcome),
    }


async def accept_phrasings(
    connection: AsyncConnection,
    cluster_id: UUID,
    *,
    article: str,
    phrasings: Sequence[Phrasing],
    author: Author,
    schedule: Schedule,
    file_text: FileText,
    check: Check = lambda source, article, language: (),
) -> int:
    """Add questions to an article and ask for its publication; returns the publication's number.

    Raises:
        NoSuchClusterError, DecidedMeanwhileError: it is not open (any more).
        BadDecisionError: article or phrasings cannot be used; the message says which and why.
        UnpublishedDraftError: publishing would publish what somebody else has not finished.
    """
    await _lock_open(connection, cluster_id)
    by_language: dict[str, list[str]] = {}
    for phrasing in _checked(phrasings):
        by_language.setdefault(phrasing.language, []).append(phrasing.text)
    live = await publications.live_content(connection)
    changes = []
    for language, texts in sorted(by_language.items()):
        revision = await _revise(
            connection, article, language, texts, live, author=author, file_text=file_text
        )
        # What stands in another article already, above all: the editor can mend it at once.
        if problems := check(revision.source, article, language):
            raise BadDecisionError(f"{article} ({language}): " + " ".join(problems))
        changes.append(revision)
    publication = await publications.queue(
        connection, action="publish", requester=author, changes=changes, note=NOTE
    )
    await schedule(connection, publication.id)
    outcome = {
        "article": article,
        "languages": sorted(by_language),
        "phrasings": sum(map(len, by_language.values())),
        "publication": publication.id,
    }
    await _decide(connection, cluster_id, "accepted", author, outcome=outcome)
    return publication.id


async def make_draft(
    connection: AsyncConnection,
    cluster_id: UUID,
    *,
    title: str,
    body: str,
    author: Author,
    live: Callable[[str], Article | None],
    taken: Collection[str],
    today: date,
) -> Revision:
    """Save a new article as a draft, which nobody but editors sees until one publishes it.

    Args:
        live: an article that customers read, by its id: owner, topic and intents of the nearest
            one are a better beginning than none.
        taken: the ids of articles, besides those of revisions.

    Raises:
        NoSuchClusterError, DecidedMeanwhileError: it is not open (any more).
        BadDecisionError: title or body are missing.
    """
    row = await _lock_open(connection, cluster_id)
    if not title.strip() or not body.strip():
        raise BadDecisionError("A draft needs a title and a text.")
    drafted = row.proposal.get("draft") or {}
    language = drafted.get("language") or row.language
    near = next(iter(row.proposal.get("candidates", [])), None)
    like = live(near["article"]) if near else None
    used = {*taken, *(revision.article for revision in await revisions.newest_of_all(connection))}
    name = proposals.article_name(title, used, otherwise=f"draft-{str(cluster_id)[:8]}")
    asked = row.proposal.get("phrasings", [])
    source = proposals.article_source(
        name=name,
        title=" ".join(title.split()),
        topic=like.topic if like else row.topic or "complaint_feedback",
        intents=like.intents if like else ("suggestion",),
        questions=[each["text"] for each in asked if each["language"] == language] or [title],
        owner=like.owner if like else "general",
        body=body,
        today=today,
    )
    revision = await revisions.save(
        connection,
        article=name,
        language=language,
        source=source,
        base=0,
        author=author,
        note="Draft from an agent's answers" if drafted else "Draft from the learning loop",
    )
    outcome = {"article": name, "languages": [language], "revision": revision.number}
    await _decide(connection, cluster_id, "drafted", author, outcome=outcome)
    return revision


async def dismiss(
    connection: AsyncConnection, cluster_id: UUID, *, reason: str, note: str, author: Author
) -> None:
    """Put a cluster away. It comes back when as many people again have asked.

    Raises:
        NoSuchClusterError, DecidedMeanwhileError: it is not open (any more).
        BadDecisionError: the reason is none of `REASONS`.
    """
    if reason not in REASONS:
        raise BadDecisionError(f"reason {reason!r} is not one of {', '.join(REASONS)}.")
    await _lock_open(connection, cluster_id)
    outcome = {"note": note.strip()} if note.strip() else {}
    await _decide(connection, cluster_id, "dismissed", author, reason=reason, outcome=outcome)


async def reopen(connection: AsyncConnection, cluster_id: UUID) -> None:
    """Take a decision back; what it published stays published.

    Raises:
        NoSuchClusterError: there is none of that id.
    """
    changed = await connection.execute(
        update(_clusters)
        .where(_clusters.c.id == cluster_id)
        .values(state="open", decision=None, reason="", outcome={}, updated_at=func.now())
    )
    if not changed.rowcount:
        raise NoSuchClusterError


async def reopen_failed(connection: AsyncConnection) -> None:
    """Open the clusters again whose publication has failed: nothing of them is live."""
    failed = select(article_publications.c.id).where(article_publications.c.state == "failed")
    await connection.execute(
        update(_clusters)
        .where(
            _clusters.c.state == "accepted",
            _clusters.c.outcome["publication"].as_integer().in_(failed),
        )
        .values(state="open", updated_at=func.now())
    )


async def _lock_open(connection: AsyncConnection, cluster_id: UUID) -> Row[Any]:
    row = (
        await connection.execute(
            select(_clusters).where(_clusters.c.id == cluster_id).with_for_update()
        )
    ).one_or_none()
    if row is None:
        raise NoSuchClusterError
    if row.state != "open":
        raise DecidedMeanwhileError
    return row


async def _decide(
    connection: AsyncConnection,
    cluster_id: UUID,
    decision: str,
    author: Author,
    *,
    reason: str = "",
    outcome: Mapping[str, Any],
) -> None:
    await connection.execute(
        update(_clusters)
        .where(_clusters.c.id == cluster_id)
        .values(
            state="dismissed" if decision == "dismissed" else "accepted",
            decision=decision,
            reason=reason,
            outcome=dict(outcome),
            decided_members=_clusters.c.members,
            decided_by=author.id,
            decider=author.name,
            decided_at=func.clock_timestamp(),
            updated_at=func.now(),
        )
    )


async def _revise(
    connection: AsyncConnection,
    article: str,
    language: str,
    texts: Sequence[str],
    live: Mapping[str, int],
    *,
    author: Author,
    file_text: FileText,
) -> Revision:
    newest = await revisions.find_newest(connection, article, language)
    number = live.get(f"{article}.{language}", 0)
    under_way = await publications.newest(connection)
    if any(f"{article}.{language}" in each.changes for each in under_way if not each.finished):
        raise UnpublishedDraftError(
            f"{article} ({language}) is being published at this moment. Accept again when that is "
            "done."
        )
    # What the loop itself saved and could not publish is nobody's unfinished work.
    unfinished = newest is not None and newest.state == "draft" and newest.number > number
    if newest is not None and unfinished and newest.note != NOTE:
        raise UnpublishedDraftError(
            f"{article} ({language}) has a draft by {newest.author} that is not published. Publish "
            "it or go back from it first, or add the phrasings there."
        )
    source = file_text(article, language)
    if number:
        source = (await revisions.load(connection, article, language, number)).source
    elif newest is not None and newest.withdraws:
        source = None
    if source is None:
        raise BadDecisionError(
            f"{article} is not there in {language}; leave the phrasings in that language out."
        )
    try:
        source = proposals.with_phrasings(source, texts)
    except ValueError as error:
        raise BadDecisionError(f"{article} ({language}): {error}.") from error
    return await revisions.save(
        connection,
        article=article,
        language=language,
        source=source,
        base=newest.number if newest is not None else 0,
        author=author,
        note=NOTE,
    )


def _checked(phrasings: Sequence[Phrasing]) -> list[Phrasing]:
    if not 1 <= len(phrasings) <= MOST_PHRASINGS:
        raise BadDecisionError(f"Choose 1 to {MOST_PHRASINGS} phrasings.")
    checked = []
    for each in phrasings:
        text = " ".join(each.text.split())
        if not SHORTEST <= len(text) <= LONGEST:
            raise BadDecisionError(f"{text!r}: a phrasing has {SHORTEST} to {LONGEST} characters.")
        if guard(text).secrets:
            raise BadDecisionError("A phrasing holds a secret; it cannot be published.")
        checked.append(Phrasing(text, each.language))
    return checked


async def _publication(
    connection: AsyncConnection, outcome: Mapping[str, Any]
) -> dict[str, Any] | None:
    number = outcome.get("publication")
    if number is None:
        return None
    publication = await publications.load(connection, int(number))
    return {
        "id": publication.id,
        "state": publication.state,
        "findings": list(publication.findings),
    }


async def _weeks(connection: AsyncConnection, cluster_id: UUID) -> list[int]:
    """People per week, the current one last."""
    week = func.floor(func.extract("epoch", func.now() - _gaps.c.asked_at) / (7 * 86400))
    counted = await connection.execute(
        select(week.label("ago"), _distinct_people().label("people"))
        .join(conversations, conversations.c.id == _gaps.c.conversation_id)
        .where(_gaps.c.cluster_id == cluster_id)
        .group_by(week)
    )
    people = {int(row.ago): row.people for row in counted}
    return [people.get(ago, 0) for ago in reversed(range(WEEKS))]


def _people(condition: ColumnElement[bool]) -> Any:
    return (
        select(_distinct_people())
        .select_from(_gaps)
        .join(conversations, conversations.c.id == _gaps.c.conversation_id)
        .where(_gaps.c.cluster_id == _clusters.c.id, condition)
        .scalar_subquery()
    )


def _distinct_people() -> Any:
    return func.count(conversations.c.contact_id.distinct())


def _days_ago(days: int) -> Any:
    return func.now() - literal_column(f"interval '{days} days'")


def _item(row: Row[Any]) -> dict[str, Any]:
    decided = row.decided_at is not None and row.decision is not None
    return {
        "id": str(row.id),
        "state": row.state,
        "title": row.title,
        "language": row.language,
        "languages": row.proposal.get("languages", {}),
        "kinds": row.proposal.get("kinds", {}),
        "topic": row.topic,
        "members": row.members,
        "recent": row.recent,
        "before": row.before,
        "suggested": row.proposal.get("suggested"),
        "candidate": next(iter(row.proposal.get("candidates", [])), None),
        "first_at": row.first_at.isoformat(),
        "last_at": row.last_at.isoformat(),
        "decision": {
            "what": row.decision,
            "reason": row.reason,
            "by": row.decider,
            "at": row.decided_at.isoformat(),
            "members": row.decided_members,
            **row.outcome,
        }
        if decided
        else None,
    }


def _message(row: Row[Any]) -> dict[str, Any]:
    return {
        "conversation": str(row.conversation_id),
        "event": row.event_id,
        "kind": row.kind,
        "language": row.language,
        "text": row.text,
        "answer": row.answer,
        "at": row.asked_at.isoformat(),
    }
