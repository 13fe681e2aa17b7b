"""Customers' messages from the classifier's training data, as further phrasings of the articles.

An article has about ten phrasings of its own; the intents that it answers have forty messages each.
A message belongs to the article of its intent that search finds nearest.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from knowledge.articles import Article
from knowledge.errors import IntentsError
from knowledge.passages import Kind, Passage
from knowledge.search import Searcher
from knowledge.yaml_reading import read_yaml

_FILE = re.compile(r"[a-z0-9_]+(?:\.(?P<language>[a-z]{2}))?\.yml")
DEFAULT_LANGUAGE = "en"


@dataclass(frozen=True)
class Message:
    """One training message and its intent."""

    text: str
    intent: str


def read_messages(folder: Path, language: str) -> list[Message]:
    """The training messages of a language from Rasa's NLU files in `folder`, in order of file.

    Raises:
        IntentsError: a file is not in Rasa's form.
    """
    found: dict[str, Message] = {}
    for path in sorted(folder.glob("*.yml")):
        name = _FILE.fullmatch(path.name)
        if name is None or (name["language"] or DEFAULT_LANGUAGE) != language:
            continue
        try:
            blocks = read_yaml(path.read_text(encoding="utf-8"))["nlu"]
            rows = [(block["intent"], block["examples"]) for block in blocks if "intent" in block]
        except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
            raise IntentsError(f"The training messages {path} cannot be read: {error}") from error
        for intent, examples in rows:
            for line in examples.splitlines():
                text = line.strip().removeprefix("-").strip()
                if text:
                    found.setdefault(text, Message(text, intent))
    return list(found.values())


def languages(folder: Path) -> tuple[str, ...]:
    """The languages that there are training messages in: what the classifier understands."""
    names = (_FILE.fullmatch(path.name) for path in folder.glob("*.yml"))
    return tuple(sorted({name["language"] or DEFAULT_LANGUAGE for name in names if name}))


def message_passages(
    messages: Sequence[Message],
    articles: Sequence[Article],
    searcher: Searcher,
    *,
    assigned: Mapping[str, str] | None = None,
    changed: Collection[str] = (),
) -> list[Passage]:
    """A passage for each message that some article answers.

    `searcher` holds the articles' own texts; where several answer the intent it says which is
    nearest. `assigned` is what it said before (article ids by message), which still holds where
    none of those that answer the intent has `changed` (ids).
    """
    answering: dict[str, list[Article]] = {}
    for article in articles:
        if article.choices is None:
            for intent in article.intents:
                answering.setdefault(intent, []).append(article)
    chosen = [message for message in messages if message.intent in answering]
    vectors = searcher.encode([message.text for message in chosen])
    found = []
    for message, vector in zip(chosen, vectors, strict=True):
        candidates = answering[message.intent]
        article = candidates[0]
        if len(candidates) > 1:
            names = {candidate.id for candidate in candidates}
            known = (assigned or {}).get(message.text, "")
            if known in names and names.isdisjoint(changed):
                name = known
            else:
                nearest = searcher.search(message.text, vector=vector, count=len(searcher.articles))
                name = next(each.article for each in nearest if each.article in names)
            article = next(candidate for candidate in candidates if candidate.id == name)
        found.append(Passage(article.id, article.language, Kind.MESSAGE, message.text))
    return found
