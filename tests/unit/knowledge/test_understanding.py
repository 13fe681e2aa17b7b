"""Rasa's parse becomes typed values."""

from __future__ import annotations

import pytest

from knowledge.understanding import Understanding, nothing_understood

PARSE = {
    "text": "usdt trc20 missing for 3 days",
    "intent": {"name": "deposit_missing", "confidence": 0.7},
    "intent_ranking": [
        {"name": "deposit_missing", "confidence": 0.7},
        {"name": "deposit_how", "confidence": 0.2},
    ],
    "entities": [
        {"entity": "network", "value": "TRC20", "start": 5, "end": 10},
        {"entity": "asset", "value": "USDT", "start": 0, "end": 4},
        {"entity": "duration", "value": 72, "start": 23, "end": 29},
        {"entity": "odd", "value": {"a": 1}},
    ],
    "in_scope": 0.9,
}


def test_a_parse_is_read() -> None:
    known = Understanding.from_parse(PARSE, language="en")
    assert (known.intent, known.confidence, known.in_scope) == ("deposit_missing", 0.7, 0.9)
    assert known.entity("asset") == "USDT"
    assert known.entity("network") == "TRC20"
    assert known.entity("amount") is None
    assert known.hours() == 72
    assert [entity.name for entity in known.entities] == ["asset", "network", "duration"]
    assert known.mass(frozenset({"deposit_missing", "deposit_how"})) == pytest.approx(0.9)


def test_a_fallback_gives_way_to_the_guess_that_it_hides() -> None:
    ranking = [{"name": "nlu_fallback", "confidence": 0.9}, *PARSE["intent_ranking"]]  # type: ignore[misc]  # a mixed literal
    parse = PARSE | {
        "intent": {"name": "nlu_fallback", "confidence": 0.9},
        "intent_ranking": ranking,
    }
    known = Understanding.from_parse(parse, language="en")
    assert (known.intent, known.confidence) == ("deposit_missing", 0.7)


@pytest.mark.parametrize("parse", [{}, {"intent": None}, {"intent": {"name": None}}])
def test_an_empty_parse_is_out_of_scope(parse: dict[str, object]) -> None:
    known = Understanding.from_parse(parse, language="en", text="x")
    assert (known.intent, known.confidence) == ("oos_general", 0.0)


def test_a_duration_that_is_no_number_counts_as_none() -> None:
    parse = PARSE | {"entities": [{"entity": "duration", "value": "long"}]}
    assert Understanding.from_parse(parse, language="en").hours() == 0


def test_nothing_understood_is_unintelligible() -> None:
    assert nothing_understood("👍", "en").intent == "unintelligible"


def test_tone_and_need_are_read() -> None:
    parse = PARSE | {"tone": {"anger": 0.7, "threat": 0.1}, "needs_human": 0.4}
    known = Understanding.from_parse(parse, language="en")
    assert (known.tone, known.needs_human) == ({"anger": 0.7, "threat": 0.1}, 0.4)
    silent = Understanding.from_parse(PARSE, language="en")
    assert (silent.tone, silent.needs_human) == ({}, None)


def test_a_feeling_and_the_need_belong_to_the_whole_and_a_delay_to_every_wish() -> None:
    row = {
        "text": "where is it", "start": 0, "end": 11, "intent": "deposit_missing",
        "confidence": 0.6, "in_scope": 0.9, "ranking": [],
    }  # fmt: skip
    tone = {"anger": 0.7, "waiting": 0.9}
    parse = PARSE | {"tone": tone, "needs_human": 0.4, "wishes": [row]}
    (part,) = Understanding.from_parse(parse, language="en").wishes
    assert (part.tone, part.needs_human) == ({"waiting": 0.9}, None)
