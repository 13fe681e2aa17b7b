"""An article's Markdown as safe HTML with anchors, and as plain text for summaries."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup

_APART = re.compile(r"[\W_]+")
_SPACE = re.compile(r"\s+")

# Anchors that pages use themselves.
TAKEN = frozenset({"title", "main", "search", "helpful", "related", "contents", "contact", "facts"})

# What a search engine or a messenger shows of a page.
SUMMARY = 155


@dataclass(frozen=True)
class Heading:
    """A section of an article: the anchor and the text of its heading."""

    anchor: str
    text: str


@dataclass(frozen=True)
class Section:
    """A piece of Markdown ready for a page."""

    html: Markup
    headings: tuple[Heading, ...]


class _Renderer(RendererHTML):
    """A wide table scrolls by itself, and can be reached and scrolled with the keyboard."""

    def table_open(
        self, tokens: Sequence[Token], number: int, options: Any, env: dict[str, Any]
    ) -> str:
        # It is called as the section that it stands in. A group and no region: a page with many
        # tables would have as many landmarks.
        named = f'role="group" tabindex="0" aria-labelledby="{env["heading"]}"'
        return f'<div class="table" {named}>\n<table>\n'

    def table_close(
        self, tokens: Sequence[Token], number: int, options: Any, env: dict[str, Any]
    ) -> str:
        return "</table>\n</div>\n"

    def heading_open(
        self, tokens: Sequence[Token], number: int, options: Any, env: dict[str, Any]
    ) -> str:
        env["heading"] = tokens[number].attrs["id"]
        return self.renderToken(tokens, number, options, env)


class Markdown:
    """Raw HTML stays text, and links lead nowhere but to the web."""

    def __init__(self) -> None:
        self._parser = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer)
        self._parser.enable("table")

    def section(self, text: str, *, heading: str = "title") -> Section:
        """HTML of a text; `heading` is the anchor of what stands above it."""
        tokens = self._parser.parse(text)
        headings: list[Heading] = []
        taken = set(TAKEN)
        for opened, inline in pairwise(tokens):
            if opened.type == "heading_open":
                said = _said(inline)
                anchor = _APART.sub("-", said.lower()).strip("-") or "section"
                # Two sections may be called alike, and one as something else on the page.
                if anchor in taken:
                    anchor = f"{anchor}-{len(taken)}"
                taken.add(anchor)
                opened.attrSet("id", anchor)
                if opened.tag == "h2":
                    headings.append(Heading(anchor, said))
        rendered = self._parser.renderer.render(tokens, self._parser.options, {"heading": heading})
        return Section(Markup(rendered), tuple(headings))  # noqa: S704 # raw HTML is off

    def plain(self, text: str) -> str:
        """The words alone, on one line."""
        words = ""
        for token in self._parser.parse(text):
            said = _said(token).strip() if token.type == "inline" else ""
            if words and said:
                # What were lines of a list or a table would run into each other.
                words += " " if words[-1] in ".!?:;,…" else "; "
            words += said
        return _SPACE.sub(" ", words)

    def summary(self, text: str, longest: int = SUMMARY) -> str:
        """The beginning of the words, ended at a sentence or a word."""
        said = self.plain(text)
        if len(said) <= longest:
            return said
        cut = said[: longest + 1]
        sentence = max(cut.rfind(". "), cut.rfind("! "), cut.rfind("? "))
        if sentence > longest // 2:
            return cut[: sentence + 1]
        return cut[: max(cut.rfind(" "), longest // 2)].rstrip(" ,;:-–") + "…"


def _said(token: Token) -> str:
    return "".join(
        child.content if child.type in ("text", "code_inline") else " "
        for child in token.children or ()
        if child.type in ("text", "code_inline", "softbreak", "hardbreak")
    )
