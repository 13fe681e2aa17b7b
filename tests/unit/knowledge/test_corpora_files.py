"""Folders of Markdown and of HTML pages, as help centres write and export them."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.corpora import html_pages, markdown_files, read_corpus
from knowledge.corpora.html_pages import is_html, to_markdown
from knowledge.corpora.places import Place
from knowledge.errors import ArticlesInvalidError

PAGE = """<!doctype html>
<html lang="{language}"><head><title>{title} – Acme Help</title>
<meta charset="utf-8"><style>p {{ color: red }}</style></head>
<body><header><a href="/">Acme</a></header><nav class="breadcrumbs"><ol>
<li><a href="/">Acme Help</a></li><li><a href="/s">Payments</a></li><li>{title}</li></ol></nav>
<main><article><header><h1>{title}</h1></header>
<div class="article__body markdown">{body}</div>
<footer><div class="article-votes">Was this helpful? <button>Yes</button></div></footer></article>
<aside class="related-articles"><a href="b.html">Other things</a></aside></main>
<footer>© Acme</footer><script>track()</script></body></html>
"""


def put(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("path", "name", "language", "topic", "title"),
    [
        ("wallet/send-coins.md", "wallet-send-coins", None, "wallet", "Send coins"),
        ("wallet/send-coins.pt-BR.md", "wallet-send-coins", "pt", "wallet", "Send coins"),
        ("pt-BR/wallet/send-coins.md", "wallet-send-coins", "pt", "wallet", "Send coins"),
        ("fees/index.md", "fees", None, "", "Fees"),
        ("v1.2.md", "v1.2", None, "", "V1.2"),
        ("360012-How-to.html", "360012-How-to", None, "", "360012 How to"),
    ],
)
def test_a_path_says_what_it_can(
    path: str, name: str, language: str | None, topic: str, title: str
) -> None:
    assert Place.of(Path(path)) == Place(name, language, topic, title)


def test_front_matter_is_optional(tmp_path: Path) -> None:
    put(
        tmp_path / "a.md",
        "---\ntitle: Pay later\n"
        "id: pay\ncategory: Money\nlang: es\nquestions: [cuotas]\n---\nYes\n",
    )
    put(tmp_path / "wallet" / "send-coins.md", "# Sending *coins*\n\nPress send.\n")
    put(tmp_path / "wallet" / "plain-text.md", "Just a text.\n")
    put(tmp_path / "README.md", "# About this folder\n\nFor writers.\n")
    plain, titled, named = (
        {entry.id: entry for entry in markdown_files.read(tmp_path)}[name]
        for name in ("wallet-plain-text", "wallet-send-coins", "pay")
    )
    assert (named.title, named.topic, named.language) == ("Pay later", "Money", "es")
    assert named.questions == ("cuotas",)
    assert (titled.title, titled.text.strip(), titled.topic) == (
        "Sending coins",
        "Press send.",
        "wallet",
    )
    assert plain.title == "Plain text"


def test_tags_and_comments_of_markdown_files_go_but_not_in_code(tmp_path: Path) -> None:
    put(
        tmp_path / "a.md",
        "# A\n\n<!-- note -->One<br>two <b>three</b>\n\n```\n<b>code</b>\n```\n`<div>`\n",
    )
    (entry,) = markdown_files.read(tmp_path)
    assert entry.text.split() == ["One", "two", "three", "```", "<b>code</b>", "```", "`<div>`"]


def test_bad_markdown_files_are_all_named(tmp_path: Path) -> None:
    put(tmp_path / "a.md", "---\ntitle: [\n---\nText.\n")
    put(tmp_path / "b.md", "# Only a title\n")
    put(tmp_path / "c.md", "# Fine\n\nText.\n")
    with pytest.raises(ArticlesInvalidError) as error:
        read_corpus(tmp_path)
    assert [problem.split(":")[0][-4:] for problem in error.value.problems] == ["a.md", "b.md"]


def test_of_a_page_the_article_is_taken_and_nothing_around_it(tmp_path: Path) -> None:
    body = "<p>Pay with <strong>a card</strong>.</p><h2>Steps</h2><ol><li>Open<li>Pay</ol>"
    put(tmp_path / "1-paying.html", PAGE.format(language="en-US", title="Paying", body=body))
    (entry,) = html_pages.read(tmp_path)
    assert (entry.id, entry.title, entry.language) == ("1-paying", "Paying", "en")
    assert entry.topic == "Payments"
    assert entry.text == "Pay with **a card**.\n\n## Steps\n\n1. Open\n2. Pay"


def test_pages_of_links_and_pages_that_lead_elsewhere_are_no_articles(tmp_path: Path) -> None:
    links = "".join(f'<li><a href="{n}.html">Article number {n}</a></li>' for n in range(9))
    put(
        tmp_path / "index.html",
        PAGE.format(language="en", title="Payments", body=f"<ul>{links}</ul>"),
    )
    put(tmp_path / "old.html", '<meta http-equiv="refresh" content="0; url=a.html">')
    put(tmp_path / "a.html", PAGE.format(language="en", title="Paying", body="<p>Pay here.</p>"))
    assert [entry.id for entry in html_pages.read(tmp_path)] == ["a"]


def test_the_help_centres_name_is_cut_from_the_titles_of_windows(tmp_path: Path) -> None:
    for name in ("a", "b"):
        put(
            tmp_path / f"{name}.html",
            f"<title>How to {name} - Acme Help</title><p>Do it {name}.</p>",
        )
    assert [entry.title for entry in html_pages.read(tmp_path)] == ["How to a", "How to b"]


def test_a_page_without_text_is_named(tmp_path: Path) -> None:
    put(tmp_path / "a.html", "<title>A</title><body><div id='app'></div><script>x</script></body>")
    with pytest.raises(ArticlesInvalidError, match=r"a\.html: no text"):
        read_corpus(tmp_path)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>One<p>Two", "One\n\nTwo"),
        ("<ul><li>A<ul><li>B</ul><li>C</ul>", "- A\n  - B\n- C"),
        ("<p>2 * 3 * 4</p>", r"2 \* 3 \* 4"),
        ("<p># no heading</p>", r"\# no heading"),
        ("<p>1. no list</p>", r"1\. no list"),
        ("<pre>a  b\n c</pre>", "```\na  b\n c\n```"),
        (
            "<p>See <a href='https://x.example/a b'>this</a>, <a href='b.html'>that</a></p>",
            "See [this](https://x.example/a%20b), that",
        ),
        (
            "<table><tr><th>Coin<th>Fee<tr><td>BTC<td>1|2</table>",
            "| Coin | Fee |\n| --- | --- |\n| BTC | 1\\|2 |",
        ),
        ("<dl><dt>Maker<dd>Adds</dl>", "**Maker**\n\nAdds"),
        ("<p>a &lt;b&gt; &amp;nbsp; c</p>", "a <b> &nbsp; c"),
        ("<p>one<br>two</p><img alt='A picture'>", "one\ntwo\n\nA picture"),
        ("<div>text <div>block</div> tail</div>", "text\n\nblock\n\ntail"),
        ("<p><b> bold </b>x</p>", "**bold** x"),
        ("<script>no</script><p>yes</p></b></div>", "yes"),
    ],
)
def test_html_becomes_markdown(html: str, expected: str) -> None:
    assert to_markdown(html) == expected


def test_a_text_that_mentions_tags_is_not_html() -> None:
    assert is_html("<div><p>All of it.</p></div>\n")
    assert not is_html("Use <del> around it, then </del> and say more")
    assert not is_html("<https://x.example> is the address of <b>this</b>")
