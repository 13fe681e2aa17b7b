"""Numbers as people write them: "1,250", "0,5", "1.5k"; and periods of time in hours."""

from __future__ import annotations

import re

from bot.language.entity import Entity

NUMBER = r"\d{1,3}(?:[,' ]\d{3})+(?:\.\d+)?|\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?|\d+(?:[.,]\d+)?"
_THOUSANDS = {"k": 1e3, "m": 1e6, "mio": 1e6, "mil": 1e3}

_WORDS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "couple of": 2, "a couple of": 2,
    "few": 3, "a few": 3, "several": 3, "half a": 0.5, "half an": 0.5,
    "un": 1, "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5,
    "um": 1, "uma": 1, "dois": 2, "duas": 2, "três": 3, "quatro": 4,
    "один": 1, "два": 2, "две": 2, "три": 3, "четыре": 4, "пять": 5,
    "bir": 1, "iki": 2, "üç": 3, "dört": 4, "beş": 5,
    "một": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5,
}  # fmt: skip
_UNITS = {
    r"min(?:ute)?s?|минут\w*|dakika\w*|phút": 1 / 60,
    r"h|hrs?|hours?|horas?|час(?:а|ов)?|saat\w*|giờ|tiếng": 1,
    r"d|days?|d[ií]as?|день|дня|дней|gün\w*|ngày": 24,
    r"w|wks?|weeks?|semanas?|недел[яиью]|недель|hafta\w*|tuần": 168,
    r"months?|mes(?:es)?|m[êe]s|месяц(?:а|ев)?|ay(?:dır)?|tháng": 720,
}
_MANY = "|".join(sorted(map(re.escape, _WORDS), key=len, reverse=True))
_PERIODS = [
    (
        re.compile(
            rf"(?<!\w)(?:(?P<number>\d+(?:[.,]\d+)?)[ -]?|(?P<word>{_MANY})[ ]+)(?:{unit})(?!\w)",
            re.IGNORECASE,
        ),
        hours,
    )
    for unit, hours in _UNITS.items()
]
_SINCE = {
    re.compile(r"\b(?:since|from) yesterday\b|\bdesde (?:ayer|ontem)\b", re.IGNORECASE): 24.0,
    re.compile(r"\bовер ?найт\b|\bсо вчера\b|\bdünden beri\b|\btừ hôm qua\b", re.IGNORECASE): 24.0,
    re.compile(r"\b(?:since|from) last week\b|\bfor ages\b", re.IGNORECASE): 168.0,
    re.compile(r"\b(?:since|from) last month\b", re.IGNORECASE): 720.0,
}


def parse_number(text: str, suffix: str = "") -> float | None:
    """The value of a number with thousands marks of either kind, None where it is none."""
    plain = text.replace(" ", "").replace("'", "")
    if "," in plain and "." in plain:
        last = max(plain.rfind(","), plain.rfind("."))
        plain = re.sub(r"[.,]", "", plain[:last]) + "." + plain[last + 1 :]
    elif plain.count(",") > 1 or re.fullmatch(r"[1-9]\d{0,2},\d{3}", plain):
        plain = plain.replace(",", "")
    elif plain.count(".") > 1:
        plain = plain.replace(".", "")
    plain = plain.replace(",", ".")
    try:
        return float(plain) * _THOUSANDS.get(suffix.lower(), 1)
    except ValueError:
        return None


def find_durations(text: str) -> list[Entity]:
    """Periods of time; the value is in hours ("3 days" is 72)."""
    found = []
    for form, unit in _PERIODS:
        for match in form.finditer(text):
            number, word = match.group("number"), match.group("word")
            count = float(number.replace(",", ".")) if number else _WORDS[word.lower()]
            found.append(Entity("duration", _tidy(count * unit), *match.span()))
    for form, hours in _SINCE.items():
        found += [Entity("duration", _tidy(hours), *match.span()) for match in form.finditer(text)]
    return sorted(found, key=lambda entity: entity.start)


def _tidy(number: float) -> float:
    rounded = round(number, 8)
    return int(rounded) if rounded == int(rounded) else rounded
