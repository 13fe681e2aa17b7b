"""Checks of components' own configuration; Rasa ignores a mistyped key silently."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa.shared.exceptions import InvalidConfigException

# Rasa adds these itself.
_RASAS_OWN = {"component_name", "name"}


def check_keys(component: str, config: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    """Refuse a key of `config` that is not among `known`, and a value of another type.

    Raises:
        InvalidConfigException: naming key, value and what is expected.
    """
    problems = []
    for key, value in config.items():
        if key in _RASAS_OWN or key.startswith("__"):
            continue
        if key not in known:
            problems.append(f"`{key}` is not known; known are {', '.join(sorted(known))}")
        elif not _fits(value, known[key]):
            expected = type(known[key]).__name__
            problems.append(f"`{key}: {value!r}` is no {expected}, as in `{key}: {known[key]!r}`")
    if problems:
        raise InvalidConfigException(f"config.yml, {component}: {'; '.join(problems)}.")


def _fits(value: Any, default: Any) -> bool:
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(value, bool) and isinstance(default, bool)
    if isinstance(default, float):
        return isinstance(value, (int, float))
    return isinstance(value, type(default))


def defaults(**values: Any) -> dict[str, Any]:
    """A component's settings with their defaults."""
    return dict(values)
