"""The operator's file: what it must hold, and how topics are grouped."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from knowledge.intents import Intents
from server.help.arrangement import Arrangement, ArrangementError, Group
from server.help.pages import TEMPLATES
from server.settings import ROOT

OURS = Arrangement.load()


def test_our_file_groups_every_topic_that_has_articles() -> None:
    # By the names of files and folders: reading them all takes seconds.
    files = list((ROOT / "knowledge" / "articles").rglob("*.en.md"))
    topics = {path.parent.name for path in files}
    grouped = {topic for group in OURS.groups for topic in group.topics}
    assert topics <= grouped <= Intents.load(ROOT / "data" / "intents.yml").topics
    assert set(OURS.featured) <= {path.name.removesuffix(".en.md") for path in files}


def test_our_icons_are_drawn() -> None:
    drawn = set(re.findall(r'"(\w+)": "M', (TEMPLATES / "icons.html").read_text(encoding="utf-8")))
    assert {group.icon for group in OURS.groups} <= drawn


def test_what_no_group_names_comes_last() -> None:
    arrangement = Arrangement((Group("a", "x", ("one", "two")), Group("b", "y", ("three",))))
    assert arrangement.grouped(["four", "two"]) == [
        Group("a", "x", ("two",)),
        Group("other", "other", ("four",)),
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (None, "cannot be read"),
        ("- x", "must hold `groups` and `featured`"),
        ("groups: [{name: a}]\nfeatured: []", "each group needs"),
        ("groups: [{name: a, icon: b, topics: c}]\nfeatured: []", "each group needs"),
        (
            "groups: [{name: a, icon: b, topics: [c, c]}]\nfeatured: []",
            "c must stand in one group only",
        ),
        ("groups: []\nfeatured: [1]", "`featured` must be a list"),
    ],
)
def test_a_wrong_file_is_told(tmp_path: Path, text: str | None, problem: str) -> None:
    path = tmp_path / "help.yml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(ArrangementError, match=problem):
        Arrangement.load(path)


def test_an_empty_file_arranges_nothing(tmp_path: Path) -> None:
    path = tmp_path / "help.yml"
    path.write_text("groups:\nfeatured:\n")
    assert Arrangement.load(path) == Arrangement()
