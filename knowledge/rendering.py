"""Filling an article's text with the current facts, made specific for an asset and a network."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from knowledge.articles import Article
from knowledge.errors import RenderingError
from knowledge.facts import FactGroup

_HEADING = re.compile(r"^##\s", re.MULTILINE)
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
        self._environment = ImmutableSandboxedEnvironment(
            undefined=MissingFact, keep_trailing_newline=True, autoescape=False
        )
        self._environment.filters["amount"] = amount
        self._environment.filters["percent"] = percent
        self._templates: dict[str, Template] = {}
        self._rendered: dict[tuple[str, str | None, str | None], Rendered] = {}

    def render(
        self, article: Article, *, asset: str | None = None, network: str | None = None
    ) -> Rendered:
        """The article's text for this asset and network (canonical codes, or None).

        Raises RenderingError naming the article and what is missing.
        """
        known = self._rendered.get((article.body, asset, network))
        if known is not None:
            return known
        try:
            template = self._templates.get(article.body)
            if template is None:
                template = self._templates[article.body] = self._environment.from_string(
                    _STATEMENT_LINE.sub(r"\1", article.body)
                )
            text = template.render(facts=self.facts, asset=asset, network=network)
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
                f"The article {article.id}.{article.language}"
                + (f" ({given})" if given else "")
                + f" cannot be filled: {error}"
            ) from error
        rendered = self._rendered[article.body, asset, network] = split(text)
        return rendered


def split(text: str) -> Rendered:
    """The short answer (before the first second-level heading) and the rest."""
    text = _BLANK_LINES.sub("\n\n", text).strip()
    heading = _HEADING.search(text)
    if heading is None:
        return Rendered(text, "")
    return Rendered(text[: heading.start()].strip(), text[heading.start() :].strip())


def amount(value: int | float | str | Decimal) -> str:
    """A number as a customer reads it: 0.0002, 1,250, 2.5; never in scientific notation."""
    number = Decimal(str(value))
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(value: int | float | str | Decimal) -> str:
    """A fraction as a percentage: 0.035 is 3.5 %."""
    return f"{amount(Decimal(str(value)) * 100)} %"


def known_assets(facts: Mapping[str, Any]) -> tuple[str, ...]:
    """The tickers of `facts.assets`, whether it is a list of tickers, of groups with a `ticker`, or
    a mapping.
    """
    assets = facts.get("assets") or ()
    if isinstance(assets, Mapping):
        return tuple(assets)
    return tuple(item if isinstance(item, str) else item["ticker"] for item in assets)
