"""The sentences of the system itself, by language, from ``data/responses/<language>.yml``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

# Said when the file of a language, or a key in it, is missing: a customer is never left without.
ENGLISH = {
    "notice.queued": (
        "You are in the queue for a person from our team. You can keep writing here; everything "
        "you add will be read."
    ),
    "notice.assistant_unavailable": (
        "Our assistant cannot answer at the moment, so a person will take over from here."
    ),
    "notice.waiting_for_assistant": (
        "The assistant is just starting. Your message is safe and will be answered in a moment."
    ),
    "notice.secret_removed": (
        "Your message contained something secret. It was removed before anybody could read it and "
        "was not stored. We never ask for seed phrases, private keys, passwords or codes. Treat "
        "it as exposed: move funds or change it now. A person will help you."
    ),
    "notice.agent_joined": "{name} has joined the conversation.",
    "notice.agent_left": "{name} has left the conversation. Another colleague will take over.",
    "notice.closed": "This conversation was closed. Write again whenever you need us.",
    "notice.returned": "You are talking to the assistant again.",
    "message.wants_human": "I would like to talk to a person.",
}


class ResponseTexts:
    """Sentences read once from a folder of YAML files; English stands in for what is missing."""

    def __init__(self, folder: Path) -> None:
        self._languages: dict[str, Mapping[str, str]] = {}
        for path in sorted(folder.glob("*.yml")) if folder.is_dir() else ():
            self._languages[path.stem] = _flatten(yaml.safe_load(path.read_text("utf-8")) or {})

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that have sentences of their own."""
        return tuple(self._languages) or ("en",)

    def text(self, key: str, language: str | None, **values: object) -> str:
        """The sentence for `key` with `{name}` places filled; English where `language` lacks it.

        Raises:
            KeyError: no language knows the key.
        """
        for known in (self._languages.get(language or "en"), self._languages.get("en"), ENGLISH):
            if known and key in known:
                return known[key].format(**values)
        raise KeyError(key)


def _flatten(tree: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in tree.items():
        if isinstance(value, Mapping):
            flat |= _flatten(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            # Several wordings, for the assistant's variety; the system says the first.
            flat[f"{prefix}{name}"] = str(value[0])
        elif isinstance(value, str):
            flat[f"{prefix}{name}"] = value
    return flat
