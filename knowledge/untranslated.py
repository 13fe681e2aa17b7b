"""Words of the facts that an article of another language would show in English."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from knowledge.facts import FactGroup

# Around a word that has to be translated; in no text that anybody writes.
_OPEN, _CLOSE = "\ue000", "\ue001"
_MARKED = re.compile(f"{_OPEN}([^{_CLOSE}]*){_CLOSE}")


def marked(facts: FactGroup, language: str) -> FactGroup:
    """The facts with a mark around each term that the language says otherwise.

    The filter `term` takes the marks away, so what is still marked in a filled article has passed
    by it. A term without wording needs none: filling the article names it.
    """
    plain = facts.plain()
    terms = plain.pop("terms", {})
    marks = {
        term: f"{_OPEN}{term}{_CLOSE}"
        for term, said in terms.items()
        if said.get(language, term) != term
    }
    if not marks:
        return facts
    known = {**terms, **{mark: terms[term] for term, mark in marks.items()}}
    return FactGroup({**_replaced(plain, marks), "terms": known})


def left_in_english(text: str) -> list[str]:
    """The terms in a text filled with marked facts that no filter has translated."""
    return sorted(set(_MARKED.findall(text)))


def unused(facts: FactGroup, places: Iterable[str] = ()) -> Iterator[str]:
    """Terms that no fact has (any more), nor any of the `places` that articles hold for."""
    plain = facts.plain()
    terms = plain.pop("terms", {})
    for term in sorted(set(terms) - set(_strings(plain)) - set(places)):
        yield (
            f"knowledge/terms.yml: no fact and no jurisdiction is {term!r}; "
            "take the term out or correct it"
        )


def _replaced(value: Any, marks: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _replaced(each, marks) for key, each in value.items()}
    if isinstance(value, list):
        return [_replaced(each, marks) for each in value]
    return marks.get(value, value) if isinstance(value, str) else value


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _strings(each)
    elif isinstance(value, str):
        yield value
