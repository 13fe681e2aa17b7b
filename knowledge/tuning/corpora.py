"""What the encoder is tuned on, and where it is read from.

Labelled English: public sets (`<set>/train.csv` in a folder of your choice), our own examples
(data/nlu) and the articles' phrasings. Pairs of an expression and its meaning in English:
data/parallel, data/glossary, data/labels against data/intents.yml, and the articles that exist in
both languages.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge.articles import Article, load_articles
from knowledge.errors import KnowledgeError

EXAMPLES = "our examples"
PHRASINGS = "article phrasings"

# BANKING77 measures how well few examples do (docs/quality.md), so the encoder never sees it. It
# is known by its name, and under any other name by labels that no other set has together.
UNSEEN = "banking77"
_UNSEEN_LABELS = frozenset({"card_arrival", "beneficiary_not_allowed", "top_up_by_cash_or_cheque"})
_OUT_OF_SCOPE = frozenset({"out_of_scope", "oos"})

_HELD_OUT = 20  # of so many messages of data/parallel, one is kept to measure on
_UNLEARNED = 5  # of so many labelled texts, the label of one is not learned
_SHORTEST_LINE = 13  # characters of an article's line that is worth pairing


class CorporaError(KnowledgeError):
    """Something to be tuned on cannot be read; the message names file and line."""

    code = "tuning_corpora"


@dataclass(frozen=True)
class Example:
    """A text and the class it belongs to within its set."""

    text: str
    label: str

    @property
    def learned(self) -> bool:
        """Whether the encoder may learn the label."""
        return may_be_learned(self.text)


@dataclass(frozen=True)
class Pair:
    """An expression of a language, its meaning in English, and its intent where it has one."""

    language: str
    text: str
    meaning: str
    intent: str | None = None

    @property
    def learned(self) -> bool:
        """Whether the encoder may learn the intent: not where it may not learn the meaning's."""
        return self.intent is not None and may_be_learned(self.meaning)


@dataclass(frozen=True)
class Corpora:
    """Everything that is tuned on; `held_out` takes part in no step and is measured on.

    `sets` maps names to labelled English examples; `texts` maps a language to what is said in
    it, whose words are counted for the vocabulary; `plain` is English of any subject (plain.py).
    """

    sets: Mapping[str, Sequence[Example]]
    pairs: Sequence[Pair]
    held_out: Sequence[Pair]
    texts: Mapping[str, Sequence[str]]
    plain: Sequence[str] = ()

    @property
    def labelled(self) -> dict[str, list[Example]]:
        """Of each set with intents the examples whose labels the encoder may learn.

        Not the articles' phrasings: search is calibrated on all of them.
        """
        return {
            name: [each for each in examples if each.learned]
            for name, examples in self.sets.items()
            if name != PHRASINGS
        }

    def learned(self) -> list[str]:
        """The texts whose labels the encoder learns."""
        examples = [each.text for several in self.labelled.values() for each in several]
        return examples + [pair.text for pair in self.pairs if pair.learned]

    @classmethod
    def read(cls, root: Path, folder: Path | None = None, plain: Sequence[str] = ()) -> Corpora:
        """The corpora of the checkout `root`, the public sets in `folder`, and plain English.

        Raises:
            CorporaError: something is missing or malformed.
            ArticlesInvalidError: an article is.
        """
        articles = load_articles(root / "knowledge" / "articles")
        data = root / "data"
        messages = read_parallel(data / "parallel")
        held_out = [pair for pair in messages if is_held_out(pair.text)]
        hidden = {(pair.language, pair.text.casefold()) for pair in held_out}
        others = [
            *read_glossary(data / "glossary"),
            *label_pairs(data / "intents.yml", data / "labels"),
            *article_pairs(articles),
        ]
        pairs = [
            pair
            for pair in (*messages, *others)
            if (pair.language, pair.text.casefold()) not in hidden
        ]
        phrasings = [
            Example(text, article.id)
            for article in articles
            if article.language == "en"
            for text in (article.title, *article.questions)
        ]
        own = {EXAMPLES: read_examples(data / "nlu"), PHRASINGS: phrasings}
        return cls(
            sets={**(read_sets(folder) if folder else {}), **own},
            pairs=pairs,
            held_out=held_out,
            texts=_texts(articles, data / "responses"),
            plain=plain,
        )


def is_held_out(text: str) -> bool:
    """Whether a message is kept to measure on: by its letters, so the same ones in every run."""
    return hashlib.sha256(text.casefold().encode()).digest()[0] % _HELD_OUT == 0


def may_be_learned(text: str) -> bool:
    """Whether the encoder may learn the label of a text: of four in five, told by its letters.

    What is calibrated on the others (bot/intents/estimator.py) then sees messages as new to the
    encoder as a customer's.
    """
    return hashlib.sha256(text.casefold().encode()).digest()[1] % _UNLEARNED != 0


def read_sets(folder: Path) -> dict[str, list[Example]]:
    """Every `<set>/train.csv` of a folder but BANKING77; messages out of scope are left out.

    Raises:
        CorporaError: the folder holds no set, or a file is not a table of `text` and `intent`.
    """
    found = {}
    for path in sorted(folder.glob("*/train.csv")):
        examples = _read_set(path)
        if path.parent.name == UNSEEN or {each.label for each in examples} >= _UNSEEN_LABELS:
            continue
        found[path.parent.name] = examples
    if not found:
        raise CorporaError(
            f"{folder} holds no set to tune on: expected SET/train.csv with the columns text and "
            f"intent, for example clinc150/train.csv. ({UNSEEN} is left out, see docs/encoder.md.)"
        )
    return found


def _read_set(path: Path) -> list[Example]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        if not {"text", "intent"} <= set(rows.fieldnames or ()):
            raise CorporaError(f"{path}:1: expected a header with the columns text and intent")
        found = []
        for row in rows:
            if not row["text"] or not row["intent"]:
                raise CorporaError(f"{path}:{rows.line_num}: text or intent is empty")
            if row["intent"] not in _OUT_OF_SCOPE:
                found.append(Example(row["text"], row["intent"]))
    if not found:
        raise CorporaError(f"{path} holds no examples")
    return found


def read_examples(folder: Path) -> list[Example]:
    """The English training messages of data/nlu: files without a language in their name."""
    found = []
    for path in sorted(folder.glob("*.yml")):
        if "." in path.stem:
            continue
        content = _yaml(path)
        try:
            blocks = [(block["intent"], block["examples"]) for block in content["nlu"]]
        except (KeyError, TypeError) as error:
            raise CorporaError(f"{path}: expected blocks of intent and examples") from error
        for intent, examples in blocks:
            lines = (line.strip().removeprefix("-").strip() for line in examples.splitlines())
            found += [Example(line, intent) for line in lines if line]
    if not found:
        raise CorporaError(f"{folder} holds no English examples")
    return found


def read_parallel(folder: Path) -> list[Pair]:
    """The messages of data/parallel: intent, message and meaning."""
    return [
        Pair(path.parent.name, text, meaning, intent)
        for path in sorted(folder.glob("??/*.tsv"))
        for intent, text, meaning in _rows(path, "intent, message and meaning", 3)
    ]


def read_glossary(folder: Path) -> list[Pair]:
    """The words and phrases of data/glossary: expression and meaning."""
    return [
        Pair(path.stem, text, meaning)
        for path in sorted(folder.glob("??.tsv"))
        for text, meaning in _rows(path, "expression and meaning", 2)
    ]


def label_pairs(intents: Path, folder: Path) -> list[Pair]:
    """What a choice is called in each language, with its name in English."""
    english = _yaml(intents)
    return [
        Pair(path.stem, label, english[intent]["label"], intent)
        for path in sorted(folder.glob("??.yml"))
        for intent, label in _yaml(path).items()
        if intent in english
    ]


def article_pairs(articles: Sequence[Article]) -> list[Pair]:
    """Titles, and lines where both versions have as many; lines of template code are left out."""
    english = {article.id: article for article in articles if article.language == "en"}
    found = []
    for article in articles:
        original = english.get(article.id)
        if article.language == "en" or original is None:
            continue
        found.append(Pair(article.language, article.title, original.title))
        lines, meanings = _lines(article), _lines(original)
        if len(lines) == len(meanings):
            found += [
                Pair(article.language, line, meaning)
                for line, meaning in zip(lines, meanings, strict=True)
                if line != meaning and len(line) >= _SHORTEST_LINE and "{%" not in line
            ]
    return found


def _lines(article: Article) -> list[str]:
    lines = (line.strip() for line in article.body.splitlines())
    return [line.lstrip("#-*0123456789. ") for line in lines if line]


def _rows(path: Path, columns: str, count: int) -> Iterator[list[str]]:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        row = [column.strip() for column in line.split("\t")]
        if len(row) != count or not all(row):
            raise CorporaError(f"{path}:{number}: expected {columns}, separated by tabs")
        yield row


def _yaml(path: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise CorporaError(f"{path} cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise CorporaError(f"{path}: expected a mapping")
    return content


def _texts(articles: Sequence[Article], responses: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for article in articles:
        texts = (article.title, *article.questions, article.body)
        found.setdefault(article.language, []).extend(texts)
    for path in sorted(responses.glob("??.yml")):
        found.setdefault(path.stem, []).append(path.read_text("utf-8"))
    return found
