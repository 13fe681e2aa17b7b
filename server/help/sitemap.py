"""What tells search engines which pages there are: sitemap.xml and robots.txt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from xml.sax.saxutils import escape, quoteattr

from knowledge.content import FALLBACK_LANGUAGE
from server.help.library import Library, topic_slug

_SPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
)


def sitemap(library: Library, base: str, languages: Sequence[str]) -> str:
    """Every page in each language that it is in, with the others as alternates.

    Args:
        base: address of the help centre without a slash at the end.
        languages: those that pages are in.
    """
    rows = "".join(_rows(library, base, languages))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {_SPACES}>\n{rows}</urlset>\n'


def robots(site: str) -> str:
    """Everything may be read but what is made for a browser at work."""
    hidden = "".join(f"Disallow: {path}\n" for path in ("/api/", "/console", "/widget/"))
    return f"User-agent: *\n{hidden}\nSitemap: {site}/sitemap.xml\n"


def _rows(library: Library, base: str, languages: Sequence[str]) -> Iterator[str]:
    every = {
        name: [
            article
            for language in languages
            if (article := library.article(name, language)) is not None
        ]
        for name in library.ids
    }
    newest = {name: max(article.updated for article in held) for name, held in every.items()}
    if newest:
        yield from _page(base, "", languages, dict.fromkeys(languages, max(newest.values())))
    for topic, names in library.topics.items():
        changed = max(newest[name] for name in names)
        path = f"/topic/{topic_slug(topic)}"
        yield from _page(base, path, languages, dict.fromkeys(languages, changed))
    for name, held in every.items():
        # A page that shows an article in English for want of another is no page of its own.
        dates = {article.language: article.updated for article in held}
        yield from _page(base, f"/{name}", [each for each in languages if each in dates], dates)


def _page(
    base: str, path: str, languages: Sequence[str], changed: dict[str, date]
) -> Iterator[str]:
    alternates = "".join(
        f'<xhtml:link rel="alternate" hreflang="{language}" href={_url(base, language, path)}/>\n'
        for language in languages
    )
    default = FALLBACK_LANGUAGE if FALLBACK_LANGUAGE in languages else languages[0]
    alternates += (
        f'<xhtml:link rel="alternate" hreflang="x-default" href={_url(base, default, path)}/>\n'
    )
    for language in languages:
        address = escape(f"{base}/{language}{path}")
        yield (
            f"<url>\n<loc>{address}</loc>\n<lastmod>{changed[language].isoformat()}</lastmod>\n"
            f"{alternates}</url>\n"
        )


def _url(base: str, language: str, path: str) -> str:
    return quoteattr(f"{base}/{language}{path}")
