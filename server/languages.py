"""The core's port for languages, on the knowledge base's detector."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from knowledge.language import DEFAULT, LanguageDetector
from knowledge.language_wish import language_wish
from knowledge.spoken import Spoken


class DetectedLanguages:
    """Implements `conversations.languages.Languages` for the languages that Teller writes."""

    def __init__(self, known: Collection[str], detector: LanguageDetector | None = None) -> None:
        """
        Args:
            known: the languages that there are sentences in.
            detector: loads its models with the first message, or by `warm`.
        """
        self._known = known
        self._detector = detector or LanguageDetector()

    def warm(self) -> None:
        """Load the models now."""
        self._detector.warm()

    def of_locale(self, locale: str | None) -> str | None:
        """The locale's language. English tells nothing: browsers are set to it everywhere."""
        language = (locale or "").replace("_", "-").partition("-")[0].lower()
        return language if language in self._known and language != DEFAULT else None

    def after(self, text: str, spoken: dict[str, Any]) -> dict[str, Any]:
        """What is spoken after a customer's message."""
        before = Spoken.read(spoken)
        return before.after(text, language_wish(text), self._detector, self._known).plain()
