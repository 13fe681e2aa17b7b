"""Numbers are written and counted as the readers of a language do."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.figures import STYLES, amount, counted, day, listed, percent, term


@given(
    st.decimals(min_value=0, max_value=10**12, places=8, allow_nan=False),
    st.sampled_from(sorted(STYLES)),
)
def test_an_amount_reads_back_as_the_same_number(value: Decimal, language: str) -> None:
    text = amount(value, language)
    style = STYLES[language]
    assert Decimal(text.replace(style.group, "").replace(style.decimal, ".")) == value
    assert "e" not in text.lower()


def test_amounts_read_naturally() -> None:
    assert [amount(value) for value in (0.0002, 1250, 1e-8, 2.50, 0, "1000000")] == [
        "0.0002",
        "1,250",
        "0.00000001",
        "2.5",
        "0",
        "1,000,000",
    ]
    assert percent(0.1) == "10 %"


@pytest.mark.parametrize(
    ("language", "large", "share"),
    [
        ("en", "50,000.25", "4.6 %"),
        ("es", "50 000.25", "4.6 %"),
        ("ru", "50 000,25", "4,6 %"),
        ("tr", "50.000,25", "%4,6"),
        ("pt", "50.000,25", "4,6%"),
        ("xx", "50,000.25", "4.6 %"),
    ],
)
def test_each_language_has_its_separators(language: str, large: str, share: str) -> None:
    assert amount(50000.25, language).replace("\N{NO-BREAK SPACE}", " ") == large
    assert percent(0.046, language).replace("\N{NO-BREAK SPACE}", " ") == share


@pytest.mark.parametrize(
    ("number", "noun", "genitive"),
    [
        (1, "час", "часа"),
        (2, "часа", "часов"),
        (5, "часов", "часов"),
        (11, "часов", "часов"),
        (14, "часов", "часов"),
        (21, "час", "часа"),
        (24, "часа", "часов"),
        (111, "часов", "часов"),
        (0, "часов", "часов"),
        (1.5, "часа", "часа"),
    ],
)
def test_russian_nouns_follow_their_number(number: float, noun: str, genitive: str) -> None:
    alone = counted(number, "час", "часа", "часов", language="ru")
    after_preposition = counted(number, "часа", "часов", language="ru")
    assert alone.split("\N{NO-BREAK SPACE}")[1] == noun
    assert after_preposition.split("\N{NO-BREAK SPACE}")[1] == genitive


def test_other_languages_have_two_forms() -> None:
    assert counted(1, "hour", "hours") == "1 hour"
    assert counted(24, "hour", "hours") == "24 hours"


@pytest.mark.parametrize(
    ("language", "words", "said"),
    [
        ("en", ("Germany",), "Germany"),
        ("en", ("Germany", "Austria"), "Germany and Austria"),
        ("en", ("Germany", "Austria", "Malta"), "Germany, Austria and Malta"),
        ("es", ("Austria", "Portugal"), "Austria y Portugal"),
        ("es", ("Austria", "Italia"), "Austria e Italia"),
        ("es", ("Perú", "Hierro"), "Perú y Hierro"),
        ("ru", ("Австрия", "Германия"), "Австрия и Германия"),
        ("xx", ("A", "B"), "A, B"),
        ("en", (), ""),
    ],
)
def test_a_list_is_joined_as_one_says_it(language: str, words: tuple[str, ...], said: str) -> None:
    assert listed(words, language) == said


def test_a_term_is_said_as_the_language_says_it() -> None:
    terms = {"at maturity": {"tr": "vade sonunda"}}
    assert term("at maturity", "tr", terms) == "vade sonunda"
    assert term("at maturity", "en", terms) == "at maturity"
    with pytest.raises(LookupError, match=r"terms.yml has no wording in ru for 'at maturity'"):
        term("at maturity", "ru", terms)


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "5 September 2027"),
        ("es", "5 de septiembre de 2027"),
        ("pt", "5 de setembro de 2027"),
        ("ru", "5 сентября 2027 года"),
        ("tr", "5 Eylül 2027"),
        ("vi", "5/9/2027"),
        ("xx", "2027-09-05"),
    ],
)
def test_a_day_is_written_as_the_language_writes_it(language: str, says: str) -> None:
    assert day("2027-09-05", language) == says
    # Every month has its word.
    assert len({day(f"2027-{month:02}-05", language) for month in range(1, 13)}) == 12


def test_what_is_no_day_is_refused() -> None:
    with pytest.raises(ValueError, match="soon"):
        day("soon")
