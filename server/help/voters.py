"""One vote per browser, without knowing whose it is.

A browser that votes gets a random mark in a cookie. What is stored is a keyed hash of mark and
article: the same browser's second vote on an article is found, and nothing else.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

COOKIE = "teller_help"
DAYS = 180

_MARK = re.compile(r"[A-Za-z0-9_-]{22}")
_SIGNATURE = 16


class Voters:
    """Makes and reads the marks of browsers."""

    def __init__(self, secret: str) -> None:
        """
        Args:
            secret: the same on all servers; what is derived from it serves nothing else.
        """
        self._key = hmac.digest(secret.encode(), b"teller help votes", hashlib.sha256)

    def new(self) -> str:
        """The cookie of a browser that has none yet: a random mark, signed."""
        mark = secrets.token_urlsafe(16)
        return f"{mark}.{self._sign(mark)}"

    def is_ours(self, cookie: str | None) -> bool:
        """Whether we made this cookie; a made-up one must not choose its own hash."""
        mark, _, signature = (cookie or "").partition(".")
        return _MARK.fullmatch(mark) is not None and hmac.compare_digest(
            signature.encode("utf-8", "replace"), self._sign(mark).encode()
        )

    def voter(self, cookie: str, article: str, language: str) -> bytes:
        """16 bytes that stand for this browser on this article alone."""
        said = f"{cookie.partition('.')[0]}\n{article}\n{language}".encode()
        return hmac.digest(self._key, said, hashlib.sha256)[:_SIGNATURE]

    def _sign(self, mark: str) -> str:
        return hmac.digest(self._key, b"mark " + mark.encode(), hashlib.sha256)[:_SIGNATURE].hex()
