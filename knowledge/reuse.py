"""What a new build may take over from the one before, so that an edit is live within seconds.

Two things cost most of a build: the models that are fitted on thousands of training messages, and
filling every article for every coin. An edit of one article changes little of either. What may be
taken over is decided by content, not by time: the same training data, the same code, the same
encoder, and for each part the same texts that it was made of. A whole build (`teller index`) takes
over nothing but vectors.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from knowledge.articles import Article
from knowledge.base import CALIBRATION, CLASSIFIER, NEED, PASSAGES, read_passages
from knowledge.builds import current
from knowledge.calibration import Calibration
from knowledge.classifier import ArticleClassifier
from knowledge.content import CONTENT, FORMAT, read_manifest
from knowledge.errors import KnowledgeError
from knowledge.facts import FactGroup
from knowledge.intents import Intents
from knowledge.need import Need
from knowledge.passages import Kind, Passage
from knowledge.trees import Tree

# A gate that was fitted on the articles before a few edits is still right; after many it is not.
MOST_CHANGED = 25

_FOLDER = Path(__file__).parent
_WORDS = (_FOLDER / "words.yml", _FOLDER.parent / "bot" / "language" / "lexicon.yml")


@dataclass(frozen=True)
class Reuse:
    """The build before, where it was made of the same data; without `folder` there is nothing to
    take over.

    `changed` are the articles (`id.language`) that are not what they were when the gate was fitted.
    """

    folder: Path | None = None
    manifest: Mapping[str, Any] = field(default_factory=dict)
    _passages: dict[str, list[Passage]] = field(default_factory=dict, init=False, compare=False)

    @classmethod
    def of(cls, root: Path, stamp: str) -> Reuse:
        """The current build, if it was made with this stamp."""
        name = current(root)
        if name is None:
            return cls()
        try:
            manifest = read_manifest(root / name)
        except KnowledgeError:
            return cls()
        return cls(root / name, manifest) if manifest.get("stamp") == stamp else cls()

    @cached_property
    def _content(self) -> Mapping[str, Any]:
        """What the build says; empty where there is none."""
        if self.folder is None:
            return {}
        try:
            content: dict[str, Any] = json.loads((self.folder / CONTENT).read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return content

    def same_facts(self, facts: FactGroup) -> bool:
        """Whether it was filled with these very facts."""
        known = self._content.get("facts")
        # As text: articles show facts in their order, and 2 is not shown as 2.0 is.
        return known is not None and json.dumps(known) == json.dumps(facts.plain(), default=str)

    def unchanged(self, articles: Iterable[Article]) -> frozenset[str]:
        """The articles (`id.language`) that are in the build as they are now."""
        if self.folder is None:
            return frozenset()
        known = self.manifest.get("article_hashes", {})
        return frozenset(
            article.name for article in articles if known.get(article.name) == article.digest()
        )

    def filled(self, articles: Iterable[Article], facts: FactGroup) -> frozenset[str]:
        """The articles (`id.language`) that were filled for every coin with these very facts."""
        return self.unchanged(articles) if self.same_facts(facts) else frozenset()

    def trees(self, trees: Iterable[Tree], facts: FactGroup) -> frozenset[str]:
        """The guided checks (ids) that were filled for every coin with these very facts."""
        if not self.same_facts(facts):
            return frozenset()
        known = {each.get("id"): each for each in self._content.get("trees", ())}
        return frozenset(
            tree.id
            for tree in trees
            if json.dumps(known.get(tree.id)) == json.dumps(tree.plain(), default=str)
        )

    def body_texts(self, filled: Collection[str]) -> Mapping[tuple[str, str], list[str]]:
        """The body texts of these articles (`id.language`), by id and language."""
        found: dict[tuple[str, str], list[str]] = {}
        for language in self.manifest.get("languages", ()) if filled else ():
            here: dict[tuple[str, str], list[str]] = {}
            for passage in self.passages(language):
                if passage.kind is Kind.BODY:
                    key = (passage.article, passage.language)
                    here.setdefault(key, []).append(passage.text)
            # An article that exists in English only is in the index of every language.
            found.update(here)
        return {key: texts for key, texts in found.items() if f"{key[0]}.{key[1]}" in filled}

    def passages(self, language: str) -> Sequence[Passage]:
        """All passages of a language's index, read once."""
        if self.folder is None:
            return ()
        if language not in self._passages:
            try:
                self._passages[language] = read_passages(self.folder / language / PASSAGES)
            except (OSError, ValueError, KeyError):
                self._passages[language] = []
        return self._passages[language]

    def index(self, language: str, own: Sequence[Passage]) -> Path | None:
        """The folder of a language's index, if it is of these very texts of articles."""
        held = [each for each in self.passages(language) if each.kind is not Kind.MESSAGE]
        return self.folder / language if self.folder is not None and held == list(own) else None

    def classifier(self, asked: Sequence[Passage]) -> tuple[ArticleClassifier | None, bool]:
        """The classifier, and whether it has learned from these very titles and phrasings; if not,
        it is where to start from.
        """
        if self.folder is None:
            return None, False
        try:
            found = ArticleClassifier.load(self.folder / CLASSIFIER)
        except (OSError, ValueError, KeyError):
            return None, False
        return found, self.manifest.get("asked") == digest_of(asked)

    def assigned(self, language: str) -> Mapping[str, str]:
        """Which article each message of a language was given to: article ids by message."""
        before = self.passages(language)
        return {each.text: each.article for each in before if each.kind is Kind.MESSAGE}

    def lost(self, regressions: str) -> Collection[str] | None:
        """The questions (by their places) that the build did not find the articles of; None where
        it was not asked this very set.
        """
        asked = self.manifest.get("regressions", {})
        return frozenset(asked["lost"]) if asked.get("digest") == regressions else None

    def changed(self, hashes: Mapping[str, str]) -> list[str]:
        """The articles that are not what they were when the gate was last fitted."""
        before = self.manifest.get("article_hashes", {})
        now = {name for name in {*before, *hashes} if before.get(name) != hashes.get(name)}
        return sorted(now | set(self.manifest.get("gate", {}).get("changed", ())))

    def calibration(self, hashes: Mapping[str, str]) -> Calibration | None:
        """The gate's calibration, while few articles have changed since it was fitted."""
        if self.folder is None or len(self.changed(hashes)) > MOST_CHANGED:
            return None
        return Calibration.load(self.folder / CALIBRATION)

    def need(self) -> Need | None:
        """When a person is called: no article has a part in it."""
        return None if self.folder is None else Need.load(self.folder / NEED)


def stamp(encoder_hash: str, intents: Intents, files: Iterable[Path | None]) -> str:
    """Names everything but articles and facts that a build is made of: encoder, intents, the files
    of training data (folders with all that is in them), the words that texts are read with, and
    our own code.
    """
    digest = hashlib.sha256(f"{FORMAT} {encoder_hash} {_CODE}".encode())
    digest.update(json.dumps(intents.plain(), sort_keys=True).encode())
    for given in (*files, *_WORDS):
        if given is not None:
            _read_into(digest, [given] if given.is_file() else sorted(given.rglob("*.yml")))
    return digest.hexdigest()


def _read_into(digest: hashlib._Hash, paths: Iterable[Path]) -> None:
    for path in paths:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())


def _code() -> str:
    digest = hashlib.sha256()
    _read_into(digest, sorted(_FOLDER.rglob("*.py")))
    return digest.hexdigest()


# When it is imported: a process that waits for work builds with the code of that moment, whatever
# has been installed since.
_CODE = _code()


def digest_of(asked: Iterable[Passage]) -> str:
    """Names titles and phrasings, and which article each belongs to."""
    rows = [(each.article, each.text) for each in asked]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()
