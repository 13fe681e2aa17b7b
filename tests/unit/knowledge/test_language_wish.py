"""The wish for another language is heard in six languages, and nothing else is taken for it."""

from __future__ import annotations

import pytest

from knowledge.language_wish import Wish, language_wish, own_names


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "can we speak Spanish?"),
        ("es", "español por favor"),
        ("es", "hay alguien que hable español"),
        ("es", "¿Podemos hablar en español?"),
        ("ru", "do you speak russian?"),
        ("ru", "по-русски пожалуйста"),
        ("ru", "можно по русски?"),
        ("ru", "puedes hablar en ruso?"),
        ("ru", "po russki mojno?"),
        ("tr", "türkçe konuşabilir miyiz"),
        ("tr", "turkce biliyor musun?"),
        ("tr", "вы говорите по-турецки?"),
        ("vi", "tiếng việt đi"),
        ("vi", "noi tieng viet duoc khong"),
        ("vi", "trả lời bằng tiếng Việt nhé"),
        ("pt", "em português por favor"),
        ("pt", "vocês falam portugues"),
        ("pt", "dá pra conversar em português"),
        ("en", "english please"),
        ("en", "en inglés por favor"),
        ("en", "можно на английском"),
        ("en", "ingilizce konuşalım"),
        ("en", "nói tiếng anh"),
        ("en", "em inglês por favor"),
        ("en", "not in spanish, in english please"),
        ("es", "I dont understand english, spanish please"),
        ("zh", "do you speak chinese?"),
        ("de", "können wir... german please"),
        ("id", "bisa bahasa indonesia?"),
    ],
)
def test_a_wish_is_heard(language: str, text: str) -> None:
    wish = language_wish(text)
    assert wish is not None
    assert wish.language == language


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "can we speak spanish? my withdrawal is stuck since 3 days"),
        ("ru", "здравствуйте, можно по-русски? не приходит депозит usdt"),
        ("pt", "fala português? meu saque não chegou"),
        ("vi", "nói tiếng việt đi, rút tiền bao lâu"),
        ("tr", "türkçe konuşalım lütfen, param gelmedi"),
        ("en", "please answer in english. how do I reset my 2fa"),
        ("es", "can you explain in spanish how to withdraw usdt"),
    ],
)
def test_what_else_is_said_is_not_lost(language: str, text: str) -> None:
    assert language_wish(text) == Wish(language, alone=False)


def test_a_wish_with_greetings_is_alone() -> None:
    assert language_wish("hola buenas, en español por favor. gracias") == Wish("es", alone=True)


@pytest.mark.parametrize(
    ("unable", "text"),
    [
        ("en", "no hablo inglés"),
        ("en", "я не понимаю по английски"),
        ("en", "ingilizce bilmiyorum"),
        ("en", "em không biết tiếng anh"),
        ("en", "não falo inglês"),
        ("ru", "I don't speak Russian"),
    ],
)
def test_who_does_not_speak_one_wishes_their_own(unable: str, text: str) -> None:
    wish = language_wish(text)
    assert wish is not None
    assert (wish.language, wish.unable) == (None, unable)


@pytest.mark.parametrize(
    "text",
    [
        "my passport is in russian is that ok",
        "how do I change the app language to spanish",
        "me gustaria la app en español",
        "can russians register",
        "i live in turkey, turkish lira deposit?",
        "документ на английском подойдет?",
        "do agents speak spanish, and when",
        "rút 2 tiếng rồi chưa thấy tiền",
        "translate this letter into spanish for my landlord",
        "do I need to translate my certificate to english",
        "cuenta vulnerada, sale un correo ruso en mi perfil",
        "where is my money",
        "",
        "english " * 100,
    ],
)
def test_a_language_may_be_mentioned(text: str) -> None:
    assert language_wish(text) is None


def test_languages_are_called_as_their_speakers_do() -> None:
    assert own_names(("es", "ru")) == "Español, Русский"
