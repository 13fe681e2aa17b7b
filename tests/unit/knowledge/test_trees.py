"""Guided checks as files: what is loaded, and what stops a build."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge.articles import load_articles
from knowledge.errors import TreesInvalidError
from knowledge.facts import FactGroup, load_facts
from knowledge.intents import Intents
from knowledge.responses import Responses
from knowledge.testing import make_article
from knowledge.tree_checks import check_trees
from knowledge.trees import End, Outcome, Question, Tree, Trees, load_trees

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "knowledge" / "trees"
OURS = load_trees(FOLDER)
TODAY = date(2026, 12, 1)

TREE: dict[str, Any] = {
    "id": "parcel",
    "title": {"en": "Where is it?"},
    "topic": "post",
    "intents": ["late"],
    "article": "late",
    "owner": "general",
    "updated": date(2026, 11, 1),
    "review_by": date(2027, 5, 1),
    "start": "sent",
    "nodes": {
        "sent": {
            "ask": {"en": "Was it sent?"},
            "answers": {
                "yes": {"label": {"en": "Yes"}, "to": "since", "means": "yes"},
                "no": {"label": {"en": "No"}, "to": "ask_sender"},
            },
        },
        "since": {
            "ask": {"en": "Since when?"},
            "reads": "hours",
            "answers": {
                "short": {"label": {"en": "Recently"}, "to": "wait", "under": "post.usual_days"},
                "long": {"label": {"en": "Long ago"}, "to": "ticket"},
            },
        },
        "wait": {
            "end": "wait",
            "text": {"en": "Up to {{ facts.post.usual_days }} days."},
            "wait": {"days": "post.usual_days"},
        },
        "ask_sender": {"end": "self_service", "text": {"en": "Ask."}, "article": "late"},
        "ticket": {
            "end": "ticket",
            "text": {"en": "We look."},
            "intent": "lost",
            "fields": ["amount"],
        },
    },
}
FACTS = FactGroup({"post": {"usual_days": 3}})
INTENTS = Intents.from_plain(
    {
        "late": {"topic": "post", "handling": "answer", "label": "Late"},
        "lost": {"topic": "post", "handling": "handoff", "label": "Lost"},
    }
)


def write(folder: Path, change: Callable[[dict[str, Any]], None] | None = None) -> Path:
    tree = copy.deepcopy(TREE)
    if change is not None:
        change(tree)
    path = folder / "parcel.yml"
    path.write_text(yaml.safe_dump(tree, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def test_a_tree_is_read_with_its_questions_and_ends(tmp_path: Path) -> None:
    write(tmp_path)
    (tree,) = load_trees(tmp_path)
    assert tree.intents == ("late",)
    assert isinstance(tree.nodes["sent"], Question)
    assert [outcome.end for outcome in tree.outcomes] == [End.WAIT, End.SELF_SERVICE, End.TICKET]
    assert Tree.from_plain(json.loads(json.dumps(tree.plain()))) == tree


def test_no_folder_holds_no_trees(tmp_path: Path) -> None:
    assert load_trees(tmp_path / "absent") == []


def set_node(name: str, **values: Any) -> Callable[[dict[str, Any]], None]:
    return lambda tree: tree["nodes"][name].update(values)


def set_answer(node: str, answer: str, **values: Any) -> Callable[[dict[str, Any]], None]:
    return lambda tree: tree["nodes"][node]["answers"][answer].update(values)


def chain(tree: dict[str, Any]) -> None:
    """Five questions in a row."""
    for number in range(4):
        answers = copy.deepcopy(TREE["nodes"]["sent"]["answers"])
        for answer in answers.values():
            answer["to"] = f"more{number + 1}" if number < 3 else "sent"
        tree["nodes"][f"more{number}"] = {"ask": {"en": "More?"}, "answers": answers}
    tree["start"] = "more0"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda tree: tree.pop("article"), "`article` is missing"),
        (lambda tree: tree.update(id="other"), "the file is named parcel.yml"),
        (lambda tree: tree.update(colour="red"), "`colour` is not known"),
        (lambda tree: tree.update(start="gone"), "the node gone, which does not exist"),
        (lambda tree: tree["title"].pop("en"), "`title` is missing"),
        (lambda tree: tree["nodes"].update(odd={}), "nodes.odd: must have exactly one of"),
        (
            lambda tree: tree["nodes"].update(alone=tree["nodes"]["wait"]),
            "nodes.alone: no answer leads to it",
        ),
        (set_answer("sent", "yes", to="gone"), "nodes.sent: leads to the node gone"),
        (set_answer("since", "short", to="sent"), "leads back to itself (sent > since > sent)"),
        (set_answer("sent", "yes", label={"es": "Sí"}), "nodes.sent.answers.yes.label: languages"),
        (set_answer("sent", "yes", means="perhaps"), "`means` must be yes or no"),
        (set_answer("sent", "yes", under="post.usual_days"), "needs `reads: hours`"),
        (set_answer("since", "long", under="post.usual_days"), "the last answer takes"),
        (set_answer("sent", "yes", given="mood"), "`given` must be one of"),
        (set_answer("sent", "yes", words={"en": [False]}), "quote yes, no and numbers"),
        (set_node("sent", entity="colour"), "`entity` must be one of"),
        (set_node("wait", end="never"), "nodes.wait: `end` must be one of"),
        (set_node("wait", wait=None), "needs `wait`"),
        (set_node("ticket", intent=None), "nodes.ticket: a ticket, and nothing else"),
        (set_node("ask_sender", article=None), "nodes.ask_sender: needs the `article`"),
        (set_node("wait", text={"en": ""}), "nodes.wait.text: must hold one text"),
        (chain, "a way through asks 6 questions; at most 4"),
    ],
)
def test_a_mistake_names_file_and_node(
    tmp_path: Path, change: Callable[[dict[str, Any]], None], says: str
) -> None:
    path = write(tmp_path, change)
    with pytest.raises(TreesInvalidError) as caught:
        load_trees(tmp_path)
    assert str(path) in str(caught.value)
    assert says in str(caught.value)


def test_a_file_that_is_no_yaml_is_named(tmp_path: Path) -> None:
    (tmp_path / "parcel.yml").write_text("a: [")
    with pytest.raises(TreesInvalidError, match=r"parcel\.yml: the file cannot be read"):
        load_trees(tmp_path)


def checked(tmp_path: Path, change: Callable[[dict[str, Any]], None] | None = None) -> Any:
    write(tmp_path, change)
    articles = [make_article("late")]
    return check_trees(load_trees(tmp_path), FACTS, articles, INTENTS, today=TODAY)


def test_a_sound_tree_is_published(tmp_path: Path) -> None:
    report = checked(tmp_path)
    assert (report.errors, report.warnings, len(report.published)) == ([], [], 1)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda tree: tree.update(article="gone"), "the article gone does not exist"),
        (lambda tree: tree.update(topic="nowhere"), "the topic nowhere"),
        (lambda tree: tree.update(intents=["lost"]), "is handled by handoff"),
        (lambda tree: tree.update(intents=["late"], collects=True), "that collects"),
        (set_node("ticket", intent="gone"), "nodes.ticket: the intent gone"),
        (set_node("ticket", fields=["mood"]), "the field mood"),
        (set_node("ask_sender", article="gone"), "nodes.ask_sender: the article gone"),
        (set_answer("since", "short", under="post.name"), "facts.post.name is no duration"),
        (set_node("wait", wait={"days": "post.gone"}), "facts.post.gone is not in facts.yml"),
        (set_node("wait", text={"en": "{{ facts.post.gone }}"}), "nodes.wait.text.en"),
        (set_answer("sent", "no", label={"en": "Yes"}), "two answers read alike in en"),
        (set_answer("sent", "no", label={"en": "x" * 61}), "61 characters"),
    ],
)
def test_what_does_not_fit_the_rest_stops_a_build(
    tmp_path: Path, change: Callable[[dict[str, Any]], None], says: str
) -> None:
    report = checked(tmp_path, change)
    assert any(says in error for error in report.errors), report.errors
    assert all(error.startswith("knowledge/trees/parcel.yml: ") for error in report.errors)


def test_a_tree_past_its_review_is_withheld(tmp_path: Path) -> None:
    report = checked(tmp_path, lambda tree: tree.update(review_by=date(2026, 11, 30)))
    assert (report.published, report.withheld) == ((), ("parcel",))
    assert "withheld" in report.warnings[0]


def test_a_check_is_found_by_article_then_by_intent(tmp_path: Path) -> None:
    write(tmp_path)
    trees = Trees(load_trees(tmp_path))
    assert trees.serving("other", "late") is not None
    assert trees.serving("late", None) is not None
    assert trees.serving("other", "other") is None
    assert trees.collecting("late") is None


@pytest.fixture(scope="module")
def ours() -> Any:
    articles = load_articles(ROOT / "knowledge" / "articles")
    facts = load_facts(ROOT / "knowledge" / "facts.yml")
    intents = Intents.load(ROOT / "data" / "intents.yml")
    return check_trees(OURS, facts, articles, intents, today=max(tree.updated for tree in OURS))


def test_our_own_checks_fit_facts_articles_and_intents(ours: Any) -> None:
    assert (ours.errors, ours.withheld) == ([], ())
    assert {tree.id for tree in ours.published} == {
        "deposit-not-credited",
        "withdrawal-stuck",
        "lost-second-factor",
        "account-compromised",
    }


@pytest.mark.parametrize("tree", OURS, ids=lambda tree: tree.id)
def test_our_own_checks_speak_every_language(tree: Tree) -> None:
    assert set(tree.title) == set(Responses.load().languages)


def test_every_kind_of_end_is_used() -> None:
    assert {
        node.end for tree in OURS for node in tree.nodes.values() if isinstance(node, Outcome)
    } == set(End)
