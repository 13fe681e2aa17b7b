"""The system's sentences: every language's own, English where one is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.texts import ENGLISH, ResponseTexts


def test_a_missing_sentence_or_language_is_english(tmp_path: Path) -> None:
    (tmp_path / "en.yml").write_text("notice:\n  queued: Please wait.\n")
    (tmp_path / "de.yml").write_text("notice:\n  closed: [Geschlossen., Zu.]\n")
    texts = ResponseTexts(tmp_path)

    assert texts.text("notice.queued", "de") == "Please wait."
    assert texts.text("notice.closed", "de") == "Geschlossen."
    assert texts.text("notice.closed", "xx") == ENGLISH["notice.closed"]
    assert texts.text("notice.agent_joined", None, name="Mia") == "Mia has joined the conversation."


def test_an_unknown_key_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        ResponseTexts(tmp_path).text("notice.unheard", "en")
