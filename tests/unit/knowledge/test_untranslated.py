"""A word of the facts that an article shows without the filter is found, and no other."""

from __future__ import annotations

import pytest

from knowledge.facts import FactGroup
from knowledge.rendering import Renderer
from knowledge.testing import make_article
from knowledge.untranslated import left_in_english, marked, unused

TERMS = {
    "Basic": {"ru": "Базовый", "tr": "Temel"},
    "Premium": {"ru": "Premium", "tr": "Premium"},
}
FACTS = FactGroup({"levels": ["Basic", "Premium"], "first": "Basic", "terms": TERMS})


def found(body: str, language: str = "ru") -> list[str]:
    article = make_article("a", language=language, body=body)
    rendered = Renderer(marked(FACTS, language)).render(article)
    return left_in_english(rendered.short + rendered.details)


@pytest.mark.parametrize(
    "body",
    [
        "{{ facts.first }}",
        "{{ facts.levels | join(', ') }}",
        "{{ {'Basic': 'Обычный'}.get(facts.first, facts.first) }}",
        "x\n\n## Limits\n{% for level in facts.levels %}{{ level }}{% endfor %}",
    ],
)
def test_a_term_in_english_is_found_wherever_it_comes_from(body: str) -> None:
    assert found(body) == ["Basic"]


@pytest.mark.parametrize(
    "body",
    [
        "{{ facts.first | term }}",
        "{{ facts.levels | map('term') | join(', ') }}",
        "{{ facts.levels[1] }}",
        "Basic",
    ],
)
def test_what_is_translated_or_the_same_everywhere_is_not(body: str) -> None:
    assert found(body) == []


def test_english_says_the_terms_as_they_stand() -> None:
    assert found("{{ facts.first }}", "en") == []


def test_a_filled_article_says_the_term_in_its_language() -> None:
    body = "{{ facts.levels | map('term') | join(', ') }}"
    said = {
        language: Renderer(FACTS).render(make_article("a", language=language, body=body)).short
        for language in ("en", "ru", "tr")
    }
    assert said == {"en": "Basic, Premium", "ru": "Базовый, Premium", "tr": "Temel, Premium"}


def test_a_term_that_no_fact_has_is_reported() -> None:
    assert list(unused(FACTS)) == []
    facts = FactGroup({"first": "Basic", "terms": TERMS})
    assert ["'Premium'" in problem for problem in unused(facts)] == [True]
    assert list(unused(facts, ["Premium"])) == []
