"""Routing many messages: the way of live traffic, one output for each line."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import pytest

from conversations import guard as guarding
from knowledge.language import LanguageDetector
from knowledge.testing import make_article, make_base
from server import route
from server.route import ChannelParser, RouteError, read_lines, route_lines

INTENTS = {
    "fee": {"topic": "withdraw_limits_fees", "handling": "answer", "label": "Fees"},
    "human_agent": {
        "topic": "human_agent",
        "handling": "handoff",
        "label": "Person",
        "needs_human": True,
    },
    "secret_shared": {
        "topic": "secret_shared",
        "handling": "handoff",
        "label": "Secret",
        "needs_human": True,
        "priority": "urgent",
        "team": "security",
    },
    "unintelligible": {"topic": "unintelligible", "handling": "decline", "label": "Unreadable"},
}
BASE = make_base(
    [make_article("fees", intents=("fee",), questions=("what is the withdrawal fee",))], INTENTS
)
LANGUAGES = LanguageDetector()
FIELDS = [
    "id",
    "language",
    "intent",
    "topic",
    "confidence",
    "in_scope",
    "decision",
    "needs_human",
    "reason",
    "article",
    "alternatives",
    "wishes",
    "redacted_text",
    "secrets",
    "milliseconds",
]


class Parser:
    """Understands everything as a question about fees."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def __call__(self, texts: Sequence[str]) -> Sequence[Mapping[str, Any]]:
        self.asked.extend(texts)
        ranking = [{"name": "fee", "confidence": 0.95}]
        return [
            {"text": text, "intent": ranking[0], "intent_ranking": ranking, "in_scope": 0.9}
            for text in texts
        ]


def lines(*rows: object) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


async def run(content: bytes, parser: Parser | None = None) -> list[dict[str, Any]]:
    return await route_lines(read_lines(content), parser or Parser(), BASE, LANGUAGES)


async def test_a_message_gets_exactly_the_promised_fields() -> None:
    (result,) = await run(lines({"id": 7, "text": "what is the withdrawal fee"}))
    assert list(result) == FIELDS
    assert (result["id"], result["decision"], result["article"]) == (7, "answer", "fees")
    assert result["redacted_text"] == "what is the withdrawal fee"
    assert isinstance(result["milliseconds"], float)
    assert json.loads(json.dumps(result)) == result


async def test_the_order_is_that_of_the_file_over_many_batches() -> None:
    content = lines(*({"id": number, "text": f"fee {number}"} for number in range(120)))
    assert [result["id"] for result in await run(content)] == list(range(120))


async def test_progress_is_told() -> None:
    told: list[int] = []
    read = read_lines(lines(*({"id": number, "text": "fee"} for number in range(120))))
    await route_lines(read, Parser(), BASE, LANGUAGES, progress=told.append)
    assert told[-1] == 120
    assert told == sorted(told)


@pytest.mark.parametrize(
    ("line", "id_", "says"),
    [
        (b"{", None, "line 2: not JSON"),
        (b"[1]", None, "line 2: not a JSON object"),
        (b'{"text": "x"}', None, 'line 2: "id" is missing'),
        (b'{"id": 5}', 5, 'line 2: "text"'),
        (b'{"id": "a", "text": 3}', "a", 'line 2: "text"'),
        (b'{"id": "a", "text": "x", "lang": 3}', "a", 'line 2: "lang"'),
        (b"\xff\xfe", None, "line 2: not UTF-8"),
        (b"[" * 100_000, None, "line 2: not JSON"),
    ],
)
async def test_a_line_that_cannot_be_read_says_so_in_its_place(
    line: bytes, id_: object, says: str
) -> None:
    good = lines({"id": 1, "text": "fee"}).strip()
    results = await run(b"\n".join([good, line, good]))
    assert [result["id"] for result in results] == [1, id_, 1]
    assert set(results[1]) == {"id", "error"}
    assert says in results[1]["error"]


async def test_blank_lines_are_none() -> None:
    assert len(await run(b"\n\r\n" + lines({"id": 1, "text": "fee"}) + b"\n")) == 1


@pytest.mark.parametrize("text", ["", "   ", "👍👍", "\u200b\u200b", "???!"])
async def test_what_cannot_be_read_is_never_classified(text: str) -> None:
    parser = Parser()
    (result,) = await run(lines({"id": 1, "text": text}), parser)
    assert (result["topic"], result["decision"]) == ("unintelligible", "decline")
    assert parser.asked == []


async def test_a_secret_goes_to_a_person_unclassified(monkeypatch: pytest.MonkeyPatch) -> None:
    def found(text: str) -> guarding.Guarded:
        clean = text.replace("hunter2", "[password removed]")
        secrets = ("password",) if clean != text else ()
        return guarding.Guarded(clean, secrets, False, False)

    monkeypatch.setattr(route, "guard", found)
    parser = Parser()
    (result,) = await run(lines({"id": 1, "text": "my password is hunter2"}), parser)
    assert result["redacted_text"] == "my password is [password removed]"
    assert result["secrets"] == ["password"]
    assert (result["topic"], result["reason"]) == ("secret_shared", "secret_shared")
    assert (result["decision"], result["needs_human"]) == ("handoff", True)
    assert "hunter2" not in str(result)
    assert parser.asked == []


async def test_a_given_language_is_believed_if_it_is_one() -> None:
    results = await run(
        lines({"id": 1, "text": "fee", "lang": "ES"}, {"id": 2, "text": "fee", "lang": "klingon"})
    )
    assert [result["language"] for result in results] == ["es", "en"]


def channel(handler: Any) -> ChannelParser:
    transport = httpx.MockTransport(handler)
    return ChannelParser(httpx.AsyncClient(transport=transport, base_url="http://assistant"))


async def test_the_channel_is_asked_for_all_texts_at_once() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/webhooks/teller/parse"
        texts = json.loads(request.content)["texts"]
        return httpx.Response(200, json={"results": [{"text": text} for text in texts]})

    assert await channel(handler)(["a", "b"]) == [{"text": "a"}, {"text": "b"}]


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(500, json={"error": {}}),
        httpx.Response(200, text="no"),
        httpx.Response(200, json={"results": []}),
        httpx.Response(200, json={"other": 1}),
    ],
)
async def test_a_channel_that_does_not_answer_as_agreed_is_an_error(
    response: httpx.Response,
) -> None:
    with pytest.raises(RouteError):
        await channel(lambda _: response)(["a"])
