"""The sitemap: every page in its languages, as the protocol asks."""

from __future__ import annotations

from xml.etree import ElementTree as Xml

from server.help.library import Library
from server.help.sitemap import robots, sitemap
from tests.support.help_centre import SITE, TODAY, Held

SPACES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
BASE = f"{SITE}/help"


def pages() -> dict[str, tuple[str, dict[str, str]]]:
    """Address: date and alternates."""
    text = sitemap(Library(Held().get(), TODAY), BASE, ("en", "es"))
    return {
        url.findtext("s:loc", "", SPACES): (
            url.findtext("s:lastmod", "", SPACES),
            {
                link.attrib["hreflang"]: link.attrib["href"]
                for link in url.findall("x:link", SPACES)
            },
        )
        for url in Xml.fromstring(text)
    }


def test_an_article_is_there_in_the_languages_that_it_has() -> None:
    found = pages()
    assert found[f"{BASE}/es/fees"] == (
        "2026-11-12",
        {
            "en": f"{BASE}/en/fees",
            "es": f"{BASE}/es/fees",
            "x-default": f"{BASE}/en/fees",
        },
    )
    assert found[f"{BASE}/en/fees"][0] == "2026-11-10"
    assert f"{BASE}/es/code" not in found
    assert set(found[f"{BASE}/en/code"][1]) == {"en", "x-default"}


def test_home_and_topics_are_as_new_as_what_they_hold() -> None:
    found = pages()
    assert found[f"{BASE}/es"][0] == "2026-11-12"
    assert found[f"{BASE}/en/topic/withdraw-limits-fees"][0] == "2026-11-12"
    assert found[f"{BASE}/en/topic/savings-earn"][0] == "2026-11-10"


def test_what_is_withheld_or_asks_back_is_not_there() -> None:
    found = pages()
    assert f"{BASE}/en/old" not in found
    assert f"{BASE}/en/apy" not in found


def test_robots_may_read_what_is_public() -> None:
    lines = robots(SITE).splitlines()
    assert "Disallow: /console" in lines
    assert not [line for line in lines if line.startswith("Disallow: /help")]
