"""What is most read and most helpful, and who is no reader."""

from __future__ import annotations

import pytest

from server.help.counts import LEAST_VOTES, Standing, is_machine, lower_bound
from tests.support.help_centre import READER, Counted


def test_most_read_goes_by_the_readers_language_first() -> None:
    standing = Standing(
        1, {("a", "en"): 5, ("b", "en"): 9, ("a", "es"): 2, ("c", "es"): 1, ("d", "ru"): 1}
    )
    assert standing.most_read("es") == ["a", "c", "b", "d"]
    assert standing.most_read("en") == ["b", "a", "c", "d"]
    assert standing.most_read("vi") == ["b", "a", "c", "d"]


def test_helpful_is_what_surely_helps() -> None:
    standing = Standing(
        1,
        {},
        {
            ("few", "en"): (3, 3),
            ("many", "en"): (60, 66),
            ("many", "es"): (30, 34),
            ("too-few", "en"): (LEAST_VOTES - 1, LEAST_VOTES - 1),
            ("useless", "en"): (40, 80),
        },
    )
    assert standing.most_helpful() == ["many", "few"]


@pytest.mark.parametrize(
    ("good", "asked", "bound"), [(0, 0, 0.0), (0, 10, 0.0), (9, 10, 0.596), (90, 100, 0.826)]
)
def test_the_bound_is_wilsons(good: int, asked: int, bound: float) -> None:
    assert lower_bound(good, asked) == pytest.approx(bound, abs=0.001)


@pytest.mark.parametrize(
    "agent",
    [
        None,
        "",
        "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
        "facebookexternalhit/1.1",
        "TelegramBot (like TwitterBot)",
        "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/140.0 Safari/537.36",
        "python-httpx/0.28",
        "Go-http-client/2.0",
    ],
)
def test_programs_are_no_readers(agent: str | None) -> None:
    assert is_machine(agent)


@pytest.mark.parametrize(
    "agent",
    [
        READER["user-agent"],
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1",
        "Mozilla/5.0 (Linux; Android 12; CUBOT KINGKONG) AppleWebKit/537.36 Chrome/130 Mobile",
    ],
)
def test_browsers_are_readers(agent: str) -> None:
    assert not is_machine(agent)


def test_a_reload_is_no_second_read() -> None:
    counted = Counted()
    counted.read("fees", "en", client="1.2.3.4")
    counted.read("fees", "en", client="1.2.3.4")
    counted.read("fees", "en", client="5.6.7.8")
    counted.read("fees", "es", client="1.2.3.4")
    assert counted.reads == {("fees", "en"): 2, ("fees", "es"): 1}
