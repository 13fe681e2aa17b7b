"""Every sentence the assistant says that is not an article: data/responses/<language>.yml, by
dotted key.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from knowledge.errors import ResponsesError
from knowledge.yaml_reading import read_yaml

FOLDER = Path(__file__).resolve().parent.parent / "data" / "responses"
FALLBACK = "en"
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


class Responses:
    """Sentences by language and key. A language that lacks a sentence borrows the English one."""

    def __init__(self, languages: Mapping[str, Mapping[str, tuple[str, ...]]]) -> None:
        if FALLBACK not in languages:
            raise ResponsesError(
                f"There are no {FALLBACK} responses; add data/responses/{FALLBACK}.yml."
            )
        self._languages = languages

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Responses:
        """Every <language>.yml in a folder; raises ResponsesError naming file and key of what is
        wrong.
        """
        return cls({path.stem: _read(path) for path in sorted(folder.glob("*.yml"))})

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that have responses of their own."""
        return tuple(sorted(self._languages))

    def names(self, language: str = FALLBACK) -> frozenset[str]:
        """Every key of a language."""
        return frozenset(self._languages.get(language, {}))

    def has(self, key: str) -> bool:
        """Whether there is such a sentence."""
        return key in self._languages[FALLBACK]

    def say(
        self, key: str, language: str = FALLBACK, *, seed: int | str = 0, **values: object
    ) -> str:
        """The sentence of a key, with `{name}` placeholders filled.

        Where there are several wordings, `seed` (the message's id, say) chooses: the same seed, the
        same wording.
        Raises ResponsesError for an unknown key or a placeholder without a value.
        """
        variants = self._languages.get(language, {}).get(key) or self._languages[FALLBACK].get(key)
        if not variants:
            raise ResponsesError(
                f"There is no response {key}; add it to data/responses/{FALLBACK}.yml."
            )
        number = seed if isinstance(seed, int) else zlib.crc32(seed.encode())
        text = variants[number % len(variants)]

        def fill(match: re.Match[str]) -> str:
            if match[1] not in values:
                raise ResponsesError(f"The response {key} needs a value for {{{match[1]}}}.")
            return str(values[match[1]])

        return _PLACEHOLDER.sub(fill, text)

    def placeholders(self, key: str, language: str = FALLBACK) -> frozenset[str]:
        """The names of the placeholders in any wording of a key."""
        variants = self._languages.get(language, {}).get(key, ())
        return frozenset(name for text in variants for name in _PLACEHOLDER.findall(text))


def _read(path: Path) -> dict[str, tuple[str, ...]]:
    try:
        content = read_yaml(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ResponsesError(f"The responses {path} cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise ResponsesError(f"The responses {path} must hold groups of sentences.")
    return dict(_flat(content, "", path))


def _flat(
    content: Mapping[Any, Any], prefix: str, path: Path
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for key, value in content.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            yield from _flat(value, f"{name}.", path)
        elif isinstance(value, str) and value.strip():
            yield name, (value.strip(),)
        elif (
            isinstance(value, list)
            and value
            and all(isinstance(item, str) and item.strip() for item in value)
        ):
            yield name, tuple(item.strip() for item in value)
        else:
            raise ResponsesError(f"{path}: {name} must be a sentence or a list of sentences.")
