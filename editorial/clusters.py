"""Clusters: messages that ask for the same, grouped by the meaning of their vectors.

Agglomerative clustering with average linkage over cosine distance: a message joins others when it
is near all of them on average, so that no chain of neighbours ties two matters together. On our
own material it keeps clusters purer than HDBSCAN at the same recall (docs/knowledge.md). Messages
of one language lie nearer to each other than to the same words in another; what is near across
languages is given that back, so that a matter is one cluster in all of them.

A cluster keeps its id from run to run by its members, and where those are gone by its centre. So
what an editor decided stays decided.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID, uuid4

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

Vectors = NDArray[np.float32]

# Fitted on messages of known intents in three languages, for the best weighing of purity before
# recall; never on the material that it is measured with.
FARTHEST = 0.64
ACROSS_LANGUAGES = 0.04
LEAST_MEMBERS = 5
# A cluster whose members are all gone is known again by a centre this near.
SAME_CENTRE = 0.85
# A cluster comes from another when it has so many of the members that this one still has.
SAME_MEMBERS = 1 / 3

Person = TypeVar("Person")


@dataclass(frozen=True)
class Point(Generic[Person]):
    """One message: its vector's place, who wrote it, in what language, and the cluster that held it
    at the last run.
    """

    place: int
    person: Person
    language: str
    cluster: UUID | None = None


@dataclass(frozen=True)
class Known:
    """A cluster of earlier runs. `decided` is True once an editor has accepted or dismissed it."""

    id: UUID
    centre: Vectors
    decided: bool = False


@dataclass(frozen=True)
class Cluster:
    """Messages alike: their places, the most central first; `people` wrote them."""

    id: UUID
    places: tuple[int, ...]
    people: int
    centre: Vectors


def group(
    points: Sequence[Point[Person]],
    vectors: Vectors,
    known: Sequence[Known] = (),
    *,
    least: int = LEAST_MEMBERS,
) -> list[Cluster]:
    """Clusters with at least `least` people, the largest first.

    Args:
        points: each names its row of `vectors`.
        vectors: normalised rows [n, dimension].
        known: the clusters of earlier runs; a decided one is found again with fewer people too.
    """
    labels = _labels(points, vectors)
    groups: dict[int, list[Point[Person]]] = {}
    for point, label in zip(points, labels, strict=True):
        groups.setdefault(int(label), []).append(point)
    decided = {cluster.id for cluster in known if cluster.decided}
    # Small ones too: a few new messages may belong to what was decided before.
    merged: dict[UUID, list[Point[Person]]] = {}
    for identity, members in _identified(list(groups.values()), vectors, known):
        merged.setdefault(identity, []).extend(members)
    found = [_cluster(identity, members, vectors) for identity, members in merged.items()]
    kept = [each for each in found if each.people >= least or each.id in decided]
    return sorted(kept, key=lambda each: (-each.people, str(each.id)))


def centre_of(vectors: Vectors) -> Vectors:
    """The normalised mean of rows [n, dimension]; zero for none."""
    mean = vectors.mean(axis=0) if len(vectors) else np.zeros(vectors.shape[1], np.float32)
    length = float(np.linalg.norm(mean))
    return np.asarray(mean / length if length else mean, np.float32)


def spread(vectors: Vectors, count: int, *, farthest: float = 0.08) -> list[int]:
    """Places of up to `count` rows that show the whole: the most central one, then each time the
    one least like those taken, leaving out what repeats one of them (cosine distance below
    `farthest`).
    """
    if not len(vectors):
        return []
    taken = [int(np.argmax(vectors @ centre_of(vectors)))]
    while len(taken) < min(count, len(vectors)):
        distances = 1 - np.max(vectors @ vectors[taken].T, axis=1)
        farthest_one = int(np.argmax(distances))
        if distances[farthest_one] < farthest:
            break
        taken.append(farthest_one)
    return taken


def _labels(points: Sequence[Point[Person]], vectors: Vectors) -> NDArray[np.int64]:
    if len(points) < 2:
        return np.arange(len(points), dtype=np.int64)
    rows = vectors[[point.place for point in points]]
    distances = 1 - rows @ rows.T
    languages = np.array([point.language for point in points])
    distances -= ACROSS_LANGUAGES * (languages[:, None] != languages[None, :])
    np.fill_diagonal(distances, 0)
    condensed = squareform(np.maximum(distances, 0), checks=False)
    return np.asarray(fcluster(linkage(condensed, "average"), FARTHEST, "distance"), np.int64)


def _identified(
    groups: Sequence[list[Point[Person]]], vectors: Vectors, known: Sequence[Known]
) -> list[tuple[UUID, list[Point[Person]]]]:
    """Each group with the id of the cluster that it comes from, or a new one. Two groups may come
    from one decided cluster: what was decided does not come back by falling apart.
    """
    by_id = {cluster.id: cluster for cluster in known}
    left = _held([point for members in groups for point in members], by_id)
    taken: set[UUID] = set()
    identified: list[tuple[UUID, list[Point[Person]]]] = []
    nameless = []
    for members in sorted(groups, key=len, reverse=True):
        identity = _by_members(members, by_id, left, taken)
        if identity is None:
            nameless.append(members)
        else:
            taken.add(identity)
            identified.append((identity, members))
    for members in nameless:
        identity = _by_centre(members, vectors, by_id, left, taken) or uuid4()
        if identity in by_id:
            taken.add(identity)
        identified.append((identity, members))
    return identified


def _held(members: Iterable[Point[Person]], by_id: Mapping[UUID, Known]) -> Counter[UUID]:
    """How many of the members each known cluster held."""
    return Counter(
        point.cluster for point in members if point.cluster is not None and point.cluster in by_id
    )


def _by_members(
    members: Sequence[Point[Person]],
    by_id: Mapping[UUID, Known],
    left: Mapping[UUID, int],
    taken: set[UUID],
) -> UUID | None:
    for identity, count in _held(members, by_id).most_common():
        free = identity not in taken or by_id[identity].decided
        mostly = count >= SAME_MEMBERS * min(left[identity], len(members))
        if free and mostly:
            return identity
    return None


def _by_centre(
    members: Sequence[Point[Person]],
    vectors: Vectors,
    by_id: Mapping[UUID, Known],
    left: Mapping[UUID, int],
    taken: set[UUID],
) -> UUID | None:
    centre = centre_of(vectors[[point.place for point in members]])
    near = [
        (float(centre @ cluster.centre), identity)
        for identity, cluster in by_id.items()
        if cluster.centre.shape == centre.shape
        and (cluster.decided or (identity not in taken and not left[identity]))
    ]
    likeness, identity = max(near, default=(0.0, None), key=lambda pair: pair[0])
    return identity if likeness >= SAME_CENTRE else None


def _cluster(identity: UUID, members: Sequence[Point[Person]], vectors: Vectors) -> Cluster:
    places = np.array([point.place for point in members])
    centre = centre_of(vectors[places])
    order = np.argsort(-(vectors[places] @ centre), kind="stable")
    return Cluster(
        id=identity,
        places=tuple(int(place) for place in places[order]),
        people=len({point.person for point in members}),
        centre=centre,
    )
