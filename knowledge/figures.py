"""Facts as people of a language read them: 1,250 is one and a quarter to many, and *at maturity*
is English to most.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

Number = int | float | str | Decimal

# Between number and sign, where a line must not break.
_NO_BREAK = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Style:
    """How a language writes numbers; `percentage` holds the number at `{}`."""

    group: str = ","
    decimal: str = "."
    percentage: str = "{} %"


_ENGLISH = Style()
# Spanish differs by country: 20,000 is twenty thousand in Mexico and twenty in Spain. A space
# between groups is what its academies recommend and nobody misreads; all understand the point.
STYLES: Mapping[str, Style] = {
    "en": _ENGLISH,
    "es": Style(group=_NO_BREAK, percentage=f"{{}}{_NO_BREAK}%"),
    "pt": Style(group=".", decimal=",", percentage="{}%"),
    "ru": Style(group=_NO_BREAK, decimal=",", percentage=f"{{}}{_NO_BREAK}%"),
    "tr": Style(group=".", decimal=",", percentage="%{}"),
    "vi": Style(group=".", decimal=",", percentage="{}%"),
}


# The word before the last of a list.
_AND: Mapping[str, str] = {"en": "and", "es": "y", "pt": "e", "ru": "и", "tr": "ve", "vi": "và"}
# Spanish says *e* before the sound of its own *y*: Austria e Italia, but Perú y Hierro.
_SPANISH_E = re.compile(r"[ií]|hi(?!e)", re.IGNORECASE)

# How a language writes a day, and its months, in the form that follows the number of the day.
_DAYS: Mapping[str, tuple[str, str]] = {
    "en": (
        "{day} {month} {year}",
        "January February March April May June July August September October November December",
    ),
    "es": (
        "{day} de {month} de {year}",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    ),
    "pt": (
        "{day} de {month} de {year}",
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    ),
    "ru": (
        "{day} {month} {year} года",
        "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    ),
    "tr": (
        "{day} {month} {year}",
        "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
    ),
    "vi": ("{day}/{month}/{year}", "1 2 3 4 5 6 7 8 9 10 11 12"),
}


def amount(value: Number, language: str = "en") -> str:
    """A number as a customer reads it: 0.0002, 1,250, 2.5; never in scientific notation."""
    number = Decimal(str(value))
    text = f"{number:,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    style = STYLES.get(language, _ENGLISH)
    return text.translate({ord(","): style.group, ord("."): style.decimal})


def percent(value: Number, language: str = "en") -> str:
    """A fraction as a percentage: 0.035 is 3.5 % (in Turkish %3,5)."""
    number = amount(Decimal(str(value)) * 100, language)
    return STYLES.get(language, _ENGLISH).percentage.format(number)


def counted(value: Number, one: str, few: str, many: str = "", *, language: str = "en") -> str:
    """A number with the form of its noun: `counted(24, "час", "часа", "часов")` is 24 часа.

    Three forms as Russian has them (1 час, 2 часа, 5 часов); two where there are only two, as in
    English or after a Russian preposition with the genitive: `counted(24, "часа", "часов")`.
    """
    number = abs(Decimal(str(value)))
    text = amount(value, language)
    if language != "ru":
        return f"{text} {one if number == 1 else few}"
    tens, ones = divmod(int(number) % 100, 10)
    if number != int(number):
        noun = few if many else one
    elif ones == 1 and tens != 1:
        noun = one
    elif many and not (ones in (2, 3, 4) and tens != 1):
        noun = many
    else:
        noun = few
    return f"{text}{_NO_BREAK}{noun}"


def day(value: str, language: str = "en") -> str:
    """A day of the facts ("2027-09-15") as a customer reads it: 15 September 2027.

    Raises ValueError when it is no day. A language that is not known gets the day as it stands.
    """
    moment = date.fromisoformat(str(value))
    pattern, months = _DAYS.get(language, (moment.isoformat(), " " * 12))
    month = months.split(" ")[moment.month - 1]
    return pattern.format(day=moment.day, month=month, year=moment.year)


def listed(words: Sequence[str], language: str = "en") -> str:
    """Several words as one reads them: Germany, Austria and Switzerland. A language that is not
    known gets commas alone.
    """
    *others, last = words or ("",)
    if not others:
        return last
    joint = _AND.get(language)
    if language == "es" and _SPANISH_E.match(last):
        joint = "e"
    return ", ".join(others) + (f" {joint} " if joint else ", ") + last


def term(word: str, language: str, terms: Mapping[str, Mapping[str, str]]) -> str:
    """A word of the facts as a language says it; English says it as it stands.

    Raises LookupError when `terms` has no wording for it.
    """
    if language == "en":
        return word
    said = terms.get(word, {}).get(language)
    if said is None:
        raise LookupError(f"terms.yml has no wording in {language} for {str(word)!r}")
    return said


def filters(
    language: str, terms: Mapping[str, Mapping[str, str]] | None = None
) -> dict[str, Callable[..., Any]]:
    """The filters of an article's text, bound to its language; `terms` are those of terms.yml."""

    def amount_(value: Number) -> str:
        return amount(value, language)

    def percent_(value: Number) -> str:
        return percent(value, language)

    def counted_(value: Number, one: str, few: str, many: str = "") -> str:
        return counted(value, one, few, many, language=language)

    def day_(value: str) -> str:
        return day(value, language)

    def term_(word: str) -> str:
        return term(word, language, terms or {})

    return {
        "amount": amount_,
        "percent": percent_,
        "counted": counted_,
        "day": day_,
        "term": term_,
    }
