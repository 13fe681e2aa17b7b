"""Filling an article's text with the current facts, made specific for an asset and a network."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, StrictUndefined, Template, TemplateError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from knowledge.articles import Article
from knowledge.errors import RenderingError
from knowledge.facts import FactGroup
from knowledge.figures import filters

# Where the short answer ends in an article that has no heading there; it is never shown.
MORE = "<!--more-->"

_HEADING = re.compile(rf"^(?:##\s|{MORE})", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n{3,}")
# A line that holds nothing but Jinja statements leaves no line behind (else it would tear lists and
# tables apart), while a statement at the end of a sentence keeps its line break, which Jinja's own
# trim_blocks would eat.
_STATEMENT_LINE = re.compile(r"^[ \t]*((?:\{%(?:(?!%\}).)*%\}[ \t]*)+)\n", re.MULTILINE)


@dataclass(frozen=True)
class Rendered:
    """An article's text: `short` is what the chat bubble shows, `details` what it expands to ("" if
    nothing).
    """

    short: str
    details: str


class MissingFact(StrictUndefined):
    """An undefined value that names the fact in full (`facts.withdrawal.fees.XYZ`), not only its
    last part.
    """

    @property
    def _undefined_message(self) -> str:
        if isinstance(self._undefined_obj, FactGroup):
            return f"{self._undefined_obj.path}.{self._undefined_name} is not in facts.yml"
        return super()._undefined_message


class Renderer:
    """Renders articles over one set of facts. Compiled templates and results are kept; both are
    immutable.
    """

    def __init__(self, facts: FactGroup) -> None:
        self.facts = facts
        self._environments: dict[str, Environment] = {}
        self._templates: dict[tuple[str, str], Template] = {}
        self._rendered: dict[tuple[str, str, str | None, str | None], Rendered] = {}

    def keeping(self, articles: Iterable[Article]) -> Renderer:
        """Another over the same facts, with what is known of these articles. Both may be used, each
        in its own thread.
        """
        kept = {(article.language, article.body) for article in articles}
        other = Renderer(self.facts)
        other._environments.update(self._environments.copy())
        other._templates.update(
            (key, known) for key, known in self._templates.copy().items() if key in kept
        )
        other._rendered.update(
            (key, known) for key, known in self._rendered.copy().items() if key[:2] in kept
        )
        return other

    def render(
        self, article: Article, *, asset: str | None = None, network: str | None = None
    ) -> Rendered:
        """The article's text for this asset and network (canonical codes, or None).

        Raises RenderingError naming the article and what is missing.
        """
        key = (article.language, article.body)
        known = self._rendered.get((*key, asset, network))
        if known is not None:
            return known
        try:
            if "{" in article.body:
                template = self._templates.get(key)
                if template is None:
                    environment = self._environment(article.language)
                    source = _STATEMENT_LINE.sub(r"\1", article.body)
                    template = self._templates[key] = environment.from_string(source)
                text = template.render(facts=self.facts, asset=asset, network=network)
            else:
                # Compiling is most of the work for the thousands of a foreign corpus.
                text = article.body
        except (
            TemplateError,
            SecurityError,
            ArithmeticError,
            TypeError,
            ValueError,
            LookupError,
        ) as error:
            given = ", ".join(
                f"{name} {value}"
                for name, value in (("asset", asset), ("network", network))
                if value
            )
            raise RenderingError(
                f"The article {article.name}"
                + (f" ({given})" if given else "")
                + f" cannot be filled: {error}"
            ) from error
        rendered = self._rendered[(*key, asset, network)] = split(text)
        return rendered

    def _environment(self, language: str) -> Environment:
        """Where articles of a language are compiled: the filters write numbers as it does."""
        known = self._environments.get(language)
        if known is None:
            known = self._environments[language] = ImmutableSandboxedEnvironment(
                undefined=MissingFact, keep_trailing_newline=True, autoescape=False
            )
            known.filters.update(filters(language, self.facts.get("terms")))
        return known


def split(text: str) -> Rendered:
    """The short answer (before the first second-level heading, or MORE) and the rest."""
    text = _BLANK_LINES.sub("\n\n", text).strip()
    heading = _HEADING.search(text)
    if heading is None:
        return Rendered(text, "")
    details = text[heading.start() :].removeprefix(MORE)
    return Rendered(text[: heading.start()].strip(), details.strip())


def known_assets(facts: Mapping[str, Any]) -> tuple[str, ...]:
    """The tickers of `facts.assets`, whether it is a list of tickers, of groups with a `ticker`, or
    a mapping.
    """
    assets = facts.get("assets") or ()
    if isinstance(assets, Mapping):
        return tuple(assets)
    return tuple(item if isinstance(item, str) else item["ticker"] for item in assets)
