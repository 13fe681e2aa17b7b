"""The assistant process with the real model, asked over its private channel."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).parents[3]
RASA = ROOT / ".venv-rasa" / "bin" / "python"
MODEL = ROOT / "models" / "teller.tar.gz"
SECRET = "a-secret-for-tests-only"
START_LIMIT = 120.0


@dataclass
class Actions:
    """A stand-in for the action server: keeps what it was asked, says what it is told to say."""

    asked: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    silent: bool = False
    url: str = ""

    def answer(self, call: dict[str, Any]) -> dict[str, Any]:
        self.asked.append(call)
        reply = {"replies": [{"text": call["next_action"], "choices": []}], "record": {}}
        return {"events": [], "responses": [] if self.silent else [{"custom": {"teller": reply}}]}


@contextmanager
def action_server() -> Iterator[Actions]:
    actions = Actions()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            call = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            body = json.dumps(actions.answer(call)).encode()
            self.send_response(actions.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/health" else 404)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: Any) -> None:
            """Tests read what was asked, not a log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    actions.url = f"http://127.0.0.1:{server.server_port}/webhook"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield actions
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[str, Actions]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with action_server() as actions:
        process = subprocess.Popen(
            [RASA, "-m", "bot.serve", "--port", str(port), "--model", MODEL,
             "--actions-url", actions.url, "--in-memory"],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "TELLER_ASSISTANT_SECRET": SECRET},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        base = f"http://127.0.0.1:{port}/webhooks/teller"
        try:
            deadline = time.monotonic() + START_LIMIT
            while True:
                assert process.poll() is None, "the assistant ended while starting"
                assert time.monotonic() < deadline, "the assistant did not start"
                try:
                    headers = {"Authorization": f"Bearer {SECRET}"}
                    if httpx.get(f"{base}/ready", headers=headers).status_code == 200:
                        break
                except httpx.HTTPError:
                    pass
                time.sleep(0.3)
            yield base, actions
        finally:
            process.terminate()
            process.wait(30)


@pytest.fixture
def actions(running: tuple[str, Actions]) -> Iterator[Actions]:
    _, actions = running
    actions.asked.clear()
    yield actions
    actions.status, actions.silent = 200, False


@pytest.fixture
def client(running: tuple[str, Actions]) -> Iterator[httpx.Client]:
    base, _ = running
    with httpx.Client(
        base_url=base, headers={"Authorization": f"Bearer {SECRET}"}, timeout=30
    ) as client:
        yield client


def turn(client: httpx.Client, text: str, **more: Any) -> httpx.Response:
    return client.post(
        "/turn", json={"conversation": f"c-{text}", "event_id": 1, "text": text, **more}
    )


def understood(client: httpx.Client, *texts: str) -> list[dict[str, Any]]:
    answer = client.post("/parse", json={"texts": list(texts)})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["results"])


@pytest.mark.parametrize("header", [None, "Bearer wrong", "Bearer", SECRET])
@pytest.mark.parametrize(
    ("method", "path"), [("GET", "ready"), ("POST", "turn"), ("POST", "parse")]
)
def test_without_the_secret_nothing_is_done(
    running: tuple[str, Actions], header: str | None, method: str, path: str
) -> None:
    base, actions = running
    before = len(actions.asked)
    headers = {"Authorization": header} if header else {}
    answer = httpx.request(method, f"{base}/{path}", headers=headers)
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "unauthorized"
    assert len(actions.asked) == before


def test_rasas_own_doors_stay_shut(running: tuple[str, Actions]) -> None:
    root = running[0].split("/webhooks")[0]
    for path in ("/model/parse", "/conversations/x/tracker", "/webhooks/rest/webhook"):
        assert httpx.post(root + path, json={"text": "hi"}).status_code == 404


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("how much does it cost to withdraw usdt", "action_answer"),
        ("I want to talk to a human", "action_hand_off"),
        ("hello", "action_small_talk"),
        ("what's the weather tomorrow in Paris", "action_decline"),
    ],
)
def test_each_kind_of_intent_reaches_its_action(
    client: httpx.Client, actions: Actions, text: str, action: str
) -> None:
    answer = turn(client, text)
    assert answer.status_code == 200, answer.text
    assert [reply["text"] for reply in answer.json()["replies"]] == [action]
    assert answer.json()["record"]["milliseconds"]["nlu"] > 0


def test_the_action_sees_what_was_understood(client: httpx.Client, actions: Actions) -> None:
    turn(client, "fee to withdraw 100 usdt on trc20", language="en", context={"clarifications": 1})
    message = actions.asked[-1]["tracker"]["latest_message"]
    assert message["intent"]["name"] == "withdraw_fee"
    assert len(message["intent_ranking"]) == 10
    found = {entity["entity"]: entity["value"] for entity in message["entities"]}
    assert found["asset"] == "USDT"
    assert found["network"] == "TRC20"
    assert message["metadata"]["context"] == {"clarifications": 1}


def test_a_tapped_choice_skips_understanding(client: httpx.Client, actions: Actions) -> None:
    answer = turn(client, "Flexible", choice={"article": "savings-flexible-rates"})
    assert [reply["text"] for reply in answer.json()["replies"]] == ["action_choose"]
    message = actions.asked[-1]["tracker"]["latest_message"]
    assert message["intent"] == {"name": "choose", "confidence": 1.0}
    assert message["entities"][0]["value"] == "savings-flexible-rates"


def test_a_tapped_choice_keeps_the_coin_that_it_was_offered_for(
    client: httpx.Client, actions: Actions
) -> None:
    turn(client, "Fees", choice={"article": "withdrawal-fees", "asset": "BTC", "network": 1})
    message = actions.asked[-1]["tracker"]["latest_message"]
    named = {entity["entity"]: entity["value"] for entity in message["entities"]}
    assert named == {"article": "withdrawal-fees", "asset": "BTC"}


@pytest.mark.parametrize(
    "text",
    ["/restart", " /restart", "//restart", '/greeting{"a": {"b": 1}}', '/choose{"article": "x"}',
     "/human_agent", "/back"],
)  # fmt: skip
def test_a_slash_has_no_power(client: httpx.Client, actions: Actions, text: str) -> None:
    answer = turn(client, text)
    assert answer.status_code == 200
    message = actions.asked[-1]["tracker"]["latest_message"]
    assert not message["text"].startswith("/")
    assert message["intent"]["confidence"] < 1
    assert message["intent"]["name"] not in {"restart", "choose", "back"}


def test_an_action_server_that_fails_is_an_error_and_no_silence(
    client: httpx.Client, actions: Actions
) -> None:
    actions.status = 500
    answer = turn(client, "hello")
    assert answer.status_code == 502
    assert answer.json()["error"]["code"] == "no_reply"


def test_an_action_that_says_nothing_is_an_error(client: httpx.Client, actions: Actions) -> None:
    actions.silent = True
    assert turn(client, "hello").json()["error"]["code"] == "no_reply"


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'"x"', b"\xff\xfe", b'{"text": 5}', b'{"text": "x"}',
     b'{"text": "x", "conversation": "c", "choice": {"article": 1}}',
     b'{"text": "x", "conversation": "c", "choice": {"intent": "a", "article": "b"}}'],
)  # fmt: skip
def test_a_wrong_request_is_named(client: httpx.Client, body: bytes) -> None:
    answer = client.post("/turn", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "bad_request"


def test_too_long_a_text_is_refused(client: httpx.Client) -> None:
    assert turn(client, "x" * 20_001).status_code == 400


@pytest.mark.parametrize(
    "text",
    ["", "   ", "🚀🚀", "\u200b", "\ud800", "x" * 20_000, "<script>alert(1)</script>", "';--"],
)
def test_any_text_is_understood_as_something(client: httpx.Client, text: str) -> None:
    body = json.dumps({"texts": [text]}).encode()
    answer = client.post("/parse", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["results"][0]["intent"]["name"]


def test_nonsense_and_signs_are_out_of_scope(client: httpx.Client) -> None:
    known, *others = understood(
        client, "what is the withdrawal fee for btc", "", "🚀🚀", "asdkjh qwlekj zmxncb", "?!?"
    )
    assert known["in_scope"] > 0.5
    for other in others:
        assert other["in_scope"] < 0.3, other["text"]


def test_confidences_are_probabilities(client: httpx.Client) -> None:
    (found,) = understood(client, "apy?")
    values = [each["confidence"] for each in found["intent_ranking"]]
    assert values == sorted(values, reverse=True)
    assert 0 < sum(values) <= 1 + 1e-6
    assert found["intent"] == found["intent_ranking"][0]
