"""The exchange's numbers: fees, limits, rates and times, kept in one file and read by every
article.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import yaml

from knowledge.errors import FactsError
from knowledge.terms import FILE, load_terms
from knowledge.validity import Valid, problems, valid
from knowledge.yaml_reading import read_yaml

# Names that attribute access could never reach, because a mapping already has them.
_TAKEN = frozenset(name for name in dir(Mapping) if not name.startswith("_")) | {"path"}


class FactGroup(Mapping[str, Any]):
    """A read-only group of facts: `group.key`, `group["key"]` and `key in group` all work.

    `path` is the dotted place in the file, so that a missing fact can be named in full. `validity`
    tells of the whole file which groups are left out today, and what changes when.
    """

    __slots__ = ("_values", "path", "validity")

    def __init__(
        self, values: Mapping[str, Any], path: str = "facts", validity: Valid | None = None
    ) -> None:
        self.path = path
        self.validity = validity or Valid({})
        self._values = {key: _wrap(value, f"{path}.{key}") for key, value in values.items()}

    def __getitem__(self, key: str) -> Any:
        return self._values[key]

    def __getattr__(self, key: str) -> Any:
        try:
            return self._values[key]
        except KeyError:
            raise AttributeError(f"There is no fact {self.path}.{key}.") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, key: object) -> bool:
        return key in self._values

    def __repr__(self) -> str:
        return f"FactGroup({self.path}: {', '.join(self._values)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return (FactGroup, (self.plain(), self.path, self.validity))

    def plain(self) -> dict[str, Any]:
        """The same facts as ordinary dictionaries and lists, for storing beside an index."""
        return {key: _unwrap(value) for key, value in self._values.items()}


def load_facts(path: Path, *, today: date | None = None) -> FactGroup:
    """Read the facts that are valid on a day (today), with the terms beside the file as the group
    `terms`.

    Raises FactsError when the file is absent, is not YAML, or has a key that an article could not
    name; or when a term lacks a language.
    """
    try:
        content = read_yaml(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise FactsError(f"The file of facts {path} cannot be read: {error.strerror}.") from error
    except yaml.YAMLError as error:
        raise FactsError(f"The file of facts {path} is not valid YAML: {error}") from error
    if not isinstance(content, dict):
        raise FactsError(f"The file of facts {path} must hold groups of facts (a mapping).")
    wrong = [*_bad_keys(content, "facts"), *problems(content)]
    if "terms" in content:
        wrong.append(f"facts.terms: the terms belong into {FILE} beside it.")
    if wrong:
        raise FactsError(f"Correct these keys in {path}:\n" + "\n".join(wrong))
    found = valid(content, today or datetime.now(UTC).date())
    return FactGroup({**found.values, "terms": load_terms(path)}, validity=found)


def _bad_keys(values: Mapping[Any, Any], path: str) -> Iterator[str]:
    for key, value in values.items():
        if not isinstance(key, str):
            # YAML reads NO, ON and 1 as booleans and numbers: an author cannot see that.
            yield f"{path}: the key {key!r} is not text; put it in quotes."
        elif key in _TAKEN or key.startswith("_"):
            yield f"{path}.{key}: this name is reserved; choose another."
        if isinstance(value, dict):
            yield from _bad_keys(value, f"{path}.{key}")


def _wrap(value: Any, path: str) -> Any:
    if isinstance(value, Mapping):
        return FactGroup(value, path)
    if isinstance(value, list):
        return tuple(_wrap(item, f"{path}[{number}]") for number, item in enumerate(value))
    return value


def _unwrap(value: Any) -> Any:
    if isinstance(value, FactGroup):
        return value.plain()
    if isinstance(value, tuple):
        return [_unwrap(item) for item in value]
    return value
