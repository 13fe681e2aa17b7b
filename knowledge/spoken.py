"""The language a conversation is held in, from message to message.

A wish decides ("по-русски пожалуйста") and stays: the customer may quote an English error or thank
in English without being answered in it. Only who goes on writing in another language is followed.
Without a wish each message tells, with the language so far as what is likely.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from knowledge.language import DEFAULT, LanguageDetector, telling_words
from knowledge.language_wish import Wish

# A message is clearly in a language from so many words and so much certainty on.
CLEAR_WORDS = 3
CLEAR = 0.95


@dataclass(frozen=True)
class Spoken:
    """`language` is a two-letter code, None while nothing has told it; `wished` when the customer
    asked for it; `heard` another language that the latest telling message was clearly in.
    """

    language: str | None = None
    wished: bool = False
    heard: str | None = None

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Self:
        """From JSON values; what is odd counts as not there."""
        language, heard = values.get("language"), values.get("heard")
        return cls(
            language if isinstance(language, str) else None,
            wished=values.get("wished") is True,
            heard=heard if isinstance(heard, str) else None,
        )

    def plain(self) -> dict[str, Any]:
        """As JSON values."""
        return {"language": self.language, "wished": self.wished, "heard": self.heard}

    @property
    def reply(self) -> str:
        """The language to answer in."""
        return self.language or DEFAULT

    def after(
        self, text: str, wish: Wish | None, detector: LanguageDetector, known: Collection[str]
    ) -> Spoken:
        """The state after a message and the wish in it. Only a language of `known` can be wished
        for.
        """
        wished = self._wished(text, wish, detector)
        if wished is not None and wished in known:
            return Spoken(wished, wished=True)
        if self.wished:
            return self._insisting(text, detector)
        if not detector.probabilities(text):
            return self
        return Spoken(detector.detect(text, self.language))

    def _wished(self, text: str, wish: Wish | None, detector: LanguageDetector) -> str | None:
        if wish is None or wish.language is not None:
            return wish.language if wish is not None else None
        own = detector.detect(text, self.language)
        return own if own != wish.unable else None

    def _insisting(self, text: str, detector: LanguageDetector) -> Spoken:
        """Asked for one language: another one counts when it is clear twice in a row."""
        found = detector.probabilities(text)
        if not found:
            return self
        language = max(found, key=lambda name: found[name])
        if language == self.language:
            return replace(self, heard=None)
        if found[language] < CLEAR or len(telling_words(text)) < CLEAR_WORDS:
            return self
        if language == self.heard:
            return Spoken(language)
        return replace(self, heard=language)
