"""Periods of time as people write them, in six languages."""

from __future__ import annotations

import pytest

from bot.language.durations import find_durations


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("pending for 3 days", 72),
        ("6h already", 6),
        ("waiting 45 min", 0.75),
        ("two weeks ago", 336),
        ("half an hour", 0.5),
        ("a couple of days", 48),
        ("24-hour hold", 24),
        ("4 working days by now", 96),
        ("over a month", 720),
        ("lleva dos días pendiente", 48),
        ("van 10 dias habiles", 240),
        ("más de 24 horas", 24),
        ("día y medio", 48),
        ("уже 5 часов", 5),
        ("3 рабочих дня", 72),
        ("полтора суток", 36),
        ("третий день жду", 48),
        ("iki gündür bekliyor", 48),
        ("24 saati geçti", 24),
        ("bir buçuk gün oldu", 36),
        ("chờ hai ngày rồi", 48),
        ("cả tuần nay", 168),
        ("há três semanas", 504),
        ("faz 30 horas", 30),
    ],
)
def test_a_number_and_a_unit(text: str, hours: float) -> None:
    assert [entity.value for entity in find_durations(text)] == [hours]


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("since yesterday nothing", 24),
        ("since tuesday", 24),
        ("missing since last week", 168),
        ("for weeks now", 336),
        ("desde ayer", 24),
        ("desde el martes sin mi plata", 24),
        ("no aparece desde la semana pasada", 168),
        ("hace días que espero", 48),
        ("desde ontem", 24),
        ("desde segunda-feira", 24),
        ("desde a semana passada", 168),
        ("со вчерашнего дня", 24),
        ("со вторника", 24),
        ("с прошлой недели", 168),
        ("больше суток без ответа", 24),
        ("dünden beri", 24),
        ("salıdan beri", 24),
        ("geçen haftadan beri", 168),
        ("günlerdir bekliyorum", 48),
        ("từ hôm qua", 24),
        ("tu thu ba", 24),
        ("từ tuần trước", 168),
        ("mấy ngày nay", 48),
    ],
)
def test_since_a_day_of_the_calendar(text: str, hours: float) -> None:
    assert [entity.value for entity in find_durations(text)] == [hours]


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("sent on friday, today is wednesday", 120),
        ("I paid on 2 June. It's 11 June.", 216),
        ("bank says the 3rd, today is the 9th", 144),
        ("el 3, hoy es 9", 144),
        ("salió el lunes y hoy es jueves", 72),
        ("dia 3, hoje é dia 9", 144),
        ("перевел в пятницу, сегодня среда", 120),
        ("3го отправили, сегодня 9е", 144),
        ("cuma gönderdim bugün çarşamba", 120),
        ("ayın 3ünde gönderdim, bugün 9u", 144),
        ("chuyển hôm thứ 6, nay thứ 4", 120),
        ("ngày 3, hôm nay ngày 9", 144),
        ("sent on the 28th, today is the 2nd", 96),
    ],
)
def test_from_a_named_day_until_now(text: str, hours: float) -> None:
    assert [entity.value for entity in find_durations(text)] == [hours]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no time here",
        "day trading",
        "2fa code",
        "the hourly candle",
        "may",
        "how many times a day is it paid",
        "3d secure",
        "on days when i trade",
        "trc20 days",
        "open on friday and on wednesday?",
        "between the 3rd and the 9th",
        "bao nhiêu ngày",
    ],
)
def test_what_is_no_duration(text: str) -> None:
    assert find_durations(text) == []


def test_it_stands_where_it_was_written() -> None:
    text = "İşlem «iki gündür» bekliyor"
    (found,) = find_durations(text)
    assert text[found.start : found.end] == "iki gündür"
