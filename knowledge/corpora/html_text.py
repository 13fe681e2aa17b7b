"""HTML read into a small tree and written as Markdown. Tolerant as browsers are: open elements are
closed where the next one ends them, and stray ends are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

_EMPTY = "area base br col embed hr img input link meta param source track wbr"
_VOID = frozenset(_EMPTY.split())
_NEVER_SEEN = """
    script style noscript template svg iframe object video audio canvas select textarea head title
"""
_UNSEEN = frozenset(_NEVER_SEEN.split())
_OWN_LINES = """
    address article aside blockquote body center dd details dialog div dl dt fieldset figcaption
    figure footer form h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section summary
    table tbody td tfoot th thead tr ul
"""
_BLOCKS = frozenset(_OWN_LINES.split())
# What a new element of the first kind ends, if it is open.
_ENDS = {
    "li": {"li"},
    "dt": {"dt", "dd"},
    "dd": {"dt", "dd"},
    "tr": {"tr", "td", "th"},
    "td": {"td", "th"},
    "th": {"td", "th"},
    "option": {"option"},
}
# An element is not ended beyond one of these.
_BARRIERS = frozenset({"ul", "ol", "table", "dl", "body", "div", "section", "article", "main"})


@dataclass
class Element:
    """An element with its attributes and children, which are elements and texts."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)
    parent: Element | None = field(default=None, repr=False)

    def get(self, name: str) -> str:
        """An attribute, "" where it has none."""
        return self.attributes.get(name, "")

    def all(self, *names: str) -> Iterator[Element]:
        """This element and all below it in order, or those of these names."""
        waiting: list[Element] = [self]
        while waiting:
            element = waiting.pop()
            if not names or element.name in names:
                yield element
            waiting.extend(
                child for child in reversed(element.children) if isinstance(child, Element)
            )

    def drop(self) -> None:
        """Take it out of its parent."""
        if self.parent is not None:
            self.parent.children = [each for each in self.parent.children if each is not self]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self._end({"p"}, _BARRIERS)
        self._end(_ENDS.get(tag, set()), _BARRIERS - {"div"})
        parent = self._open[-1]
        element = Element(tag, {name: value or "" for name, value in attrs}, [], parent)
        parent.children.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self._open) - 1, 0, -1):
            if self._open[place].name == tag:
                del self._open[place:]
                return

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)

    def _end(self, names: set[str], barriers: frozenset[str]) -> None:
        for place in range(len(self._open) - 1, 0, -1):
            if self._open[place].name in names:
                del self._open[place:]
                return
            if self._open[place].name in barriers:
                return


def parse(html: str) -> Element:
    """The tree of a page or of a piece of HTML."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.root


def plain(element: Element) -> str:
    """The visible text on one line."""
    pieces: list[str] = []

    def visit(each: Element) -> None:
        for child in each.children:
            if isinstance(child, str):
                pieces.append(child)
            elif child.name not in _UNSEEN:
                visit(child)
                if child.name in _BLOCKS or child.name == "br":
                    pieces.append(" ")

    visit(element)
    return " ".join("".join(pieces).split())


def link_share(element: Element) -> float:
    """How much of the visible text stands in links, 0 to 1."""
    total = len(plain(element))
    return sum(len(plain(link)) for link in element.all("a")) / total if total else 0.0


def markdown(element: Element) -> str:
    """The visible content as Markdown; pictures are their descriptions, forms and films nothing."""
    text = "\n\n".join(_blocks(element))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _blocks(element: Element) -> list[str]:
    """The blocks inside an element; text beside blocks is a paragraph of its own."""
    blocks: list[str] = []
    line: list[Element | str] = []

    def paragraph() -> None:
        text = _inline(line)
        line.clear()
        if text:
            blocks.append(_guarded(text))

    for child in element.children:
        if isinstance(child, str):
            line.append(child)
        elif child.name in _UNSEEN:
            continue
        elif child.name in _BLOCKS or _holds_blocks(child):
            paragraph()
            blocks.extend(_WRITERS.get(child.name, _blocks)(child))
        else:
            line.append(child)
    paragraph()
    return blocks


def _holds_blocks(element: Element) -> bool:
    return any(each.name in _BLOCKS for each in element.all() if each is not element)


def _heading(element: Element) -> list[str]:
    text = _inline(element.children)
    # The page's own first level is the article's title.
    level = max(2, int(element.name[1]))
    return [f"{'#' * level} {text}"] if text else []


def _list(element: Element) -> list[str]:
    lines = []
    start = element.get("start")
    number = int(start) if start.isdigit() else 1
    for child in element.children:
        if not isinstance(child, Element) or child.name in _UNSEEN:
            continue
        mark = f"{number}." if element.name == "ol" else "-"
        content = _blocks(child if child.name == "li" else Element("li", {}, [child]))
        if content:
            indent = " " * (len(mark) + 1)
            # A list in a list follows its line; other blocks need an empty line to be their own.
            text = content[0]
            for block in content[1:]:
                text += ("\n" if re.match(r"-|\d+\.", block) else "\n\n") + block
            lines.append(f"{mark} " + text.replace("\n", f"\n{indent}"))
            number += 1
    return ["\n".join(lines)] if lines else []


def _quote(element: Element) -> list[str]:
    text = "\n\n".join(_blocks(element))
    return ["\n".join(f"> {line}".rstrip() for line in text.split("\n"))] if text else []


def _code(element: Element) -> list[str]:
    text = "".join(_raw(element)).strip("\n")
    return [f"```\n{text}\n```"] if text.strip() else []


def _raw(element: Element) -> Iterator[str]:
    for child in element.children:
        if isinstance(child, str):
            yield child
        else:
            yield from ["\n"] if child.name == "br" else _raw(child)


def _table(element: Element) -> list[str]:
    rows = [
        [
            " ".join(_blocks(cell)).replace("\n", " ").replace("|", "\\|")
            for cell in row.children
            if isinstance(cell, Element) and cell.name in ("td", "th")
        ]
        for row in element.all("tr")
    ]
    rows = [row for row in rows if any(row)]
    width = max((len(row) for row in rows), default=0)
    if width < 2:
        # One column is a frame for its looks.
        return [text for row in rows for text in row if text]
    rows = [row + [""] * (width - len(row)) for row in rows]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return ["\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])]


def _term(element: Element) -> list[str]:
    text = _inline(element.children)
    return [f"**{text}**"] if text else []


def _nothing(element: Element) -> list[str]:
    return []


_WRITERS: dict[str, Callable[[Element], list[str]]] = {
    **{f"h{level}": _heading for level in range(1, 7)},
    "ul": _list,
    "ol": _list,
    "blockquote": _quote,
    "pre": _code,
    "table": _table,
    "dt": _term,
    "summary": _term,
    "hr": _nothing,
}


def _inline(children: list[Element | str]) -> str:
    text = "".join(_inline_of(child) for child in children)
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _inline_of(child: Element | str) -> str:
    if isinstance(child, str):
        # A line end in HTML is a space; what Markdown would take for emphasis is escaped.
        return re.sub(r"([*`])", r"\\\1", re.sub(r"\s+", " ", child))
    if child.name in _UNSEEN:
        return ""
    if child.name == "br":
        return "\n"
    if child.name == "img":
        return child.get("alt").strip()
    if child.name in ("code", "kbd", "samp", "tt"):
        code = " ".join(plain(child).split())
        return f"`{code}`" if code and "`" not in code else code
    inner = "".join(_inline_of(each) for each in child.children)
    if child.name in ("b", "strong"):
        return _marked(inner, "**")
    if child.name in ("i", "em"):
        return _marked(inner, "*")
    address = child.get("href") if child.name == "a" else ""
    # A page of the export has another address here.
    if re.match(r"(?:https?:|mailto:)", address) and inner.strip():
        return f"[{inner.strip()}]({address.replace(' ', '%20').replace(')', '%29')})"
    return inner


def _marked(inner: str, mark: str) -> str:
    text = inner.strip()
    if not text or "\n" in text or mark in text:
        return inner
    # Space belongs outside the marks, or they are no marks.
    before = inner[: len(inner) - len(inner.lstrip())]
    return f"{before}{mark}{text}{mark}{inner[len(inner.rstrip()) :]}"


def _guarded(text: str) -> str:
    """A paragraph whose beginning Markdown would take for something else."""
    text = re.sub(r"^(#{1,6}\s|[-+>]\s)", r"\\\1", text, flags=re.MULTILINE)
    return re.sub(r"^(\d+)([.)]\s)", r"\1\\\2", text, flags=re.MULTILINE)
