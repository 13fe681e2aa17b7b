"""Components refuse configuration that they do not know, which Rasa itself ignores."""

from __future__ import annotations

import pytest
from rasa.shared.exceptions import InvalidConfigException

from bot.components.settings import check_keys

KNOWN = {"strength": 60.0, "seed": 0, "names": True, "outside": []}


def test_known_keys_pass() -> None:
    check_keys("Classifier", {"strength": 5, "names": False, "outside": ["a"]}, KNOWN)


def test_an_unknown_key_is_named_with_those_that_are_known() -> None:
    with pytest.raises(
        InvalidConfigException, match=r"Classifier: `strenght` is not known.*strength"
    ):
        check_keys("Classifier", {"strenght": 5}, KNOWN)


@pytest.mark.parametrize(
    ("key", "value"), [("seed", "many"), ("names", 1), ("outside", "x"), ("strength", True)]
)
def test_a_value_of_another_type_is_named(key: str, value: object) -> None:
    with pytest.raises(InvalidConfigException, match=f"`{key}: {value!r}` is no"):
        check_keys("Classifier", {key: value}, KNOWN)


def test_rasas_own_keys_pass() -> None:
    check_keys("Classifier", {"component_name": "x", "name": "y"}, KNOWN)
