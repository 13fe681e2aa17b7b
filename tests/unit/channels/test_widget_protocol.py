"""Frames of the widget: what is read, and that nothing else is."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.widget.protocol import (
    FrameError,
    Hello,
    Send,
    read_event_id,
    read_frame,
    read_hello,
    read_locale,
    read_post,
)


def test_a_hello_names_session_and_position() -> None:
    frame = '{"type":"hello","session":"abc","last_event_id":12}'

    assert read_hello(frame) == Hello("abc", 12)


def test_each_kind_of_frame_is_read() -> None:
    assert read_frame('{"type":"ping"}') == "ping"
    assert read_frame('{"type":"typing"}') == "typing"
    assert read_frame('{"type":"message","client_message_id":"a","text":"hi"}') == Send("a", "hi")
    assert read_frame('{"type":"choice","client_message_id":"a","token":"t"}') == Send(
        "a", choice="t"
    )
    assert read_frame('{"type":"human","client_message_id":"a"}') == Send("a", human=True)


def test_a_post_is_read_as_a_frame() -> None:
    assert read_post('{"client_message_id":"a","text":"hi"}') == Send("a", "hi")
    assert read_post('{"client_message_id":"a","choice":"t"}') == Send("a", choice="t")
    assert read_post('{"client_message_id":"a","human":true}') == Send("a", human=True)


def test_an_error_about_a_message_names_it() -> None:
    with pytest.raises(FrameError) as caught:
        read_frame('{"type":"message","client_message_id":"a","text":5}')

    assert caught.value.client_message_id == "a"


@pytest.mark.parametrize(
    ("value", "locale"),
    [
        ("en", "en"),
        ("pt-BR", "pt-BR"),
        ("zh_Hant_TW", "zh_Hant_TW"),
        ("", None),
        ("<b>", None),
        (7, None),
        ("x" * 99, None),
    ],
)
def test_an_odd_locale_is_no_locale(value: object, locale: str | None) -> None:
    assert read_locale(value) == locale


@given(st.one_of(st.text(), st.binary()))
def test_any_frame_is_read_or_refused(frame: str | bytes) -> None:
    for read in (read_frame, read_hello, read_post):
        with suppress(FrameError):
            read(frame)


@given(st.one_of(st.integers(), st.text(), st.floats(), st.none(), st.booleans()))
def test_an_event_id_is_a_whole_number_that_the_database_takes(value: object) -> None:
    try:
        number = read_event_id(value)
    except FrameError:
        return
    assert 0 <= number < 2**63
