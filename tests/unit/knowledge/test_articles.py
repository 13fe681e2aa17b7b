"""Articles are read strictly: what is wrong is told with file and line, all at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from knowledge.articles import Article, load_articles, read_article
from knowledge.errors import ArticlesInvalidError

Write = Callable[..., Path]


def test_an_article_is_read_with_everything_its_front_matter_says(write_article: Write) -> None:
    article = read_article(
        write_article(
            extra=(
                "follow_ups: [other]\nuses: [asset]\nchoices:\n  question: Which?\n  options:\n"
                "    - {label: One, article: one}\n    - {label: Two, article: two}"
            )
        )
    )
    assert article.id == "withdrawal-fees"
    assert article.language == "en"
    assert article.intents == ("withdraw_fee",)
    assert article.review_by == date(2027, 5, 10)
    assert article.follow_ups == ("other",)
    assert article.uses == ("asset",)
    assert article.choices is not None
    assert [option.article for option in article.choices.options] == ["one", "two"]
    assert article.body.strip() == "It costs {{ facts.fee }}."


def test_whom_and_where_an_article_is_for_is_read_and_kept(write_article: Write) -> None:
    plain = read_article(write_article())
    assert (plain.jurisdiction, plain.audience, plain.state) == ((), "customers", "published")
    article = read_article(
        write_article(
            extra="jurisdiction: [European Economic Area]\naudience: business\nstate: draft"
        )
    )
    assert article.jurisdiction == ("European Economic Area",)
    assert (article.audience, article.state) == ("business", "draft")
    assert Article.from_plain(article.plain()) == article
    assert article.hindrance(date(2026, 12, 1)) == "draft"
    assert article.withheld(date(2026, 12, 1)) == "it is a draft"


def test_an_article_is_withheld_after_its_review_date(write_article: Write) -> None:
    article = read_article(write_article())
    assert article.withheld(article.review_by) is None
    assert "to be reviewed" in (article.withheld(date(2027, 5, 11)) or "")


@pytest.mark.parametrize("line", ["audience: nobody", "state: gone", "jurisdiction: EU"])
def test_who_where_and_whether_are_read_strictly(write_article: Write, line: str) -> None:
    with pytest.raises(ArticlesInvalidError, match=line.partition(":")[0]):
        read_article(write_article(extra=line))


def test_an_article_survives_being_stored_beside_an_index(write_article: Write) -> None:
    article = read_article(write_article())
    again = Article.from_plain(article.plain())
    assert again == article
    assert again.digest() == article.digest()


def test_the_digest_changes_with_the_text(write_article: Write) -> None:
    first = read_article(write_article())
    second = read_article(write_article(body="It costs more."))
    assert first.digest() != second.digest()


@pytest.mark.parametrize(
    ("replace", "line", "says"),
    [
        (("title: Withdrawal fees\n", ""), 1, "`title` is missing"),
        (("owner: payments", "owner: nobody"), 8, "`owner` must be one of"),
        (("topic: withdraw", "tpoic: withdraw"), 4, "`tpoic` is not known"),
        (("updated: 2026-11-10", "updated: yesterday"), 9, "`updated` must be a date"),
        (("review_by: 2027-05-10", "review_by: 2026-01-01"), 10, "must be after"),
        (("intents: [withdraw_fee]", "intents: withdraw_fee"), 5, "must be a list"),
        (("id: withdrawal-fees", "id: other-id"), 2, "the file is named withdrawal-fees"),
        (("id: withdrawal-fees", "id: Fees!"), 2, "lower-case words"),
        (("title: Withdrawal fees", "title: [a"), 4, "not valid YAML"),
        (("It costs {{ facts.fee }}.", "# Fees"), 12, "begin with the short answer"),
        (("It costs {{ facts.fee }}.", ""), 12, "has no text"),
        (("---\nid", "id"), 1, "must begin with front matter"),
    ],
)
def test_a_mistake_is_told_with_its_line(
    write_article: Write, replace: tuple[str, str], line: int, says: str
) -> None:
    path = write_article(replace=replace)
    with pytest.raises(ArticlesInvalidError) as caught:
        read_article(path)
    assert any(
        f"{path}:{line}: " in problem and says in problem for problem in caught.value.problems
    )


@pytest.mark.parametrize(
    "extra",
    [
        "choices: {question: Which?}",
        "choices: {question: Which?, options: [{label: One, article: one}]}",
        "choices: {question: W?, options: [{label: A, article: a, x: y}, {label: B, article: b}]}",
        "uses: [colour]",
        "requires: [colour]",
    ],
)
def test_bad_choices_and_entities_are_refused(write_article: Write, extra: str) -> None:
    with pytest.raises(ArticlesInvalidError):
        read_article(write_article(extra=extra))


def test_all_mistakes_of_a_folder_are_told_at_once(write_article: Write, tmp_path: Path) -> None:
    write_article("one", replace=("owner: payments", "owner: x"))
    write_article("two", replace=("owner: payments", "owner: y"))
    with pytest.raises(ArticlesInvalidError) as caught:
        load_articles(tmp_path / "articles")
    assert len(caught.value.problems) == 2


def test_an_id_is_used_once_for_each_language(write_article: Write, tmp_path: Path) -> None:
    first = write_article()
    other = tmp_path / "articles" / "elsewhere" / first.name
    other.parent.mkdir()
    other.write_bytes(first.read_bytes())
    with pytest.raises(ArticlesInvalidError, match="already used"):
        load_articles(tmp_path / "articles")


def test_a_file_is_named_for_its_id_and_language(write_article: Write) -> None:
    path = write_article()
    wrong = path.rename(path.with_name("withdrawal-fees.md"))
    with pytest.raises(ArticlesInvalidError, match="name the file"):
        read_article(wrong)


def test_a_file_that_is_not_text_is_named(write_article: Write) -> None:
    path = write_article()
    path.write_bytes(b"\xff\xfe---")
    with pytest.raises(ArticlesInvalidError, match="UTF-8"):
        read_article(path)
