"""Articles of an HTML help-centre export: a folder of pages, or HTML inside another format.

Of a page its main content is taken: the article element or what the usual help centres call it, and
without one all of the page but its navigation, header and footer. It becomes Markdown
(knowledge/corpora/html_text.py). Pages that hold links alone, as the lists of a section do, and
those that only lead elsewhere are no articles and are passed over.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from knowledge.corpora.entries import Entry, language_code, refuse
from knowledge.corpora.html_text import Element, link_share, markdown, parse, plain
from knowledge.corpora.places import Place

SUFFIXES = (".html", ".htm", ".xhtml")
# A page with more of its letters in links is a list of pages.
LINKS_FROM = 0.6

# Best first: what marks a page's main content. A class or id counts as whole words.
_BODY = re.compile(
    r"article[-_]*(?:body|content|text)|(?:entry|post|page|main|markdown|kb|topic|answer)[-_]*"
    r"(?:body|content)|markdown|rich-?text|prose|intercom-force-break",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"(?:^|[-_\s])(?:nav(?:bar|igation)?|menu|sidebar|breadcrumbs?|footer|header|cookie\w*|banner|"
    r"share|social|related|recent\w*|comments?|vot(?:es?|ing)|feedback|search|toc|pagination|"
    r"subscribe|promo\w*|skip)(?:$|[-_\s])",
    re.IGNORECASE,
)
_BREADCRUMBS = re.compile(r"breadcrumb", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s+[-–—|·:»]\s+")
_HTML = re.compile(r"\A\s*<(?!https?:)[a-z!][^>]*>.*</?[a-z][^>]*>\s*\Z", re.DOTALL | re.IGNORECASE)
_DATES = ("article:modified_time", "article:published_time", "datemodified", "last-modified")


@dataclass(frozen=True)
class _Page:
    entry: Entry
    # Whether the title is that of the browser's window, which names the help centre too.
    window_title: bool


def read(folder: Path) -> list[Entry]:
    """The articles of all pages below `folder`, in order of their paths.

    Raises:
        ArticlesInvalidError: a page cannot be read, or has no title or no text.
    """
    pages, problems = [], []
    for path in sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES):
        inside = path.relative_to(folder)
        if any(part.startswith(".") for part in inside.parts) or not path.is_file():
            continue
        try:
            page = _page(path, inside)
        except ValueError as error:
            problems.append(f"{path}: {error}")
        else:
            pages.extend([page] if page is not None else [])
    refuse(problems)
    return _titled(pages)


def is_html(text: str) -> bool:
    """Whether a text is HTML as a whole, not one that mentions tags."""
    return _HTML.match(text) is not None


def to_markdown(html: str) -> str:
    """A piece of HTML as Markdown; the text itself where nothing is left of it."""
    return markdown(parse(html)) or html


def _page(path: Path, inside: Path) -> _Page | None:
    root = parse(_decoded(path))
    metas = {
        (meta.get("name") or meta.get("property") or meta.get("itemprop")).lower(): meta.get(
            "content"
        )
        for meta in root.all("meta")
    }
    if any(meta.get("http-equiv").lower() == "refresh" for meta in root.all("meta")):
        return None
    content = _content(root)
    title, from_window = _title(root, content, metas)
    crumbs = _breadcrumbs(root, title)
    _clean(content)
    text = markdown(content)
    if not text or link_share(content) > LINKS_FROM:
        if text or len(list(root.all("a"))) > 2:
            return None
        raise ValueError("no text is found in its main content")
    named = Place.of(inside)
    language = next(iter(root.all("html")), root).get("lang") or metas.get("og:locale", "")
    entry = Entry(
        place=str(path),
        id=named.id,
        title=title or named.title,
        text=text,
        language=language_code(language) or named.language,
        topic=crumbs or named.topic,
        updated=_date(metas, root),
    )
    return _Page(entry, from_window)


def _content(root: Element) -> Element:
    """The element that holds the article."""
    candidates = [
        *(each for each in root.all() if "articlebody" in each.get("itemprop").lower()),
        *(each for each in root.all("div", "section", "article") if _BODY.search(_names(each))),
        *root.all("article"),
        *root.all("main"),
        *(each for each in root.all() if each.get("role") == "main"),
        *root.all("body"),
        root,
    ]
    whole = max(1, len(plain(next(iter(root.all("main", "body")), root))))
    # A match with next to nothing in it is a teaser or an empty frame.
    return next((each for each in candidates if len(plain(each)) >= 0.15 * whole), root)


def _clean(content: Element) -> None:
    """Take out what stands around a text."""
    for each in list(content.all()):
        aside = each.name in ("nav", "footer", "aside", "form", "button", "dialog")
        header = each.name == "header" and not list(each.all("h1", "h2"))
        if aside or header or (each is not content and _ASIDE.search(_names(each))):
            each.drop()


def _names(element: Element) -> str:
    return f"{element.get('class')} {element.get('id')}"


def _title(root: Element, content: Element, metas: dict[str, str]) -> tuple[str, bool]:
    """The page's title, and whether it is that of the window; "" where it has none."""
    for place in (content, root):
        for heading in place.all("h1"):
            if text := plain(heading):
                heading.drop()
                return text, False
    if text := metas.get("og:title", "").strip():
        return text, True
    window = next((plain(title) for title in root.all("title")), "")
    if window:
        return window, True
    return next((text for each in content.all("h2", "h3") if (text := plain(each))), ""), False


def _titled(pages: Sequence[_Page]) -> list[Entry]:
    """The articles, their titles without the name of the help centre that windows end with."""
    endings = Counter(
        parts[-1]
        for page in pages
        if page.window_title and len(parts := _SEPARATOR.split(page.entry.title)) > 1
    )
    entries = []
    for page in pages:
        entry = page.entry
        parts = _SEPARATOR.split(entry.title)
        if page.window_title and len(parts) > 1 and endings[parts[-1]] > 1:
            title = entry.title[: entry.title.rindex(parts[-1])]
            entry = replace(entry, title=title.rstrip(" -–—|·:»"))
        entries.append(entry)
    return entries


def _breadcrumbs(root: Element, title: str) -> str:
    """The last step before the page itself."""
    for each in root.all():
        if _BREADCRUMBS.search(_names(each) + each.get("aria-label")):
            steps = [plain(step) for step in each.all("a", "li", "span") if plain(step)]
            steps = [step for step in dict.fromkeys(steps) if step.casefold() != title.casefold()]
            # The first is the help centre itself.
            return steps[-1] if len(steps) > 1 else ""
    return ""


def _date(metas: dict[str, str], root: Element) -> date | None:
    stated = [metas.get(name, "") for name in _DATES]
    stated += [time.get("datetime") for time in root.all("time")]
    for text in stated:
        try:
            return date.fromisoformat(text[:10])
        except ValueError:
            continue
    return None


def _decoded(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ValueError(f"cannot be read: {error.strerror}") from error
    declared = re.search(rb"charset=[\"']?([\w-]+)", content[:2048])
    for encoding in ("utf-8-sig", declared[1].decode() if declared else "cp1252"):
        try:
            return content.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    raise ValueError("its characters are neither UTF-8 nor what it declares; save it as UTF-8")
