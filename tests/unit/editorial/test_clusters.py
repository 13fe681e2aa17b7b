"""Grouping by meaning: what belongs together, and what keeps its id from run to run."""

from __future__ import annotations

from uuid import UUID

import numpy as np
import pytest

from editorial.clusters import Known, Point, Vectors, centre_of, group, spread

DIMENSION = 24
OLD, OTHER = UUID(int=1), UUID(int=2)


def around(axis: int, count: int, *, spread: float = 0.5, seed: int = 0) -> Vectors:
    """Unit vectors near one axis; the smaller `spread`, the nearer."""
    rows = np.random.default_rng(seed + axis).normal(size=(count, DIMENSION)) * spread
    rows /= np.sqrt(DIMENSION)
    rows[:, axis] += 1
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def points(
    vectors: Vectors, *, clusters: list[UUID | None] | None = None, language: str = "en"
) -> list[Point[int]]:
    held = clusters or [None] * len(vectors)
    return [Point(place, place, language, held[place]) for place in range(len(vectors))]


def test_two_matters_are_two_clusters_and_what_stands_alone_is_none() -> None:
    vectors = np.concatenate([around(0, 8), around(1, 6), around(2, 1), around(3, 4)])

    found = group(points(vectors), vectors)

    assert [set(cluster.places) for cluster in found] == [set(range(8)), set(range(8, 14))]


def test_one_customer_who_asks_five_times_is_not_five_customers() -> None:
    vectors = around(0, 6)
    insistent = [Point(place, "the same", "en") for place in range(6)]

    assert group(insistent, vectors) == []
    assert [cluster.people for cluster in group(points(vectors), vectors)] == [6]


def test_messages_of_several_languages_make_one_cluster() -> None:
    vectors = around(0, 6)
    mixed = [Point(place, place, ("en", "es", "tr")[place % 3]) for place in range(6)]

    [cluster] = group(mixed, vectors)

    assert len(cluster.places) == 6


def test_the_most_central_message_comes_first() -> None:
    vectors = np.concatenate([around(0, 6, spread=0.9), around(0, 1, spread=0.0)])

    [cluster] = group(points(vectors), vectors)

    assert cluster.places[0] == 6


def test_a_cluster_that_grew_keeps_its_id() -> None:
    vectors = around(0, 12)
    held: list[UUID | None] = [OLD] * 5 + [None] * 7

    [cluster] = group(points(vectors, clusters=held), vectors, [Known(OLD, centre_of(vectors[:5]))])

    assert cluster.id == OLD


def test_a_cluster_whose_messages_are_gone_is_known_by_its_centre() -> None:
    vectors = around(0, 8)

    [cluster] = group(points(vectors), vectors, [Known(OLD, around(0, 1, spread=0.1)[0])])
    [new] = group(points(vectors), vectors, [Known(OLD, around(5, 1, spread=0.1)[0])])

    assert cluster.id == OLD
    assert new.id != OLD


def test_of_two_parts_the_larger_keeps_the_id() -> None:
    vectors = np.concatenate([around(0, 9), around(1, 5)])
    held: list[UUID | None] = [OLD] * 14

    found = group(points(vectors, clusters=held), vectors, [Known(OLD, centre_of(vectors))])

    assert [cluster.people for cluster in found] == [9, 5]
    assert [cluster.id == OLD for cluster in found] == [True, False]


def test_what_was_dismissed_does_not_come_back_in_parts() -> None:
    vectors = np.concatenate([around(0, 9), around(1, 5)])
    held: list[UUID | None] = [OLD] * 14
    known = [Known(OLD, centre_of(vectors), decided=True)]

    [cluster] = group(points(vectors, clusters=held), vectors, known)

    assert (cluster.id, cluster.people) == (OLD, 14)


def test_a_decided_cluster_is_followed_even_when_it_has_become_small() -> None:
    vectors = around(0, 2)
    known = [Known(OLD, around(0, 1, spread=0.1)[0], decided=True), Known(OTHER, vectors[0] * 0)]

    [cluster] = group(points(vectors), vectors, known)

    assert (cluster.id, cluster.people) == (OLD, 2)


@pytest.mark.parametrize("count", [0, 1])
def test_nothing_or_one_message_is_no_cluster(count: int) -> None:
    vectors = around(0, 1)[:count]

    assert group(points(vectors), vectors) == []


def test_examples_show_the_whole_and_repeat_nothing() -> None:
    vectors = np.concatenate([around(0, 1, spread=0)] * 4 + [around(0, 3, spread=1.5)])

    chosen = spread(vectors, 5)

    assert len(chosen) == len(set(chosen)) == 4
    assert sum(place < 4 for place in chosen) == 1
