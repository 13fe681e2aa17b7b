"""Articles' Markdown as pages show it, and as summaries say it."""

from __future__ import annotations

import pytest

from server.help.markdown import Markdown

MARKDOWN = Markdown()


def test_headings_have_anchors_of_their_own() -> None:
    section = MARKDOWN.section(
        "## Các bước\nx\n## Steps & *more*\n### Steps\n## Steps\n## !!\n## Title\n"
    )
    assert [(each.anchor, each.text) for each in section.headings] == [
        ("các-bước", "Các bước"),
        ("steps-more", "Steps & more"),
        ("steps-11", "Steps"),
        ("section", "!!"),
        ("title-13", "Title"),
    ]
    assert '<h3 id="steps">' in section.html


def test_raw_html_stays_text() -> None:
    html = MARKDOWN.section(
        "<b>x</b> [y](javascript:alert(1)) ![z](https://a.example/z.png)\n"
    ).html
    assert "<b>" not in html
    assert "javascript:" not in html.replace("](javascript:alert(1))", "")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It **costs** `1 USDT`.\n\nAlways.", "It costs 1 USDT. Always."),
        ("Fees:\n- USDT: 1\n- BTC: 2\n\nNo more.", "Fees: USDT: 1; BTC: 2; No more."),
        ("One\ntwo [three](https://a.example)", "One two three"),
        ("", ""),
    ],
)
def test_plain_words(text: str, words: str) -> None:
    assert MARKDOWN.plain(text) == words


def test_a_summary_ends_at_a_sentence_or_a_word() -> None:
    assert MARKDOWN.summary("Short.", 20) == "Short."
    assert MARKDOWN.summary("Twelve chars. And then some more words.", 20) == "Twelve chars."
    assert MARKDOWN.summary("Words that go on, and on, and on", 20) == "Words that go on…"
    assert MARKDOWN.summary("x" * 50, 20) == "x" * 10 + "…"
