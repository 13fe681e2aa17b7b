"""Foreign corpora are read whole or refused with every bad place named."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from knowledge.articles import Article
from knowledge.corpora import read_corpus
from knowledge.corpora.building import alike, without
from knowledge.corpora.entries import SHORT_CHARACTERS, literal, shaped
from knowledge.errors import ArticlesInvalidError
from knowledge.facts import FactGroup
from knowledge.intents import Handling, Intents
from knowledge.rendering import Renderer, split
from knowledge.testing import make_article

ROW = {"id": "a", "title": "Reset a password", "text": "Open the page.\n\nPress the button."}


def write(path: Path, *rows: object) -> Path:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def rendered(article: Article) -> str:
    found = Renderer(FactGroup({})).render(article)
    return f"{found.short}\n\n{found.details}".strip()


def test_a_line_becomes_an_article(tmp_path: Path) -> None:
    more = {
        "questions": ["forgot it", " "],
        "lang": "pt_BR",
        "topic": "Sign-in",
        "updated": "2025-03-04T10:00:00Z",
    }
    (article,) = read_corpus(write(tmp_path / "a.jsonl", {**ROW, **more}))
    assert (article.id, article.title, article.language) == ("a", "Reset a password", "pt")
    assert (article.topic, article.intents, article.questions) == ("Sign-in", (), ("forgot it",))
    assert article.updated == date(2025, 3, 4)
    assert rendered(article) == "Open the page.\n\nPress the button."


def test_an_id_may_be_a_number_or_hold_anything(tmp_path: Path) -> None:
    rows = [{**ROW, "id": 12}, {**ROW, "id": "hc/en-us/360001"}]
    articles = read_corpus(write(tmp_path / "a.jsonl", *rows))
    assert [article.id for article in articles] == ["12", "hc/en-us/360001"]


def test_every_bad_line_is_named_by_its_number(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    good = json.dumps(ROW)
    bad = [
        "no json",
        json.dumps({**ROW, "id": ""}),
        json.dumps({**ROW, "title": None}),
        json.dumps({**ROW, "text": "  "}),
        json.dumps({**ROW, "questions": "one"}),
        json.dumps({**ROW, "lang": "?"}),
        json.dumps({**ROW, "updated": "yesterday"}),
        "[]",
    ]
    path.write_text("\n".join([good, "", *bad]), encoding="utf-8")
    with pytest.raises(ArticlesInvalidError) as error:
        read_corpus(path)
    numbers = [problem.split("line ")[1].split(":")[0] for problem in error.value.problems]
    assert numbers == [str(number) for number in range(3, 11)]


def test_one_id_twice_names_both_lines_but_each_language_may_have_it(tmp_path: Path) -> None:
    spanish = {**ROW, "lang": "es"}
    assert len(read_corpus(write(tmp_path / "b.jsonl", {**ROW, "lang": "en"}, spanish))) == 2
    path = write(tmp_path / "a.jsonl", spanish, {**ROW, "id": "b", "lang": "es"}, spanish)
    with pytest.raises(ArticlesInvalidError, match=r"line 3: the id 'a' .* line 1"):
        read_corpus(path)


def test_a_byte_order_mark_windows_lines_and_odd_line_ends_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    row = json.dumps({**ROW, "text": "one\u2028two\x0cthree"}, ensure_ascii=False)
    path.write_bytes(b"\xef\xbb\xbf" + row.encode() + b"\r\n\r\n")
    (article,) = read_corpus(path)
    assert all(word in article.body for word in ("one", "two", "three"))


def test_silent_articles_are_in_the_language_of_most(tmp_path: Path) -> None:
    texts = ["Как вернуть доступ к кошельку", "Почему перевод не приходит", "API FAQ"]
    rows = [{"id": n, "title": text, "text": text} for n, text in enumerate(texts)]
    articles = read_corpus(write(tmp_path / "a.jsonl", *rows))
    assert {article.language for article in articles} == {"ru"}
    assert read_corpus(tmp_path / "a.jsonl", language="tr")[0].language == "tr"


@pytest.mark.parametrize(
    "text",
    [
        "Write {{ name }} and {% if x %} and {# note #}.",
        "{{{ three }}} {%",
        "a {{ '{{' }} b",
        "  {% raw %}\n{% endraw %}",
        "{{ facts.withdrawal.fees }}",
    ],
)
def test_braces_of_a_foreign_text_are_its_own(text: str) -> None:
    article = make_article("a", body=literal(text) + "\n")
    assert rendered(article) == text.strip()


def test_the_short_answer_is_the_beginning_and_nothing_is_lost() -> None:
    paragraphs = [f"Paragraph {n} " + "words " * 30 for n in range(6)]
    found = split(shaped("\n\n".join(paragraphs), "Title"))
    assert 0 < len(found.short) <= SHORT_CHARACTERS
    assert f"{found.short}\n\n{found.details}".split() == " ".join(paragraphs).split()


def test_one_endless_paragraph_is_divided_at_a_sentence() -> None:
    text = " ".join(f"Sentence {n} goes on for a while." for n in range(60))
    found = split(shaped(text, "Title"))
    assert found.short.endswith(".")
    assert len(found.short) <= SHORT_CHARACTERS
    assert f"{found.short} {found.details}" == text


def test_a_heading_that_repeats_the_title_goes_and_others_stay() -> None:
    found = split(shaped("# How to pay\n\nPay here.\n\n## Later\n\nOr later.", "How to pay"))
    assert found.short == "Pay here."
    assert found.details == "## Later\n\nOr later."
    begun = split(shaped("## First step\n\nOpen it.\n\n## Second\n\nClose it.", "How to"))
    assert begun.short == "**First step**\n\nOpen it."
    assert begun.details == "## Second\n\nClose it."


def test_dashes_in_plain_text_divide_and_make_no_heading() -> None:
    found = split(shaped("First answer, quite long.\n---\nSecond answer.", "Title"))
    assert "##" not in found.short + found.details
    assert found.short == "First answer, quite long.\n\n---\n\nSecond answer."


def test_code_stays_whole() -> None:
    code = "```\n# not a heading\n\nrun --all\n```"
    found = split(shaped(f"Run this:\n\n{code}", "Title"))
    assert code in f"{found.short}\n{found.details}"


def test_what_is_no_corpus_says_what_to_give(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_text("x")
    for path in (tmp_path / "a.pdf", tmp_path / "absent.jsonl", tmp_path):
        with pytest.raises(ArticlesInvalidError):
            read_corpus(path)


def test_nothing_is_declined_for_a_foreign_corpus() -> None:
    row = {"topic": "oos_general", "handling": "decline", "label": "Other"}
    person = {"topic": "human_agent", "handling": "handoff", "label": "A person"}
    fee = {"topic": "fees", "handling": "answer", "label": "Fees", "articles": ["fees"]}
    table = without(Intents.from_plain({"oos": row, "human_agent": person, "fee": fee}))
    assert table.with_handling(Handling.DECLINE) == ()
    assert table["human_agent"].handling is Handling.HANDOFF
    assert table["fee"].articles == ()


def test_equal_titles_are_a_warning() -> None:
    articles = [
        make_article("a", title="Fees", source="x, line 1"),
        make_article("b", title="fees!", source="x, line 2"),
        make_article("c", title="Fees", language="es", source="x, line 3"),
    ]
    assert alike(articles) == ["x, line 2: 'fees!' is also a title or question of 'a'"]
