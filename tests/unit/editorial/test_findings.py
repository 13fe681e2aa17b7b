"""A finding names the article and the line that an editor has to look at."""

from __future__ import annotations

import pytest

from editorial.findings import locate, read_finding

TEXT = """---
id: fees
title: Fees
follow_ups: [limits, gone]
---
The fee is {{ facts.withdrawal.fees.USDT.fee | amount }}.

It takes 5 hours.
{% endfor %}
"""


def test_a_problem_with_a_line_is_taken_apart() -> None:
    found = read_finding("/srv/knowledge/articles/x/fees.en.md:7: `owner` is missing")
    assert (found.article, found.language, found.line) == ("fees", "en", 7)
    assert found.message == "`owner` is missing"
    assert found.severity == "error"


def test_a_problem_of_a_revision_is_one_of_its_article() -> None:
    found = read_finding("fees.es.md (revision 12):3: `title` is missing")
    assert (found.article, found.language, found.line) == ("fees", "es", 3)


@pytest.mark.parametrize(
    ("problem", "line"),
    [
        ("fees.en.md: the follow-up gone does not exist", 4),
        ("fees.en.md: the number '5 hours' belongs into facts.yml", 8),
        ("fees.en.md: facts.withdrawal.fees.XYZ is not in facts.yml", 6),
        ("fees.en.md: facts.other is not in facts.yml", None),
        ("fees.en.md: facts.withdrawal.fees.USDT.fee is not in facts.yml", 6),
        ("fees.en.md: Encountered unknown tag 'endfor'.", 9),
        ("fees.en.md: unexpected end; line 2", 7),
        ("fees.en.md: something else", None),
    ],
)
def test_the_line_is_looked_for_where_the_check_names_none(problem: str, line: int | None) -> None:
    found = read_finding(problem, lambda article, language: TEXT)
    assert found.line == line


def test_a_problem_outside_the_articles_hides_where_files_lie() -> None:
    problem = "/srv/app/knowledge/regressions.jsonl:3: 'x' no longer finds the article fees"
    found = read_finding(problem)
    assert found.article == "fees"
    assert found.message.startswith("regressions.jsonl:3: ")
    assert read_finding("There is no article to publish.").article is None


def test_words_in_quotes_come_before_the_rest() -> None:
    assert locate("the phrasing 'b' is also one of a", "a\nb\n") == 2


def test_for_which_coin_it_fails_is_told_in_words() -> None:
    found = read_finding(
        "a/fees.en.md: The article fees.en (asset UNKNOWN) cannot be filled: facts.x is not there"
    )
    assert found.message == "It cannot be filled for asset that is not listed: facts.x is not there"
