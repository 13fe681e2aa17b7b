"""Published revisions over the folder of articles: one build reads both.

The folder is the base. A revision that was published from the console takes the place of the file
of the same id and language, adds an article that no file has, or withdraws one. A revision that
says what its file says is released: from then on the file counts again, so that exporting the
revisions and committing them brings both back together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from knowledge.articles import Article, parse_article
from knowledge.errors import ArticlesInvalidError


@dataclass(frozen=True)
class Revised:
    """A published revision. `text` is a whole article file; None withdraws the article."""

    article: str
    language: str
    revision: int
    text: str | None

    @property
    def key(self) -> tuple[str, str]:
        """Identity of the article: id and language."""
        return (self.article, self.language)

    @property
    def source(self) -> str:
        """How problems of it are named; a file has its path instead."""
        return f"{self.article}.{self.language}.md (revision {self.revision})"


@dataclass(frozen=True)
class Merged:
    """What a build is made of.

    `revisions` are those that count, by `id.language`; `withdrawn` are the ids that no language is
    left of.
    """

    articles: tuple[Article, ...]
    revisions: Mapping[str, int]
    withdrawn: frozenset[str]


def merge(files: Sequence[Article], revised: Iterable[Revised]) -> Merged:
    """The articles of the folder with the published revisions over them, by id and language.

    Raises:
        ArticlesInvalidError: a revision is no valid article; every problem of all of them.
    """
    articles = {article.key: article for article in files}
    revisions: dict[str, int] = {}
    gone: set[str] = set()
    problems: list[str] = []
    for each in revised:
        name = f"{each.article}.{each.language}"
        if each.text is None:
            revisions[name] = each.revision
            articles.pop(each.key, None)
            gone.add(each.article)
            continue
        try:
            article = parse_article(each.text, each.article, each.language, source=each.source)
        except ArticlesInvalidError as error:
            problems.extend(error.problems)
            continue
        if articles.get(each.key) == article:
            continue
        revisions[name] = each.revision
        articles[each.key] = article
    if problems:
        raise ArticlesInvalidError(problems)
    left = {article.id for article in articles.values()}
    ordered = tuple(articles[key] for key in sorted(articles))
    return Merged(ordered, revisions, frozenset(gone - left))
