"""The action server as the process that `teller up` starts."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[3]
PATIENCE = 60.0


@pytest.fixture
def server(tmp_path: Path) -> Iterator[httpx.Client]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "actions", "--port", str(port)],
        cwd=ROOT,
        env={**os.environ, "TELLER_KNOWLEDGE_INDEX": str(tmp_path), "TELLER_LOG_FORMAT": "json"},
        stdout=subprocess.DEVNULL,
    )
    try:
        client = httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False)
        with client:
            deadline = time.monotonic() + PATIENCE
            while time.monotonic() < deadline and process.poll() is None:
                try:
                    client.get("/health")
                    break
                except httpx.TransportError:
                    time.sleep(0.1)
            yield client
    finally:
        process.terminate()
        assert process.wait(20) == 0


def test_it_starts_without_an_index_hands_over_and_stops_cleanly(server: httpx.Client) -> None:
    health = server.get("/health")
    assert health.status_code == 503
    assert health.json()["error"]["code"] == "index_unavailable"
    message = {"text": "hello", "intent": {"name": "greeting", "confidence": 1.0}, "entities": []}
    call = {
        "next_action": "action_answer",
        "sender_id": "c",
        "tracker": {
            "sender_id": "c",
            "slots": {},
            "latest_message": message,
            "events": [],
            "paused": False,
            "latest_input_channel": "teller",
            "active_loop": {},
            "latest_action_name": "action_listen",
        },
    }
    payload = server.post("/webhook", json=call).json()["responses"][0]["custom"]["teller"]
    assert payload["handoff"]["reason"] == "assistant_failed"
    assert payload["replies"][0]["text"]
