"""Long alternatives of regular expressions, written as words on lines."""

from __future__ import annotations

import re


def either(words: str) -> str:
    """A group that matches any of `words`, which spaces and line ends separate."""
    return f"(?:{'|'.join(words.split())})"


def any_of(words: str) -> re.Pattern[str]:
    """A pattern that matches any of `words`."""
    return re.compile(either(words))
