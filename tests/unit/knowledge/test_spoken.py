"""A conversation's language: asked for, heard, and not lost."""

from __future__ import annotations

import pytest

from knowledge.language import LanguageDetector
from knowledge.language_wish import language_wish
from knowledge.spoken import Spoken

DETECTOR = LanguageDetector()
KNOWN = ("en", "es", "ru", "tr", "vi", "pt")


def held(*texts: str, before: Spoken | None = None) -> Spoken:
    spoken = before or Spoken()
    for text in texts:
        spoken = spoken.after(text, language_wish(text), DETECTOR, KNOWN)
    return spoken


def test_the_first_telling_message_decides() -> None:
    assert held("usdt?", "👍") == Spoken()
    assert held("usdt?").reply == "en"
    assert held("usdt?", "cuánto tarda un retiro").language == "es"


def test_without_a_wish_a_clear_message_switches_at_once() -> None:
    assert held("cuánto tarda un retiro", "how long does a withdrawal take").language == "en"


def test_a_wish_outlives_short_mixed_and_single_foreign_messages() -> None:
    spoken = held("по-русски пожалуйста", "ok thanks", "withdraw pending", "my deposit is missing")
    assert (spoken.language, spoken.wished) == ("ru", True)
    assert held("мой депозит пропал", before=spoken).heard is None


def test_two_clear_messages_in_a_row_end_a_wish() -> None:
    spoken = held("по-русски пожалуйста", "where is my money, please tell me")
    assert spoken == Spoken("ru", wished=True, heard="en")
    assert held("ok", before=spoken) == spoken
    assert held("i have been waiting for two days", before=spoken) == Spoken("en")


def test_different_languages_in_between_are_no_row() -> None:
    spoken = held(
        "по-русски пожалуйста",
        "where is my money, please tell me",
        "quiero saber cuánto tarda un retiro",
    )
    assert spoken == Spoken("ru", wished=True, heard="es")


def test_a_new_wish_replaces_the_old_one() -> None:
    assert held("english please", "türkçe konuşabilir miyiz") == Spoken("tr", wished=True)


def test_the_contrary_of_a_wish_is_the_messages_own_language() -> None:
    assert held("no hablo inglés") == Spoken("es", wished=True)
    assert held("i don't speak english").wished is False


def test_what_we_do_not_write_cannot_be_wished_for() -> None:
    assert held("do you speak chinese?") == Spoken("en")


@pytest.mark.parametrize(
    "values", [{}, {"language": 3, "wished": "yes", "heard": []}, {"language": None}]
)
def test_what_is_odd_counts_as_not_there(values: dict[str, object]) -> None:
    assert Spoken.read(values) == Spoken()


def test_it_survives_the_way_through_json() -> None:
    spoken = Spoken("ru", wished=True, heard="en")
    assert Spoken.read(spoken.plain()) == spoken
