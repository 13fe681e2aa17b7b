"""How the words in the facts are said in other languages: `terms.yml`, beside the file of facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from knowledge.errors import FactsError
from knowledge.figures import STYLES
from knowledge.yaml_reading import read_yaml

FILE = "terms.yml"
# The facts are written in English, and an English article says their words as they stand.
LANGUAGES = tuple(language for language in STYLES if language != "en")


def load_terms(facts: Path) -> dict[str, dict[str, str]]:
    """For each term its wording by language, from the file beside that of the `facts`.

    A text instead of languages holds for all. Without such a file there are no terms. Raises
    FactsError when it is not YAML, or naming each term that lacks a language.
    """
    path = facts.with_name(FILE)
    if not path.exists():
        return {}
    try:
        content = read_yaml(path.read_text(encoding="utf-8")) or {}
    except (OSError, yaml.YAMLError) as error:
        raise FactsError(f"The file of terms {path} cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise FactsError(f"The file of terms {path} must hold terms with their languages.")
    problems = list(_problems(content))
    if problems:
        raise FactsError(f"Correct these terms in {path}:\n" + "\n".join(problems))
    return {
        term: dict.fromkeys(LANGUAGES, said) if isinstance(said, str) else said
        for term, said in content.items()
    }


def _problems(content: Mapping[Any, Any]) -> Iterator[str]:
    for term, said in content.items():
        if not isinstance(term, str):
            # YAML reads NO, ON and 1 as booleans and numbers: an author cannot see that.
            yield f"{term!r} is not text; put it in quotes."
        elif isinstance(said, Mapping):
            missing = [
                name
                for name in LANGUAGES
                if not isinstance(said.get(name), str) or not said[name].strip()
            ]
            if missing:
                yield f"{term}: no wording in {', '.join(missing)}."
            unknown = [str(name) for name in said if name not in LANGUAGES]
            if unknown:
                yield f"{term}: {', '.join(unknown)} is none of {', '.join(LANGUAGES)}."
        elif not isinstance(said, str):
            yield f"{term}: write one text, or one for each of {', '.join(LANGUAGES)}."
