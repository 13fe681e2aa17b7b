"""What tells one person from another is not kept to learn from; what is asked about is."""

from __future__ import annotations

import pytest

from editorial.privacy import has_marks, without_courtesies, without_personal

HASH = "0x88df016429689c079f3b2f6ad39fa052532c56b795733da78a91ebe046e80ac2"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("write to joe.k@mail.example or @joe_77", "write to [e-mail] or [handle]"),
        ("see https://t.example/x?id=1 please", "see [link] please"),
        (f"tx {HASH} is lost", "tx [address] is lost"),
        ("to bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "to [address]"),
        ("to TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", "to [address]"),
        ("my ip is 203.0.113.7", "my ip is [address]"),
        ("iban DE89 3704 0044 0532 0130 00", "iban [account]"),
        ("order #A12345 and ticket CS-123456", "order [number] and ticket [number]"),
        ("call +34 612 345 678 now", "call [number] now"),
        ("I sent 0.532 BTC or $1,200.50", "I sent [amount] or [amount]"),
        ("my name is John Smith and i wait", "my name is [name] and i wait"),
        ("меня зовут Иван, где подарок", "меня зовут [name], где подарок"),
        ("benim adım Ayşe Yılmaz, kart var mı", "benim adım [name], kart var mı"),
    ],
)
def test_personal_details_become_marks(text: str, kept: str) -> None:
    assert without_personal(text) == kept
    assert has_marks(kept)


@pytest.mark.parametrize(
    "text",
    [
        "can i buy 20 bucks of btc every week",
        "does 2FA work with TRC20 and BEP20 withdrawals",
        "how long is 24h lock, 3 days?",
        "what is the S&P 500",
        "supercalifragilistic words stay",
        "mi nombre no aparece",
    ],
)
def test_what_is_asked_about_stays(text: str) -> None:
    assert without_personal(text) == text
    assert not has_marks(text)


def test_the_names_of_the_conversation_go_in_every_case_and_form() -> None:
    text = "As ADA King asked, Mia told ada-king about Kingston"

    assert without_personal(text, names=["Ada King", "Mia"]) == (
        "As [name] asked, [name] told [name] about Kingston"
    )


def test_a_secret_that_got_through_goes_here() -> None:
    assert "hunter2secret" not in without_personal("my password is hunter2secret")


@pytest.mark.parametrize(
    "text",
    [
        "Hi [name], gift cards are not sold. Best regards, [name]",
        "Good morning Ada! Gift cards are not sold.\n\nThanks,\nMia",
        "Здравствуйте, Иван! Gift cards are not sold.\n\nС уважением, Анна",
        "Hola Ana, gift cards are not sold.\nUn saludo, Luis",
    ],
)
def test_greeting_and_signature_are_no_part_of_an_answer(text: str) -> None:
    assert without_courtesies(text) == "Gift cards are not sold."


def test_a_sentence_that_begins_like_a_greeting_stays_whole() -> None:
    text = "Hello we do not have gift cards, sorry. Try later"

    assert without_courtesies(text) == text
