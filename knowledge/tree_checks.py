"""Guided checks held against the facts, the articles and the intents, before they are published.

What a file alone can tell is in knowledge/tree_schema.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from knowledge.articles import Article
from knowledge.errors import RenderingError
from knowledge.facts import FactGroup
from knowledge.intents import Handling, Intents
from knowledge.phrases import Phrases, fact, hours
from knowledge.rendering import known_assets
from knowledge.tree_schema import KNOWN
from knowledge.trees import Branch, Outcome, Question, Texts, Tree

# What fits on a button of the widget.
LONGEST_LABEL = 60


@dataclass(frozen=True)
class TreeReport:
    """`published` may be offered; `withheld` (ids) are past their review date, or use facts
    that are not valid.
    """

    published: tuple[Tree, ...]
    withheld: tuple[str, ...] = ()
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def check_trees(
    trees: Sequence[Tree],
    facts: FactGroup,
    articles: Iterable[Article],
    intents: Intents,
    *,
    today: date,
    filled: Collection[str] = (),
) -> TreeReport:
    """Check the trees as of `today`; each problem names file and node. Those in `filled` (ids) are
    known to be filled with these facts.
    """
    known = {article.id for article in articles}
    errors: list[str] = []
    reasons: dict[str, str] = {}
    for tree in trees:
        needed = [] if tree.id in filled else [*_facts(tree, facts), *_filled(tree, facts)]
        for problem in (*_named(tree, known, intents), *needed, *_labels(tree, facts)):
            path = facts.validity.needed_by(problem)
            if path is None:
                errors.append(f"knowledge/trees/{tree.id}.yml: {problem}")
            else:
                reasons[tree.id] = f"it uses {path}, and {facts.validity.lapsed[path]}"
        if tree.review_by < today:
            reasons[tree.id] = f"it was to be reviewed by {tree.review_by}"
    return TreeReport(
        tuple(tree for tree in trees if tree.id not in reasons),
        tuple(reasons),
        errors,
        [
            f"knowledge/trees/{tree.id}.yml: withheld, {reasons[tree.id]} (owner {tree.owner})"
            for tree in trees
            if tree.id in reasons
        ],
    )


def _named(tree: Tree, known: set[str], intents: Intents) -> Iterator[str]:
    if tree.topic not in intents.topics:
        yield f"the topic {tree.topic} is not in data/intents.yml"
    if tree.article not in known:
        yield f"the article {tree.article} does not exist"
    wanted = Handling.HANDOFF if tree.collects else Handling.ANSWER
    for name in tree.intents:
        if name not in intents:
            yield f"the intent {name} is not in data/intents.yml"
        elif intents[name].handling is not wanted:
            yield (
                f"the intent {name} is handled by {intents[name].handling}; a check "
                f"{'that collects' if tree.collects else 'that is offered'} needs {wanted}"
            )
    for outcome in tree.outcomes:
        if outcome.article is not None and outcome.article not in known:
            yield f"nodes.{outcome.id}: the article {outcome.article} does not exist"
        if outcome.intent is not None and outcome.intent not in intents:
            yield f"nodes.{outcome.id}: the intent {outcome.intent} is not in data/intents.yml"
        for name in outcome.fields:
            if name not in KNOWN:
                yield f"nodes.{outcome.id}: the field {name} is none of {', '.join(KNOWN)}"


def _facts(tree: Tree, facts: FactGroup) -> Iterator[str]:
    """Facts that a node names and facts.yml does not hold."""
    cases = _cases(facts)
    for node in tree.nodes.values():
        if isinstance(node, Question):
            yield from _question_facts(node, facts)
        elif isinstance(node, Branch):
            paths = [(case.below, case.known) for case in node.cases if case.below is not None]
            for path, known in paths:
                found = (hours if known == "hours" else fact)(facts, path, **cases[-1])
                if found is None:
                    yield f"nodes.{node.id}: facts.{path} is not in facts.yml"
        else:
            for path in node.wait.values():
                lacking = [case for case in cases if fact(facts, path, **case) is None]
                if lacking and ("{" not in path or len(lacking) == len(cases)):
                    yield f"nodes.{node.id}: facts.{path} is not in facts.yml"


def _question_facts(question: Question, facts: FactGroup) -> Iterator[str]:
    listed = facts.get("assets") or ()
    for ticker in question.offer:
        if ticker not in listed:
            yield f"nodes.{question.id}: {ticker} is not one of facts.assets"
    for answer in question.answers:
        if answer.under is not None and hours(facts, answer.under) is None:
            yield (
                f"nodes.{question.id}.answers.{answer.id}: facts.{answer.under} is no duration "
                "(a number whose key ends in its unit)"
            )


def _filled(tree: Tree, facts: FactGroup) -> Iterator[str]:
    """Texts that cannot be filled with the facts, in general or for a coin on a network."""
    phrases = Phrases(facts)
    cases = _cases(facts)
    for place, texts in _texts(tree):
        for language, text in texts.items():
            problem = _problem(phrases, text, language, cases)
            if problem is not None:
                yield f"{place}.{language}: {problem}"


def _problem(
    phrases: Phrases, text: str, language: str, cases: Sequence[Mapping[str, str | None]]
) -> str | None:
    for case in cases if "{" in text else cases[:1]:
        try:
            filled = phrases.fill(text, language, known={}, answers={}, **case)
        except RenderingError as error:
            return str(error)
        if not filled:
            return f"it is empty (asset {case['asset']}, network {case['network']})"
    return None


def _labels(tree: Tree, facts: FactGroup) -> Iterator[str]:
    """Answers that read alike, or do not fit on a button."""
    phrases = Phrases(facts)
    for node in tree.nodes.values():
        if not isinstance(node, Question):
            continue
        for language in node.ask:
            try:
                said = [phrases.fill(each.label[language], language) for each in node.answers]
            except RenderingError:
                continue  # told where texts are filled
            if len(set(said)) < len(said):
                yield f"nodes.{node.id}: two answers read alike in {language}"
            for label in said:
                if len(label) > LONGEST_LABEL:
                    yield (
                        f"nodes.{node.id}: the label {label!r} has {len(label)} characters; at "
                        f"most {LONGEST_LABEL} fit"
                    )


def _texts(tree: Tree) -> Iterator[tuple[str, Texts]]:
    """Every text of a tree and its place."""
    for node in tree.nodes.values():
        if isinstance(node, Question):
            yield f"nodes.{node.id}.ask", node.ask
            for answer in node.answers:
                yield f"nodes.{node.id}.answers.{answer.id}.label", answer.label
        elif isinstance(node, Outcome):
            yield f"nodes.{node.id}.text", node.text


def _cases(facts: FactGroup) -> list[dict[str, str | None]]:
    """Nothing named, then each coin alone and on each of its networks."""
    found: list[dict[str, str | None]] = [{"asset": None, "network": None}]
    for asset in known_assets(facts):
        networks = fact(facts, f"assets.{asset}.networks") or ()
        found += [{"asset": asset, "network": network} for network in (None, *networks)]
    return found
