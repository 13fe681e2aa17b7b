"""What a customer reads for an intent or an article that is offered, in their language.

English labels stand in data/intents.yml, those of the other languages in data/labels. An article is
called by its title where it exists in the language, else by the label of the intent it answers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import yaml

from knowledge.articles import Article
from knowledge.content import FALLBACK_LANGUAGE, Content
from knowledge.errors import ResponsesError
from knowledge.gate import Option
from knowledge.yaml_reading import read_yaml

FOLDER = Path(__file__).resolve().parent.parent / "data" / "labels"


class Labels:
    """Labels of intents by language."""

    def __init__(self, languages: Mapping[str, Mapping[str, str]]) -> None:
        self._languages = languages

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Labels:
        """Every <language>.yml of a folder; raises ResponsesError naming a file that is damaged."""
        return cls({path.stem: _read(path) for path in sorted(folder.glob("*.yml"))})

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that have labels of their own."""
        return tuple(sorted(self._languages))

    def intents(self, language: str) -> Mapping[str, str]:
        """The labels of a language by intent."""
        return self._languages.get(language, {})

    def article(self, name: str, content: Content, language: str) -> str:
        """What an article is called; "" for one that does not exist."""
        article = content.article(name, language)
        if article is None:
            return ""
        if article.language == language:
            return article.title
        return self._of_intents(article, language) or article.title

    def options(
        self,
        options: Sequence[Option],
        content: Content,
        language: str,
        *,
        asking: str | None = None,
    ) -> tuple[Option, ...]:
        """The same options as the customer reads them; `asking` is the article that asks back, if
        one does.
        """
        if language == FALLBACK_LANGUAGE:
            return tuple(options)
        own = _own_labels(content, asking, language)
        labels = [
            own.get(option.article or "") or self._option(option, content, language)
            for option in options
        ]
        # Two articles may answer one intent: then only their titles tell them apart.
        twice = {label for label, count in Counter(labels).items() if count > 1}
        return tuple(
            option if label in twice or not label else replace(option, label=label)
            for option, label in zip(options, labels, strict=True)
        )

    def _option(self, option: Option, content: Content, language: str) -> str:
        """What the language calls an option; "" where it has no name for it."""
        if option.article is None:
            return self.intents(language).get(option.intent or "", "")
        article = content.article(option.article, language)
        if article is None:
            return ""
        return (
            article.title if article.language == language else self._of_intents(article, language)
        )

    def _of_intents(self, article: Article, language: str) -> str:
        labels = self.intents(language)
        return next((labels[name] for name in article.intents if name in labels), "")


def _own_labels(content: Content, asking: str | None, language: str) -> dict[str, str]:
    """The labels that the article of choices gives its options, where it exists in the language."""
    article = content.article(asking, language) if asking is not None else None
    if article is None or article.choices is None or article.language != language:
        return {}
    return {option.article: option.label for option in article.choices.options}


def _read(path: Path) -> dict[str, str]:
    try:
        content = read_yaml(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ResponsesError(f"The labels {path} cannot be read: {error}") from error
    if not isinstance(content, dict) or not all(
        isinstance(name, str) and isinstance(label, str) and label.strip()
        for name, label in content.items()
    ):
        raise ResponsesError(f"The labels {path} must hold one label per intent.")
    return content
