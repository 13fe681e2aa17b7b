"""Messages with several wishes through guard, real model, real articles, search and gate."""

from __future__ import annotations

from typing import Any

import pytest

from knowledge.language import LanguageDetector
from server.offline import assistant
from server.route import ChannelParser, Line, open_base, route_lines
from server.settings import Settings

# Messages with two wishes, and the topics of both, the more urgent one first.
TWO = (
    (
        "en",
        "withdrawal stuck and also what's the fee for btc",
        {"withdraw_crypto", "withdraw_limits_fees"},
    ),
    (
        "en",
        "my withdrawal is stuck. also, what is the withdrawal fee for btc?",
        {"withdraw_crypto", "withdraw_limits_fees"},
    ),
    (
        "en",
        "How do I create an API key? By the way, my withdrawal is still pending since this morning",
        {"withdraw_crypto", "api_keys"},
    ),
    (
        "es",
        "¿cómo activo el 2fa? y otra cosa, ¿cuánto cobran por retirar usdt?",
        {"two_factor", "withdraw_limits_fees"},
    ),
    (
        "ru",
        "как включить двухфакторную аутентификацию? и еще вопрос, какая комиссия за вывод usdt?",
        {"two_factor", "withdraw_limits_fees"},
    ),
    (
        "tr",
        "2fa nasıl açılır? bir de usdt çekim ücreti ne kadar?",
        {"two_factor", "withdraw_limits_fees"},
    ),
    (
        "vi",
        "làm sao bật 2fa? còn nữa, phí rút usdt là bao nhiêu?",
        {"two_factor", "withdraw_limits_fees"},
    ),
    (
        "pt",
        "como ativo o 2fa? outra coisa, qual a taxa para sacar usdt?",
        {"two_factor", "withdraw_limits_fees"},
    ),
)
ONE = (
    "I sent btc yesterday and it has not arrived",
    "hi, i lost my phone, how do I reset 2fa",
    "what are the withdrawal fees for btc and eth",
    "Hello! How are you? I would like to know how to reset my password, please. Thank you.",
    "envié btc ayer y no ha llegado",
    "вчера отправил usdt и они не пришли",
    "dün usdt gönderdim ve gelmedi",
    "hôm qua mình gửi usdt và chưa nhận được",
    "mandei usdt ontem e não chegou",
)


@pytest.fixture(scope="module")
def results() -> dict[str, Any]:
    import asyncio

    texts = [*(text for _, text, _ in TWO), *ONE]

    async def route() -> list[dict[str, Any]]:
        settings = Settings.load()
        lines = [Line(number, text, text) for number, text in enumerate(texts, 1)]
        async with assistant(settings) as client:
            return await route_lines(
                lines, ChannelParser(client), open_base(settings), LanguageDetector()
            )

    return {result["id"]: result for result in asyncio.run(route())}


@pytest.mark.parametrize(("language", "text", "topics"), TWO, ids=[each[1] for each in TWO])
def test_both_wishes_are_understood(
    results: dict[str, Any], language: str, text: str, topics: set[str]
) -> None:
    wishes = results[text]["wishes"]
    assert {wish["topic"] for wish in wishes} == topics
    assert wishes[0]["outcome"] == "treated"
    assert results[text]["topic"] == wishes[0]["topic"]


def test_a_problem_goes_before_a_question(results: dict[str, Any]) -> None:
    for text in (TWO[0][1], TWO[1][1]):
        assert results[text]["topic"] == "withdraw_crypto"


@pytest.mark.parametrize("text", ONE)
def test_one_wish_stays_one(results: dict[str, Any], text: str) -> None:
    assert results[text]["wishes"] == []
