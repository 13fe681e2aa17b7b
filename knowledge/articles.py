"""Articles: approved answers, one Markdown file with front matter each."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

import yaml

from knowledge.errors import ArticleError, ArticlesInvalidError
from knowledge.yaml_reading import read_marked

OWNERS = ("payments", "security", "trading", "earn", "compliance", "general")
ENTITIES = ("asset", "network")
REQUIRED = ("id", "title", "topic", "intents", "questions", "owner", "updated", "review_by")
OPTIONAL = ("follow_ups", "uses", "requires", "choices", "jurisdiction", "audience", "state")
# Whom an article is for: what is for agents alone is no answer to a customer.
AUDIENCES = ("customers", "business", "agents")
STATES = ("published", "draft")
# What keeps an article from customers: its state, its audience, its review date.
Hindrance = Literal["draft", "agents", "review"]
_WITHHELD: Mapping[Hindrance, str] = {
    "draft": "it is a draft",
    "agents": "it is for agents alone",
    "review": "it was to be reviewed by {day}",
}

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_FILE = re.compile(r"(?P<id>[a-z0-9-]+)\.(?P<language>[a-z]{2})\.md")


@dataclass(frozen=True)
class Option:
    """One choice of a disambiguation article: what the customer reads, and the article it leads
    to.
    """

    label: str
    article: str


@dataclass(frozen=True)
class Choices:
    """A question asked instead of an answer ("apy?": flexible or fixed)."""

    question: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Article:
    """One approved answer in one language.

    `body` is Markdown with Jinja; `uses` names the entities it becomes more specific with,
    `requires` those without which it would be no answer at all. `review_by` is the day after which
    it is withheld. `jurisdiction` names the countries or regions that it holds for, all where it
    names none; `audience` and `state` are of AUDIENCES and STATES.
    """

    id: str
    language: str
    title: str
    topic: str
    intents: tuple[str, ...]
    questions: tuple[str, ...]
    owner: str
    updated: date
    review_by: date
    body: str
    follow_ups: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    choices: Choices | None = None
    jurisdiction: tuple[str, ...] = ()
    audience: str = AUDIENCES[0]
    state: str = STATES[0]
    source: str = field(default="", compare=False)

    @property
    def key(self) -> tuple[str, str]:
        """Identity in the index: article id and language."""
        return (self.id, self.language)

    @property
    def name(self) -> str:
        """The same as text, as manifests, warnings and publications have it."""
        return f"{self.id}.{self.language}"

    def hindrance(self, today: date) -> Hindrance | None:
        """What keeps it from customers, the first of them; None where they get it."""
        if self.state == "draft":
            return "draft"
        if self.audience == "agents":
            return "agents"
        return "review" if self.review_by < today else None

    def withheld(self, today: date) -> str | None:
        """The same in words."""
        hindrance = self.hindrance(today)
        return None if hindrance is None else _WITHHELD[hindrance].format(day=self.review_by)

    def digest(self) -> str:
        """SHA-256 of everything that a reader or the index can see of it."""
        return hashlib.sha256(repr(sorted(self.plain().items())).encode()).hexdigest()

    def plain(self) -> dict[str, Any]:
        """The article as JSON values, for storing beside an index."""
        values: dict[str, Any] = {
            "id": self.id,
            "language": self.language,
            "title": self.title,
            "topic": self.topic,
            "intents": list(self.intents),
            "questions": list(self.questions),
            "owner": self.owner,
            "updated": self.updated.isoformat(),
            "review_by": self.review_by.isoformat(),
            "body": self.body,
            "follow_ups": list(self.follow_ups),
            "uses": list(self.uses),
            "requires": list(self.requires),
        }
        # Only what differs from the rule: an article that says nothing of these keeps its digest.
        if self.jurisdiction:
            values["jurisdiction"] = list(self.jurisdiction)
        if self.audience != AUDIENCES[0]:
            values["audience"] = self.audience
        if self.state != STATES[0]:
            values["state"] = self.state
        if self.choices is not None:
            values["choices"] = {
                "question": self.choices.question,
                "options": [
                    {"label": option.label, "article": option.article}
                    for option in self.choices.options
                ],
            }
        return values

    @classmethod
    def from_plain(cls, values: Mapping[str, Any]) -> Article:
        """The article that `plain` wrote."""
        choices = values.get("choices")
        return cls(
            id=values["id"],
            language=values["language"],
            title=values["title"],
            topic=values["topic"],
            intents=tuple(values["intents"]),
            questions=tuple(values["questions"]),
            owner=values["owner"],
            updated=date.fromisoformat(values["updated"]),
            review_by=date.fromisoformat(values["review_by"]),
            body=values["body"],
            follow_ups=tuple(values["follow_ups"]),
            uses=tuple(values["uses"]),
            requires=tuple(values["requires"]),
            jurisdiction=tuple(values.get("jurisdiction", ())),
            audience=values.get("audience", AUDIENCES[0]),
            state=values.get("state", STATES[0]),
            choices=None
            if choices is None
            else Choices(
                choices["question"], tuple(Option(**option) for option in choices["options"])
            ),
        )


def load_articles(folder: Path) -> list[Article]:
    """Every article below `folder`, ordered by id and language.

    Raises ArticlesInvalidError with every problem found, each with file and line, so that an author
    mends them in one go.
    """
    articles: list[Article] = []
    problems: list[str] = []
    for path in sorted(folder.rglob("*.md")):
        try:
            articles.append(read_article(path))
        except ArticlesInvalidError as error:
            problems.extend(error.problems)
    seen: dict[tuple[str, str], str] = {}
    for article in articles:
        if article.key in seen:
            problems.append(
                f"{article.source}:2: the id {article.id} is already used by {seen[article.key]}"
            )
        seen[article.key] = article.source
    if problems:
        raise ArticlesInvalidError(problems)
    return sorted(articles, key=lambda article: article.key)


def read_article(path: Path) -> Article:
    """One article from its file; raises ArticlesInvalidError naming file, line and expectation."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ArticlesInvalidError(
            [f"{path}:1: the file cannot be read as UTF-8 text ({error})"]
        ) from error
    name = _FILE.fullmatch(path.name)
    if name is None:
        raise ArticlesInvalidError(
            [f"{path}:1: name the file <id>.<language>.md, for instance withdrawal-fees.en.md"]
        )
    return parse_article(text, name["id"], name["language"], source=str(path))


def parse_article(text: str, name: str, language: str, *, source: str) -> Article:
    """The article of a file's text, wherever the text is kept.

    Args:
        text: front matter and Markdown, as in a file.
        name: the id that the front matter must have.
        language: two letters.
        source: what problems are named by, in front of the line.

    Raises:
        ArticlesInvalidError: with every problem found, each as `source:line: problem`.
    """
    try:
        front, body, lines = _split(text)
    except ArticleError as error:
        raise ArticlesInvalidError([f"{source}:{error}"]) from error
    problems = [
        f"{source}:{line}: {problem}" for line, problem in _problems(front, body, lines, name)
    ]
    if problems:
        raise ArticlesInvalidError(problems)
    return _article(front, body, language, source)


def _split(text: str) -> tuple[dict[str, Any], str, dict[str, int]]:
    """Front matter, body, and the line on which each key of the front matter stands."""
    lines = text.splitlines()
    if not lines or lines[0].strip() != "---":
        raise ArticleError("1: the file must begin with front matter between two lines of ---")
    end = next((number for number, line in enumerate(lines[1:], 1) if line.strip() == "---"), None)
    if end is None:
        raise ArticleError("1: the front matter is not closed by a line of ---")
    block = "\n".join(lines[1:end])
    try:
        front, node = read_marked(block)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark is not None else 1
        raise ArticleError(
            f"{line}: the front matter is not valid YAML ({getattr(error, 'problem', error)})"
        ) from error
    if not isinstance(front, dict) or not isinstance(node, yaml.MappingNode):
        raise ArticleError("2: the front matter must hold `key: value` lines")
    numbers = {key.value: key.start_mark.line + 2 for key, _ in node.value}
    return front, "\n".join(lines[end + 1 :]).strip() + "\n", numbers


def _problems(
    front: dict[str, Any], body: str, lines: dict[str, int], name: str
) -> Iterator[tuple[int, str]]:
    for key in REQUIRED:
        if front.get(key) in (None, "", []):
            yield lines.get(key, 1), f"`{key}` is missing"
    for key in front:
        if key not in REQUIRED + OPTIONAL:
            yield (
                lines.get(key, 1),
                f"`{key}` is not known; known are {', '.join(REQUIRED + OPTIONAL)}",
            )
    for key in ("id", "title", "topic", "owner"):
        if key in front and not isinstance(front[key], str):
            yield lines[key], f"`{key}` must be text"
    for key, known in (("audience", AUDIENCES), ("state", STATES)):
        if front.get(key, known[0]) not in known:
            yield lines[key], f"`{key}` must be one of {', '.join(known)}"
    for key in ("intents", "questions", "follow_ups", "uses", "requires", "jurisdiction"):
        if key in front and not _texts(front[key]):
            yield (
                lines[key],
                f"`{key}` must be a list of texts (quote values that YAML reads as something else)",
            )
    for key in ("updated", "review_by"):
        if key in front and type(front[key]) is not date:
            yield lines[key], f"`{key}` must be a date such as 2026-11-10"
    if isinstance(front.get("id"), str):
        if not _SLUG.fullmatch(front["id"]):
            yield lines["id"], "`id` must be lower-case words joined by hyphens"
        elif front["id"] != name:
            yield lines["id"], f"`id` is {front['id']}, but the file is named {name}"
    if isinstance(front.get("owner"), str) and front["owner"] not in OWNERS:
        yield lines["owner"], f"`owner` must be one of {', '.join(OWNERS)}"
    for key in ("uses", "requires"):
        for entity in front.get(key) or ():
            if entity not in ENTITIES:
                yield lines[key], f"`{key}` may name {', '.join(ENTITIES)}; not {entity}"
    dated = type(front.get("updated")) is date and type(front.get("review_by")) is date
    if dated and front["review_by"] <= front["updated"]:
        yield lines["review_by"], "`review_by` must be after `updated`"
    if "choices" in front:
        yield from ((lines["choices"], problem) for problem in _choice_problems(front["choices"]))
    if not body.strip():
        yield max(lines.values(), default=1) + 2, "the article has no text"
    elif body.lstrip().startswith("#"):
        yield (
            max(lines.values(), default=1) + 2,
            "begin with the short answer, before the first heading",
        )


def _choice_problems(value: Any) -> Iterator[str]:
    if not isinstance(value, dict) or not isinstance(value.get("question"), str):
        yield "`choices` needs a `question` and a list of `options`"
        return
    options = value.get("options")
    if not isinstance(options, list) or len(options) < 2:
        yield "`choices.options` needs at least two options"
        return
    for option in options:
        if (
            not isinstance(option, dict)
            or set(option) != {"label", "article"}
            or not _texts(list(option.values()))
        ):
            yield "each of `choices.options` needs exactly a `label` and an `article`"


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item.strip() for item in value)


def _article(front: dict[str, Any], body: str, language: str, source: str) -> Article:
    choices = front.get("choices")
    return Article(
        id=front["id"],
        language=language,
        title=front["title"].strip(),
        topic=front["topic"],
        intents=_tuple(front["intents"]),
        questions=_tuple(front["questions"]),
        owner=front["owner"],
        updated=front["updated"],
        review_by=front["review_by"],
        body=body,
        follow_ups=_tuple(front.get("follow_ups")),
        uses=_tuple(front.get("uses")),
        requires=_tuple(front.get("requires")),
        jurisdiction=_tuple(front.get("jurisdiction")),
        audience=front.get("audience", AUDIENCES[0]),
        state=front.get("state", STATES[0]),
        choices=None
        if choices is None
        else Choices(choices["question"], tuple(Option(**option) for option in choices["options"])),
        source=source,
    )


def _tuple(value: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(item.strip() for item in value or ())
