"""What is done once instead of on every turn gives what Rasa gives."""

from __future__ import annotations

import pytest
from jsonschema import ValidationError, validate
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.events import ActionExecuted, Event, SlotSet, UserUttered

from bot import remote_actions, tuning


@pytest.fixture(scope="module", autouse=True)
def _installed() -> None:
    remote_actions.install()
    tuning.install()


@pytest.mark.parametrize("kind", [UserUttered, ActionExecuted, SlotSet])
def test_event_classes_are_found_by_name(kind: type[Event]) -> None:
    assert Event.resolve_by_type(kind.type_name) is kind


def test_an_unknown_event_is_still_an_error() -> None:
    with pytest.raises(ValueError, match="Unknown event name"):
        Event.resolve_by_type("no_such_event")


RESULTS = [
    {"events": [], "responses": []},
    {"events": [{"event": "slot", "name": "asset", "value": "BTC", "timestamp": None}]},
    {"events": [{"event": "followup", "name": "action_listen", "timestamp": 1.5}]},
    {"events": [{"event": "no_such_event"}]},
    {"events": "none", "responses": []},
    {"events": [], "responses": [5]},
    {"responses": {}},
]


@pytest.mark.parametrize("result", RESULTS)
def test_the_compiled_schema_judges_as_rasas_own(result: object) -> None:
    action = RemoteAction("action_answer", None)
    try:
        validate(result, RemoteAction.action_response_format_spec())
        expected = True
    except ValidationError:
        expected = False
    if expected:
        assert action._validate_action_result(result)
    else:
        with pytest.raises(ValidationError):
            action._validate_action_result(result)
