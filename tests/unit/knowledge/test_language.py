"""The language of a message is told from few words, and kept where it says little."""

from __future__ import annotations

import pytest

from knowledge.language import LanguageDetector

DETECTOR = LanguageDetector()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "how much do you charge to send usdt out"),
        ("en", "btc not arrived"),
        ("en", "my acc is frozen wtf"),
        ("es", "cuanto cuesta retirar usdt"),
        ("es", "no me llega el código"),
        ("pt", "o meu depósito não chegou"),
        ("pt", "quanto custa sacar usdt"),
        ("tr", "sifremi unuttum"),
        ("tr", "usdt çekim ücreti ne kadar"),
        ("vi", "phí rút usdt là bao nhiêu"),
        ("vi", "phi rut tien"),
        ("ru", "где мои деньги"),
        ("id", "biaya penarikan usdt berapa"),
        ("fr", "combien coute un retrait usdt"),
        ("zh", "提现手续费是多少"),
        ("ar", "رسوم السحب"),
    ],
)
def test_a_message_tells_its_language_with_and_without_a_conversation(
    language: str, text: str
) -> None:
    assert DETECTOR.detect(text) == language
    assert DETECTOR.detect(text, previous=language) == language


@pytest.mark.parametrize("language", ["es", "ru", "en"])
@pytest.mark.parametrize(
    "text",
    ["USDT", "0x52908400098527886E0F7030069857D2E4169EE7", "👍", "", "12.5 BTC", "kyc?", "???"],
)
def test_what_belongs_to_every_language_keeps_the_conversations(language: str, text: str) -> None:
    assert DETECTOR.detect(text, previous=language) == language


@pytest.mark.parametrize("text", ["apy?", "fees", "thanks", "limits"])
def test_one_english_word_is_english_at_the_start(text: str) -> None:
    assert DETECTOR.detect(text) == "en"


def test_a_customer_may_switch_at_will() -> None:
    assert DETECTOR.detect("где мои деньги", previous="en") == "ru"
    assert DETECTOR.detect("where is my money please", previous="ru") == "en"
    assert DETECTOR.detect("quiero retirar mi dinero hoy", previous="en") == "es"


def test_tickers_and_addresses_do_not_hide_the_language() -> None:
    text = "куда пропали USDT TRC20 T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb https://tronscan.org/tx"
    assert DETECTOR.detect(text) == "ru"


def test_an_unknown_previous_language_is_no_language() -> None:
    assert DETECTOR.detect("usdt", previous="xx") == "en"
