"""Periods of time in hours: "3 days", "iki gündür", "с прошлой недели", "sent on Friday, today is
Wednesday".

Six languages at once, for a message names its language nowhere. A period since a day of the week or
of the month counts as the day that has passed at least, unless the message says what day it is now.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import chain

from bot.language.entity import Entity

DAY = 24.0
WEEK = 7 * DAY
MONTH = 30 * DAY

# Without accents, in lower case. Ordinals of a running period ("третий день") count what is over.
_NUMBERS: dict[str, dict[str, float]] = {
    "en": {
        "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
        "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "fifteen": 15, "twenty": 20, "couple": 2,
        "few": 3, "several": 3, "half": 0.5,
    },
    "es": {
        "un": 1, "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7,
        "ocho": 8, "nueve": 9, "diez": 10, "quince": 15, "veinte": 20, "par": 2, "varios": 3,
        "varias": 3, "unos": 3, "unas": 3, "algunos": 3, "media": 0.5,
    },
    "pt": {
        "um": 1, "uma": 1, "dois": 2, "duas": 2, "tres": 3, "quatro": 4, "cinco": 5, "seis": 6,
        "sete": 7, "oito": 8, "nove": 9, "dez": 10, "quinze": 15, "vinte": 20, "par": 2,
        "varios": 3, "varias": 3, "uns": 3, "umas": 3, "alguns": 3, "algumas": 3, "meia": 0.5,
    },
    "ru": {
        "один": 1, "одну": 1, "целую": 1, "целыи": 1, "целые": 1, "два": 2, "две": 2, "двое": 2,
        "три": 3, "трое": 3, "четыре": 4, "четверо": 4, "пять": 5, "шесть": 6, "семь": 7,
        "восемь": 8, "девять": 9, "десять": 10, "пару": 2, "пара": 2, "несколько": 3,
        "полтора": 1.5, "полторы": 1.5, "полутора": 1.5, "второи": 1, "вторую": 1, "вторые": 1,
        "третии": 2, "третью": 2, "третьи": 2, "четвертыи": 3, "четвертую": 3, "пятыи": 4,
        "шестои": 5, "седьмои": 6, "больше": 1, "более": 1,
    },
    "tr": {
        "bir": 1, "iki": 2, "uc": 3, "dort": 4, "bes": 5, "alti": 6, "yedi": 7, "sekiz": 8,
        "dokuz": 9, "on": 10, "yirmi": 20, "birkac": 3, "yarim": 0.5,
    },
    "vi": {
        "mot": 1, "hai": 2, "ba": 3, "bon": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9,
        "mười": 10, "muoi": 10, "vài": 3, "nửa": 0.5, "nua": 0.5, "cả": 1, "ca": 1, "hơn": 1,
    },
}  # fmt: skip
_UNITS: dict[str, dict[str, float]] = {
    "en": {
        "min": 1 / 60, "mins": 1 / 60, "minute": 1 / 60, "minutes": 1 / 60, "hr": 1, "hrs": 1,
        "hour": 1, "hours": 1, "day": DAY, "days": DAY, "night": DAY, "nights": DAY, "wk": WEEK,
        "wks": WEEK, "week": WEEK, "weeks": WEEK, "month": MONTH, "months": MONTH,
    },
    "es": {
        "min": 1 / 60, "minuto": 1 / 60, "minutos": 1 / 60, "hora": 1, "horas": 1, "dia": DAY,
        "dias": DAY, "noche": DAY, "noches": DAY, "semana": WEEK, "semanas": WEEK, "mes": MONTH,
        "meses": MONTH,
    },
    "pt": {
        "min": 1 / 60, "minuto": 1 / 60, "minutos": 1 / 60, "hora": 1, "horas": 1, "dia": DAY,
        "dias": DAY, "noite": DAY, "noites": DAY, "semana": WEEK, "semanas": WEEK, "mes": MONTH,
        "meses": MONTH,
    },
    "ru": {
        "мин": 1 / 60, "минута": 1 / 60, "минуту": 1 / 60, "минуты": 1 / 60, "минут": 1 / 60,
        "час": 1, "часа": 1, "часов": 1, "день": DAY, "дня": DAY, "днеи": DAY, "сутки": DAY,
        "суток": DAY, "ночь": DAY, "ночи": DAY, "неделя": WEEK, "неделю": WEEK, "недели": WEEK,
        "недель": WEEK, "месяц": MONTH, "месяца": MONTH, "месяцев": MONTH,
    },
    "tr": {
        "dakika": 1 / 60, "dakikadir": 1 / 60, "dk": 1 / 60, "saat": 1, "saattir": 1, "saati": 1,
        "gun": DAY, "gundur": DAY, "gunu": DAY, "gunden": DAY, "gunluk": DAY, "gece": DAY,
        "gecedir": DAY, "hafta": WEEK, "haftadir": WEEK, "haftayi": WEEK, "haftadan": WEEK,
        "haftalik": WEEK, "ay": MONTH, "aydir": MONTH, "aydan": MONTH, "ayi": MONTH,
    },
    "vi": {
        "phut": 1 / 60, "gio": 1, "tieng": 1, "ngay": DAY, "hom": DAY, "dem": DAY, "tuan": WEEK,
        "thang": MONTH,
    },
}  # fmt: skip
# Behind a figure only: "3d", "48 h".
_LETTERS = {"h": 1.0, "d": DAY, "w": WEEK}
_BETWEEN = {
    "of", "full", "whole", "working", "business", "long", "more", "good", "entire", "a", "an",
    "de", "largos", "рабочих", "рабочии", "полных", "полные", "календарных", "is", "tam", "koca",
    "bucuk", "bu", "mot",
}  # fmt: skip
# "how many times a day", "what a week", "once a month" name no period that passed.
_NO_PERIOD_BEHIND = {"times", "time", "once", "twice", "what", "such", "per", "bao"}
_TOKEN = re.compile(r"\d+(?:[.,]\d+)?|[^\W\d_]+")

_EN_DAYS = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_EN_MONTHS = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
)
_ES_DAYS = r"(?:lunes|martes|miercoles|jueves|viernes|sabado|domingo)"
_PT_DAYS = r"(?:(?:segunda|terca|quarta|quinta|sexta)(?:[- ]feira)?|sabado|domingo)"
_RU_DAYS = r"(?:понедельник|вторник|сред|четверг|пятниц|суббот|воскресень)\w{0,2}"
_TR_DAYS = r"(?:pazartesi|sali|carsamba|persembe|cumartesi|cuma|pazar)"
_VI_DAYS = r"(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat|cn)"
_RU_MONTHS = r"(?:январ|феврал|март|апрел|ма|июн|июл|август|сентябр|октябр|ноябр|декабр)(?:я|а)"
_TR_MONTHS = r"(?:ocak|subat|mart|nisan|mayis|haziran|temmuz|agustos|eylul|ekim|kasim|aralik)"
_TR_FROM = r"['’]?(?:\w?[ndt]?[dt][ea]n)(?: beri| bu yana)"

_SINCE: tuple[tuple[re.Pattern[str], float], ...] = tuple(
    (re.compile(rf"\b(?:{form})\b"), hours)
    for form, hours in (
        (r"(?:since|from) yesterday|since the day before", DAY),
        (rf"since (?:last |the |this )?(?:{_EN_DAYS}|weekend|mon|tue|wed|thu|fri|sat|sun)", DAY),
        (rf"since (?:the )?\d{{1,2}}(?:st|nd|rd|th)|since \d{{1,2}} {_EN_MONTHS}", DAY),
        (r"(?:since|from) last week|for ages|since weeks|all week|days and days", WEEK),
        (rf"since (?:early |late )?{_EN_MONTHS}|(?:since|from) last month", MONTH),
        (r"for days|days later|since days|for many days", 3 * DAY),
        (r"for (?:many )?weeks|weeks later", 2 * WEEK),
        (r"for (?:many )?months", 2 * MONTH),
        (rf"desde (?:ayer|anoche|el {_ES_DAYS}|el \d{{1,2}}|el fin de semana)", DAY),
        (r"desde (?:antier|anteayer|antes de ayer)|dia y medio|(?:hace|llevo) dias", 2 * DAY),
        (r"desde la semana pasada|(?:hace|llevo) semanas|toda la semana", WEEK),
        (r"desde el mes pasado|(?:hace|llevo) meses", MONTH),
        (rf"desde (?:ontem|(?:a |o )?{_PT_DAYS}|o? ?dia \d{{1,2}})", DAY),
        (r"desde anteontem|dia e meio|(?:ha|faz) dias", 2 * DAY),
        (r"desde (?:a )?semana passada|(?:ha|faz) semanas|a semana toda", WEEK),
        (r"desde o mes passado|(?:ha|faz) meses", MONTH),
        (rf"со? (?:вчера|вчерашнего дня|выходных|{_RU_DAYS})", DAY),
        (rf"с \d{{1,2}}(?:[ -]?(?:го|числа)|[ ]{_RU_MONTHS})?(?= |$|,|\.)", DAY),
        (r"с позавчера|днями|который день|сутки|день с половинои", DAY),
        (r"с прошлои недели|(?:уже|целую|на|пол) ?недел[юи]|неделю (?:назад|жду|висит|уже)", WEEK),
        (r"с прошлого месяца|(?:уже|целыи) месяц|месяц (?:назад|жду|уже)", MONTH),
        (rf"(?:dun|{_TR_DAYS}|{_TR_DAYS} gunu|ayin \d{{1,2}}){_TR_FROM}", DAY),
        (rf"(?:evvelsi|evvelki|onceki) gun{_TR_FROM}|gunlerdir", 2 * DAY),
        (rf"gecen hafta{_TR_FROM}|haftalardir", WEEK),
        (rf"gecen ay{_TR_FROM}|aylardir", MONTH),
        (rf"tu (?:hom qua|{_VI_DAYS}|ngay \d{{1,2}}|cuoi tuan)", DAY),
        (r"tu hom kia|ngay ruoi|(?:may|nhieu) (?:ngay|hom) (?:nay|roi|qua)", 2 * DAY),
        (r"tu tuan (?:truoc|roi)|may tuan (?:nay|roi)", WEEK),
        (r"tu thang (?:truoc|roi)|may thang (?:nay|roi)", MONTH),
    )
)

_NOW = re.compile(
    r"\b(?:today|todays|now|it(?: i|['’])s|hoy|hoje|сегодня|уже|bugun|hom nay|nay|gio)\b"
)
# The days of the week in every language, Monday first.
_DAY_NAMES = (
    r"monday|lunes|segunda|понедельник\w?|pazartesi\w*|thu (?:hai|2)",
    r"tuesday|martes|terca|вторник\w?|sali(?:dan)?|thu (?:ba|3)",
    r"wednesday|miercoles|quarta|сред[уаы]|carsamba\w*|thu (?:tu|4)",
    r"thursday|jueves|quinta|четверг\w?|persembe\w*|thu (?:nam|5)",
    r"friday|viernes|sexta|пятниц[уаы]|cuma(?:dan)?|thu (?:sau|6)",
    r"saturday|sabado|суббот[уаы]|cumartesi\w*|thu (?:bay|7)",
    r"sunday|domingo|воскресень[еяю]|pazar(?:dan)?|chu nhat",
)
_WEEKDAY = re.compile(
    r"\b(?:" + "|".join(f"(?P<d{at}>{names})" for at, names in enumerate(_DAY_NAMES)) + r")\b"
)
_DATE_FORMS = (
    r"#(?:st|nd|rd|th)\b",
    rf"# (?:of )?{_EN_MONTHS}\b",
    rf"{_EN_MONTHS} #(?!\d)",
    r"(?:el|del|dia|hoy es|hoje e|ngay|mung|ayin|bugun|сегодня) #(?!\d)",
    r"# de [a-z]{4,10}\b",
    rf"#(?:[ -]?(?:го|е|числа)| {_RU_MONTHS})\b",
    rf"# {_TR_MONTHS}",
    r"#/\d{1,2}(?!\d)",
)
_DATE = re.compile(
    "|".join(
        rf"(?<!\d){form.replace('#', f'(?P<d{at}>[0-3]?[0-9])')}"
        for at, form in enumerate(_DATE_FORMS)
    )
)


def find_durations(text: str) -> list[Entity]:
    """Periods of time in the order of the text; the value is in hours ("3 days" is 72)."""
    flat = _flat(text)
    found: list[Entity] = []
    since = (
        _entity(hours, *match.span()) for form, hours in _SINCE for match in form.finditer(flat)
    )
    for entity in chain(_counted(text, flat), _until_now(flat), since):
        if not any(entity.overlaps(other) for other in found):
            found.append(entity)
    return sorted(found, key=lambda entity: entity.start)


@dataclass(frozen=True)
class _Token:
    plain: str
    flat: str
    start: int
    end: int


def _flat(text: str) -> str:
    """Lower case without accents, letter by letter, so that positions stay."""
    return "".join(map(_flat_letter, text))


def _flat_letter(letter: str) -> str:
    if letter.isascii():
        return letter.lower()
    lowered = letter.lower()[0].replace("ı", "i").replace("đ", "d")
    return unicodedata.normalize("NFKD", lowered)[0]


def _counted(text: str, flat: str) -> list[Entity]:
    """A number and a unit: "3 days", "два дня", "bir buçuk gün"."""
    tokens = [
        _Token(match[0].lower(), flat[match.start() : match.end()], *match.span())
        for match in _TOKEN.finditer(text)
    ]
    found = []
    for at, token in enumerate(tokens):
        behind = tokens[at - 1].flat if at else ""
        if token.plain[0].isdigit():
            glued = token.start and (
                text[token.start - 1].isalnum() or text[token.start - 1] in ".,"
            )
            counts = {} if glued else dict.fromkeys(_UNITS, float(token.plain.replace(",", ".")))
        elif behind in _NO_PERIOD_BEHIND:
            counts = {}
        else:
            counts = {
                language: words[form]
                for language, words in _NUMBERS.items()
                for form in (token.plain, token.flat)
                if form in words
            }
        if counts:
            found += _measured(text, tokens, at, counts)
    return found


def _measured(text: str, tokens: list[_Token], at: int, counts: dict[str, float]) -> list[Entity]:
    """The period that a number at a position counts, if a unit of its language follows."""
    more = 0.0
    figure = tokens[at].plain[0].isdigit()
    for behind in range(at + 1, min(at + 4, len(tokens))):
        unit = tokens[behind]
        if text[tokens[behind - 1].end : unit.start].strip(" -\t\n\u00a0"):
            return []
        letter = _LETTERS.get(unit.flat)
        if figure and letter and behind == at + 1:
            count = next(iter(counts.values()))
            secure = behind + 1 < len(tokens) and tokens[behind + 1].flat == "secure"
            return [] if secure else [_entity(count * letter, tokens[at].start, unit.end)]
        for language, count in counts.items():
            hours = _UNITS[language].get(unit.flat)
            if hours is not None:
                return [_entity((count + more) * hours, tokens[at].start, unit.end)]
        if unit.flat not in _BETWEEN:
            return []
        more += 0.5 if unit.flat == "bucuk" else 0.0
    return []


def _until_now(flat: str) -> list[Entity]:
    """From a named day to the day that it is now: "sent on Friday, today is Wednesday"."""
    if not _NOW.search(flat):
        return []
    week = [(int((match.lastgroup or "d0")[1:]), match) for match in _WEEKDAY.finditer(flat)]
    month = [(int(match[match.lastgroup or 0]), match) for match in _DATE.finditer(flat)]
    found = []
    for days, length in ((week, 7), (month, 30)):
        if len(days) < 2 or days[0][0] == days[-1][0]:
            continue
        passed = (days[-1][0] - days[0][0]) % length
        found.append(_entity(passed * DAY, *days[0][1].span()))
    return found


def _entity(hours: float, start: int, end: int) -> Entity:
    rounded = round(hours, 8)
    return Entity("duration", int(rounded) if rounded == int(rounded) else rounded, start, end)
