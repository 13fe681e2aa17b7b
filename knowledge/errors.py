"""Errors of the knowledge base: one root, a stable code, and a message that says what to do
next.
"""

from __future__ import annotations

from collections.abc import Sequence


class KnowledgeError(Exception):
    """Something about the knowledge base is not usable as it stands."""

    code = "knowledge"


class ArticleError(KnowledgeError):
    """An article file cannot be used; the message names file and line."""

    code = "article_invalid"


class ArticlesInvalidError(ArticleError):
    """Several article files cannot be used; every problem is listed, one per line."""

    code = "articles_invalid"

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("Correct these articles:\n" + "\n".join(problems))


class TreesInvalidError(KnowledgeError):
    """Files of guided checks cannot be used; every problem is listed, with file and node."""

    code = "trees_invalid"

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("Correct these guided checks:\n" + "\n".join(problems))


class FactsError(KnowledgeError):
    """The file of facts cannot be used."""

    code = "facts_invalid"


class RenderingError(KnowledgeError):
    """An article's text could not be filled with facts; the message names article and key."""

    code = "rendering_failed"


class IntentsError(KnowledgeError):
    """The table of intents cannot be used."""

    code = "intents_invalid"


class ResponsesError(KnowledgeError):
    """The file of responses cannot be used, or a sentence is missing from it."""

    code = "responses_invalid"


class LanguageModelError(KnowledgeError):
    """The model that tells languages apart is missing or damaged."""

    code = "language_model"


class IndexUnavailableError(KnowledgeError):
    """There is no built index to answer from."""

    code = "index_unavailable"


class EncoderMismatchError(KnowledgeError):
    """The index was built with another encoder than the one that asks it."""

    code = "encoder_mismatch"


class ChecksFailedError(KnowledgeError):
    """A build was refused because its checks found errors."""

    code = "checks_failed"

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            "The index was not published; correct these first:\n" + "\n".join(problems)
        )
