"""The form of a guided check's file: every problem, each naming the node it is in. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

ENDS = ("wait", "self_service", "ticket", "not_recoverable")
ENTITIES = ("asset", "network")
# What is known of a customer's case without asking.
KNOWN = ("asset", "network", "amount", "hours", "tx_hash", "address", "order_id")
# Nobody in trouble answers more than this.
MOST_QUESTIONS = 4

_HEAD = {
    "id": str, "title": dict, "topic": str, "intents": list, "article": str, "owner": str,
    "updated": date, "review_by": date, "start": str, "nodes": dict,
}  # fmt: skip
_QUESTION = {"ask", "answers", "entity", "reads", "to", "other", "offer"}
_ANSWER = {"label", "words", "to", "means", "under", "given", "unless", "where"}
_BRANCH = {"cases", "otherwise"}
_CASE = {"known", "to", "below", "one_of"}
_OUTCOME = {"end", "text", "article", "wait", "intent", "fields"}


def problems(content: Any, name: str) -> list[str]:
    """What is wrong with the content of `<name>.yml`; empty where nothing is."""
    if not isinstance(content, dict):
        return ["it must hold `key: value` lines; docs/knowledge.md describes them"]
    found = list(_head(content, name))
    nodes = content.get("nodes")
    if not isinstance(nodes, dict) or not isinstance(content.get("title"), dict):
        return found
    languages = set(content["title"])
    for key, node in nodes.items():
        if not isinstance(node, dict):
            found.append(f"nodes.{key}: must be a question, a branch or an outcome")
            continue
        found.extend(f"nodes.{key}{problem}" for problem in _node(node, languages))
    # How the nodes hang together can be looked at once each of them is sound.
    return found or list(_whole(content["start"], nodes))


def leads(node: Mapping[str, Any]) -> list[str]:
    """The nodes that a node leads to."""
    answers = [each["to"] for each in node.get("answers", {}).values()]
    cases = [each["to"] for each in node.get("cases", ())]
    return [*answers, *cases, *(node[key] for key in ("to", "other", "otherwise") if node.get(key))]


def _head(content: Mapping[str, Any], name: str) -> Iterator[str]:
    for key, kind in _HEAD.items():
        value = content.get(key)
        if value in (None, "", [], {}):
            yield f"`{key}` is missing"
        elif not isinstance(value, kind):
            yield f"`{key}` must be a {kind.__name__}"
    for key in content:
        if key not in _HEAD and key != "collects":
            yield f"`{key}` is not known; known are {', '.join(_HEAD)}, collects"
    if isinstance(content.get("id"), str) and content["id"] != name:
        yield f"`id` is {content['id']}, but the file is named {name}.yml"
    if not isinstance(content.get("collects", False), bool):
        yield "`collects` must be true or false"
    if isinstance(content.get("title"), dict):
        if "en" not in content["title"]:
            yield "title: the English text (`en`) is missing"
        yield from (f"title{problem}" for problem in _texts(content["title"], None))
    dates = (content.get("updated"), content.get("review_by"))
    if all(isinstance(each, date) for each in dates) and dates[1] <= dates[0]:  # type: ignore[operator]  # both are dates
        yield "`review_by` must be after `updated`"


def _node(node: Mapping[str, Any], languages: set[str]) -> Iterator[str]:
    kinds = [key for key in ("ask", "cases", "end") if key in node]
    if len(kinds) != 1:
        yield ": must have exactly one of `ask` (question), `cases` (branch), `end` (outcome)"
        return
    known, check = {
        "ask": (_QUESTION, _question),
        "cases": (_BRANCH, _branch),
        "end": (_OUTCOME, _outcome),
    }[kinds[0]]
    for key in node:
        if key not in known:
            yield f": `{key}` is not known; known are {', '.join(sorted(known))}"
    yield from check(node, languages)


def _question(node: Mapping[str, Any], languages: set[str]) -> Iterator[str]:
    yield from (f".ask{problem}" for problem in _texts(node["ask"], languages))
    entity = node.get("entity")
    if entity is not None:
        if entity not in ENTITIES:
            yield f": `entity` must be one of {', '.join(ENTITIES)}"
        if "answers" in node or not all(isinstance(node.get(key), str) for key in ("to", "other")):
            yield ": with `entity` it needs `to` and `other`, and no `answers`"
        return
    answers = node.get("answers")
    if not isinstance(answers, dict) or len(answers) < 2:
        yield ": needs at least two `answers`"
        return
    if node.get("reads") not in (None, "hours"):
        yield ": `reads` can only be hours"
    for key, answer in answers.items():
        place = f".answers.{key}"
        if not isinstance(answer, dict) or not isinstance(answer.get("to"), str):
            yield f"{place}: needs `label` and `to`"
            continue
        for name in answer:
            if name not in _ANSWER:
                yield f"{place}: `{name}` is not known; known are {', '.join(sorted(_ANSWER))}"
        yield from (f"{place}.label{each}" for each in _texts(answer.get("label"), languages))
        yield from (f"{place}.words{each}" for each in _words(answer.get("words", {})))
        if answer.get("means") not in (None, "yes", "no"):
            yield f"{place}: `means` must be yes or no, in quotes"
        for name in ("given", "unless"):
            if answer.get(name) not in (None, *KNOWN):
                yield f"{place}: `{name}` must be one of {', '.join(KNOWN)}"
        if "under" in answer and node.get("reads") != "hours":
            yield f"{place}: `under` needs `reads: hours` on its question"
    last = list(answers.values())[-1]
    if node.get("reads") == "hours" and isinstance(last, dict) and "under" in last:
        yield ": the last answer takes what is longest, so it has no `under`"


def _branch(node: Mapping[str, Any], languages: set[str]) -> Iterator[str]:
    if not isinstance(node["cases"], list) or not node["cases"]:
        yield ": `cases` must be a list"
        return
    if not isinstance(node.get("otherwise"), str):
        yield ": `otherwise` is missing"
    for number, case in enumerate(node["cases"], 1):
        if not isinstance(case, dict) or not isinstance(case.get("to"), str):
            yield f".cases[{number}]: needs `known`, `to`, and `below` or `one_of`"
            continue
        if case.get("known") not in KNOWN:
            yield f".cases[{number}]: `known` must be one of {', '.join(KNOWN)}"
        if set(case) - _CASE or len({"below", "one_of"} & set(case)) != 1:
            yield f".cases[{number}]: needs exactly one of `below` and `one_of`, and nothing else"


def _outcome(node: Mapping[str, Any], languages: set[str]) -> Iterator[str]:
    end = node["end"]
    if end not in ENDS:
        yield f": `end` must be one of {', '.join(ENDS)}"
    yield from (f".text{problem}" for problem in _texts(node.get("text"), languages))
    ticket = end == "ticket"
    if ticket != isinstance(node.get("intent"), str) or ticket != isinstance(
        node.get("fields"), list
    ):
        yield ": a ticket, and nothing else, needs `intent` and `fields`"
    if (end == "wait") != isinstance(node.get("wait"), dict):
        yield ": an outcome `wait`, and nothing else, needs `wait`: what is waited for, as facts"
    if end in ("self_service", "not_recoverable") and not isinstance(node.get("article"), str):
        yield ": needs the `article` that says more"


def _texts(value: Any, languages: set[str] | None) -> Iterator[str]:
    if not isinstance(value, dict) or not all(
        isinstance(text, str) and text.strip() for text in value.values()
    ):
        yield ": must hold one text for each language"
        return
    if languages is not None and set(value) != languages:
        missing = ", ".join(sorted(languages - set(value))) or "none"
        more = ", ".join(sorted(set(value) - languages)) or "none"
        yield f": languages differ from those of `title` (missing: {missing}; too many: {more})"


def _words(value: Any) -> Iterator[str]:
    if not isinstance(value, dict) or not all(
        isinstance(words, list) and all(isinstance(word, str) and word.strip() for word in words)
        for words in value.values()
    ):
        yield ": must hold a list of texts for each language (quote yes, no and numbers)"


def _whole(start: str, nodes: Mapping[str, Any]) -> Iterator[str]:
    dangling = [
        f"nodes.{key}: leads to the node {name}, which does not exist"
        for key, node in nodes.items()
        for name in leads(node)
        if name not in nodes
    ]
    if start not in nodes:
        dangling.append(f"`start` is the node {start}, which does not exist")
    if dangling:
        yield from dangling
        return
    circle = _circle(start, nodes, ())
    if circle:
        yield f"nodes.{circle[0]}: it leads back to itself ({' > '.join(circle)})"
        return
    reached = _reached(start, nodes)
    for key in nodes:
        if key not in reached:
            yield f"nodes.{key}: no answer leads to it"
    count = _questions(start, nodes)
    if count > MOST_QUESTIONS:
        yield f"nodes.{start}: a way through asks {count} questions; at most {MOST_QUESTIONS}"


def _circle(name: str, nodes: Mapping[str, Any], above: tuple[str, ...]) -> tuple[str, ...]:
    if name in above:
        return (*above[above.index(name) :], name)
    for each in leads(nodes[name]):
        found = _circle(each, nodes, (*above, name))
        if found:
            return found
    return ()


def _reached(start: str, nodes: Mapping[str, Any]) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(leads(nodes[name]))
    return found


def _questions(name: str, nodes: Mapping[str, Any]) -> int:
    """The most questions that any way from a node asks."""
    return int("ask" in nodes[name]) + max(
        (_questions(each, nodes) for each in leads(nodes[name])), default=0
    )
