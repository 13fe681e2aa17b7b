"""Single sentences with facts in them: what guided checks say. Articles have rendering.py."""

from __future__ import annotations

import re
from typing import Any

from jinja2 import Environment, Template, TemplateError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from knowledge.errors import RenderingError
from knowledge.facts import FactGroup
from knowledge.figures import filters
from knowledge.rendering import MissingFact

# As in rendering.py: a line of nothing but statements leaves no line behind.
_STATEMENT_LINE = re.compile(r"^[ \t]*((?:\{%(?:(?!%\}).)*%\}[ \t]*)+)\n", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n{3,}")


class Phrases:
    """Fills sentences with the facts, as articles are filled. Immutable but for compiled texts."""

    def __init__(self, facts: FactGroup) -> None:
        self.facts = facts
        self._environments: dict[str, Environment] = {}
        self._templates: dict[tuple[str, str], Template] = {}

    def fill(self, text: str, language: str, **values: Any) -> str:
        """The text in a language's way of writing numbers.

        Raises RenderingError naming the fact that is missing.
        """
        if "{" not in text:
            return text.strip()
        try:
            template = self._templates.get((text, language))
            if template is None:
                source = _STATEMENT_LINE.sub(r"\1", text)
                template = self._environment(language).from_string(source)
                self._templates[text, language] = template
            filled = template.render(facts=self.facts, **values)
            return _BLANK_LINES.sub("\n\n", filled).strip()
        except (
            TemplateError,
            SecurityError,
            ArithmeticError,
            TypeError,
            ValueError,
            LookupError,
        ) as error:
            raise RenderingError(f"The text {text[:40]!r} cannot be filled: {error}") from error

    def _environment(self, language: str) -> Environment:
        known = self._environments.get(language)
        if known is None:
            known = self._environments[language] = ImmutableSandboxedEnvironment(
                undefined=MissingFact, autoescape=False
            )
            known.filters.update(filters(language, self.facts.get("terms")))
        return known


def fact(facts: FactGroup, path: str, **values: Any) -> Any:
    """The fact at a dotted path, `{asset}` and `{network}` filled in; None where there is none."""
    found: Any = facts
    for part in path.split("."):
        if part.startswith("{") and part.endswith("}"):
            part = str(values.get(part[1:-1]))
        if not isinstance(found, FactGroup) or part not in found:
            return None
        found = found[part]
    return found


_HOURS = {
    "seconds": 1 / 3600, "minutes": 1 / 60, "hours": 1.0, "days": 24.0, "months": 730.0,
    "years": 8760.0,
}  # fmt: skip


def hours(facts: FactGroup, path: str, **values: Any) -> float | None:
    """A duration among the facts in hours. The unit ends its key, or that of the group it is in."""
    value = fact(facts, path, **values)
    units = (part.rpartition("_")[2] for part in reversed(path.split(".")))
    unit = next((_HOURS[each] for each in units if each in _HOURS), None)
    return value * unit if unit is not None and isinstance(value, int | float) else None
