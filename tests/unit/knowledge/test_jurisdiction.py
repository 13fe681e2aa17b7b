"""Who reads an article that holds for some countries is told which."""

from __future__ import annotations

import pytest

from knowledge.facts import FactGroup
from knowledge.jurisdiction import holds_in
from knowledge.responses import Responses
from knowledge.testing import make_article

RESPONSES = Responses.load()
FACTS = FactGroup(
    {
        "terms": {
            "Germany": {
                "es": "Alemania",
                "pt": "Alemanha",
                "ru": "Германия",
                "tr": "Almanya",
                "vi": "Đức",
            }
        }
    }
)


def said(language: str, *places: str, facts: FactGroup = FACTS) -> str | None:
    return holds_in(make_article("a", jurisdiction=places), facts, RESPONSES, language)


def test_an_article_that_holds_everywhere_says_nothing() -> None:
    assert said("en") is None


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "This holds for customers in Germany and Norway."),
        ("es", "Esto es válido para clientes en Alemania y Norway."),
        ("pt", "Isso vale para clientes destes países ou regiões: Alemanha e Norway."),
        (
            "ru",
            "Это относится к клиентам из следующих стран или регионов: Германия и Norway.",
        ),
        (
            "tr",
            "Bu bilgi şu ülke veya bölgelerdeki müşteriler için geçerlidir: Almanya ve Norway.",
        ),
        ("vi", "Nội dung này áp dụng cho khách hàng tại Đức và Norway."),
    ],
)
def test_each_language_names_the_places_in_its_own_words_where_it_has_them(
    language: str, sentence: str
) -> None:
    assert said(language, "Germany", "Norway") == sentence


def test_who_writes_another_language_reads_it_in_english() -> None:
    assert said("fr", "Germany") == "This holds for customers in Germany."


def test_facts_without_terms_leave_the_words_as_they_are() -> None:
    assert said("vi", "Việt Nam", facts=FactGroup({})) == (
        "Nội dung này áp dụng cho khách hàng tại Việt Nam."
    )
