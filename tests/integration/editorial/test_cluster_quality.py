"""Clusters of our own material with the real encoder: pure enough to read, and complete enough."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from editorial.clusters import LEAST_MEMBERS, Cluster, Point, group
from knowledge.encoder import Encoder
from tests.support.learning import Asked, material

ROOT = Path(__file__).parents[3]
# Measured when this was written: .81, .82, and 11 of 12.
PURITY, RECALL, FOUND = 0.75, 0.75, 9


@pytest.fixture(scope="module")
def asked() -> list[Asked]:
    return material()


@pytest.fixture(scope="module")
def found(asked: list[Asked]) -> list[Cluster]:
    vectors = Encoder(ROOT / "models" / "encoder", threads=2).encode([each.text for each in asked])
    points = [Point(place, place, each.language) for place, each in enumerate(asked)]
    return group(points, np.asarray(vectors, np.float32))


def majority(asked: list[Asked], cluster: Cluster) -> tuple[str | None, int]:
    return Counter(asked[place].group for place in cluster.places).most_common(1)[0]


def test_a_cluster_is_about_one_matter(asked: list[Asked], found: list[Cluster]) -> None:
    grouped = sum(len(cluster.places) for cluster in found)
    right = sum(count for name, count in (majority(asked, each) for each in found) if name)

    print(f"purity {right / grouped:.2f} of {grouped} messages in {len(found)} clusters")
    assert right / grouped >= PURITY


def test_a_matter_is_found_with_most_of_its_messages(
    asked: list[Asked], found: list[Cluster]
) -> None:
    sizes = Counter(each.group for each in asked if each.group)
    large = {name: size for name, size in sizes.items() if size >= LEAST_MEMBERS}
    best = {
        name: max(sum(asked[place].group == name for place in each.places) for each in found)
        for name in large
    }

    recall = sum(best.values()) / sum(large.values())
    complete = sum(best[name] >= size / 2 for name, size in large.items())
    print(f"recall {recall:.2f}, {complete} of {len(large)} matters")
    assert recall >= RECALL
    assert complete >= FOUND


def test_languages_meet_where_they_mean_the_same(asked: list[Asked], found: list[Cluster]) -> None:
    mixed = [each for each in found if len({asked[place].language for place in each.places}) > 1]

    assert len(mixed) >= len(found) / 2
