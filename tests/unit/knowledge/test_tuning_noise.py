"""Accents and typos."""

from __future__ import annotations

import random

import pytest

from knowledge.tuning.noise import mistype, without_accents


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("đã rút tiền", "da rut tien"),
        ("İşlem yapılmadı", "Islem yapilmadi"),
        ("contraseña", "contrasena"),
        ("новый й", "новый й"),
        ("u\u0301til", "util"),
    ],
)
def test_accents_go_and_cyrillic_stays(text: str, plain: str) -> None:
    assert without_accents(text) == plain


def test_some_messages_are_mistyped_and_most_are_not() -> None:
    chance = random.Random(0)
    text = "where is my withdrawal"
    typed = [mistype(text, chance) for _ in range(400)]
    changed = [each for each in typed if each != text]
    assert 40 < len(changed) < 140
    assert all(abs(len(each) - len(text)) <= 1 for each in changed)


def test_short_messages_have_no_typos() -> None:
    chance = random.Random(0)
    assert {mistype("hello", chance) for _ in range(200)} == {"hello"}


def test_the_same_seed_types_the_same() -> None:
    texts = ["không nhận được tiền", "param nerede kaldı acaba"] * 20
    first, second = random.Random(3), random.Random(3)
    assert [mistype(each, first) for each in texts] == [mistype(each, second) for each in texts]
