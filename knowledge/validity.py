"""From when and until when facts are valid.

Any group in facts.yml may carry `valid_from` and `valid_until` (dates, both inclusive). A group
that is not valid today is left out: the articles that use it are withheld. Several `versions` of a
group follow each other; the newest that is valid counts, so that tomorrow's fee can be written down
today:

    fees:
      currency: USDT              # holds for every version
      versions:
      - {valid_until: 2026-12-31, withdrawal: 1}
      - {valid_from: 2027-01-01, withdrawal: 2}

The dates may also stand alone on the file as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

FROM, UNTIL, VERSIONS = "valid_from", "valid_until", "versions"


@dataclass(frozen=True)
class Valid:
    """The facts that are valid on a day.

    `lapsed` says by dotted path why a group is left out; `changes` what changes when, by path and
    first day of the new state.
    """

    values: dict[str, Any]
    lapsed: Mapping[str, str] = field(default_factory=dict)
    changes: tuple[tuple[date, str, str], ...] = ()

    def needed_by(self, problem: str) -> str | None:
        """The group left out that a text could not be filled without, as its problem says; None
        where it is another fact that is missing.
        """
        return next(
            (
                path
                for path in self.lapsed
                if re.search(rf"{re.escape(path)}(?![\w]).*is not in facts\.yml", problem)
            ),
            None,
        )

    def next_change(self) -> date | None:
        """The first day on which these are no longer all the facts that are valid."""
        return min((day for day, _, _ in self.changes), default=None)


def problems(values: Mapping[str, Any], path: str = "facts") -> Iterator[str]:
    """Dates that are none, end before they begin, or overlap in a way that nobody could read."""
    for key in (FROM, UNTIL):
        if key in values and _day(values[key]) is None:
            yield f"{path}.{key}: must be a date such as 2027-01-01."
    first, last = _span(values)
    if first is not None and last is not None and last < first:
        yield f"{path}.{UNTIL}: is before {FROM}."
    versions = values.get(VERSIONS)
    if versions is not None and (
        not isinstance(versions, list)
        or not versions
        or not all(isinstance(each, dict) and {FROM, UNTIL} & set(each) for each in versions)
    ):
        yield f"{path}.{VERSIONS}: must be a list of groups, each with {FROM} or {UNTIL}."
        return
    for number, version in enumerate(versions or (), 1):
        yield from problems(version, f"{path}.{VERSIONS}[{number}]")
    for key, value in values.items():
        if isinstance(value, dict):
            yield from problems(value, f"{path}.{key}")


def valid(values: Mapping[str, Any], today: date, path: str = "facts") -> Valid:
    """The facts of a sound file that are valid on a day."""
    lapsed: dict[str, str] = {}
    changes: list[tuple[date, str, str]] = []
    kept = _group(values, today, path, lapsed, changes)
    return Valid(kept if kept is not None else {}, lapsed, tuple(sorted(changes)))


def _group(
    values: Mapping[str, Any],
    today: date,
    path: str,
    lapsed: dict[str, str],
    changes: list[tuple[date, str, str]],
) -> dict[str, Any] | None:
    """The group as it is today, None where it is not valid."""
    why = _why_not(values, today)
    _note_changes(values, today, path, changes)
    if why is not None:
        lapsed[path] = why
        return None
    found = {key: value for key, value in values.items() if key not in (FROM, UNTIL, VERSIONS)}
    versions = values.get(VERSIONS)
    if versions is not None:
        for version in versions:
            _note_changes(version, today, path, changes)
        current = [each for each in versions if _why_not(each, today) is None]
        if not current:
            lapsed[path] = "none of its versions is valid today"
            return None
        newest = max(current, key=lambda each: _span(each)[0] or date.min)
        found |= {key: value for key, value in newest.items() if key not in (FROM, UNTIL)}
    kept: dict[str, Any] = {}
    for key, value in found.items():
        if not isinstance(value, dict):
            kept[key] = value
            continue
        group = _group(value, today, f"{path}.{key}", lapsed, changes)
        if group is not None:
            kept[key] = group
    return kept


def _note_changes(
    values: Mapping[str, Any], today: date, path: str, changes: list[tuple[date, str, str]]
) -> None:
    first, last = _span(values)
    if first is not None and first > today:
        changes.append((first, path, "begins to be valid"))
    if last is not None and last >= today:
        changes.append((last + timedelta(days=1), path, "is no longer valid"))


def _why_not(values: Mapping[str, Any], today: date) -> str | None:
    first, last = _span(values)
    if first is not None and today < first:
        return f"it is valid from {first} on"
    if last is not None and today > last:
        return f"it was valid until {last}"
    return None


def _span(values: Mapping[str, Any]) -> tuple[date | None, date | None]:
    return _day(values.get(FROM)), _day(values.get(UNTIL))


def _day(value: Any) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None
