"""The language of a message is told from few words, and kept where it says little."""

from __future__ import annotations

import pytest

from knowledge.language import LONGEST, LanguageDetector, telling_words

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


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("tr", "kac gun surer"),
        ("tr", "cekim islemim hala beklemede"),
        ("pt", "quanto demora o saque"),
        ("pt", "nao consigo acessar minha conta"),
        ("vi", "rut tien bao lau"),
        ("vi", "sao toi khong dang nhap duoc"),
        ("es", "cuanto tarda en llegar el deposito"),
        ("ru", "kogda pridut moi dengi"),
    ],
)
def test_accents_and_letters_may_be_left_out(language: str, text: str) -> None:
    assert DETECTOR.detect(text) == language


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("vi", "withdraw bị pending 2 ngày"),
        ("tr", "deposit hala pending, ne zaman gelir"),
        ("es", "mi withdraw sigue pending, que pasa"),
        ("pt", "meu deposit ta pending faz 2 dias"),
        ("ru", "мой withdraw завис в pending"),
    ],
)
def test_english_terms_do_not_make_a_message_english(language: str, text: str) -> None:
    assert DETECTOR.detect(text) == language
    assert DETECTOR.detect(text, previous=language) == language


@pytest.mark.parametrize("language", ["es", "ru", "tr", "vi", "pt"])
@pytest.mark.parametrize("text", ["ok thanks", "withdraw pending", "no", "deposit?", "hi"])
def test_a_few_english_words_keep_the_conversations_language(language: str, text: str) -> None:
    assert DETECTOR.detect(text, previous=language) == language


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "bonsoir, pourquoi mon argent n'apparaît pas sur le compte ?"),
        ("fr", "je voudrais savoir comment retirer"),
        ("id", "kenapa uang saya belum sampai ke rekening"),
        ("id", "mau tanya dong cara tarik saldo"),
        ("zh", "我的充值为什么还没有到账"),
        ("ar", "لماذا لم تصل أموالي حتى الآن"),
    ],
)
def test_languages_that_we_do_not_write_are_known_as_such(language: str, text: str) -> None:
    assert DETECTOR.detect(text) == language
    assert DETECTOR.detect(text, previous="en") == language


@pytest.mark.parametrize("text", ["출금이 안 돼요", "เงินของฉันอยู่ที่ไหน"])
def test_a_script_that_we_do_not_know_tells_nothing(text: str) -> None:
    assert DETECTOR.probabilities(text) == {}
    assert DETECTOR.detect(text, previous="tr") == "tr"


def test_who_shouts_is_heard() -> None:
    assert DETECTOR.detect("DONDE ESTA MI DINERO") == "es"
    assert telling_words("GDE MOI DENGI") == ["gde", "moi", "dengi"]
    assert telling_words("send USDT to 0xabcdef1234 via TRC20 now") == ["send", "to", "via", "now"]


def test_probabilities_add_up_and_the_conversation_weighs_in() -> None:
    alone = DETECTOR.probabilities("no")
    kept = DETECTOR.probabilities("no", previous="es")
    assert sum(alone.values()) == pytest.approx(1.0)
    assert kept["es"] > alone["es"]


def test_a_long_story_is_read_from_its_start_only() -> None:
    start = "mi retiro no llega desde hace tres días y nadie responde "
    assert DETECTOR.detect(start * 6 + "where is my money " * 200) == "es"
    assert len(start * 6) >= LONGEST
