"""One vote per browser, and nobody knows whose."""

from __future__ import annotations

import pytest

from server.help.voters import Voters

VOTERS = Voters("secret")


def test_a_browser_is_known_again_on_an_article_and_on_no_other() -> None:
    cookie = VOTERS.new()
    assert VOTERS.voter(cookie, "fees", "en") == Voters("secret").voter(cookie, "fees", "en")
    others = {
        VOTERS.voter(cookie, "fees", "es"),
        VOTERS.voter(cookie, "apy", "en"),
        VOTERS.voter(VOTERS.new(), "fees", "en"),
        Voters("another").voter(cookie, "fees", "en"),
    }
    assert len(others) == 4
    assert VOTERS.voter(cookie, "fees", "en") not in others
    assert len(VOTERS.voter(cookie, "fees", "en")) == 16


def test_only_our_own_marks_count() -> None:
    assert VOTERS.is_ours(VOTERS.new())
    assert not VOTERS.is_ours(Voters("another").new())


@pytest.mark.parametrize(
    "cookie", [None, "", ".", "a.b", f"{'A' * 22}.", f"{'A' * 22}.ü", "x" * 9999]
)
def test_odd_cookies_are_not_ours(cookie: str | None) -> None:
    assert not VOTERS.is_ours(cookie)
