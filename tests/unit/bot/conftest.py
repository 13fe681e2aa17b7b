"""Tests of Rasa's side need its environment; `test_in_rasa_environment` runs them there."""

from __future__ import annotations

import importlib.util

IN_RASA_ENVIRONMENT = importlib.util.find_spec("rasa") is not None

if IN_RASA_ENVIRONMENT:
    collect_ignore = ["test_in_rasa_environment.py"]
else:
    collect_ignore = [
        "test_entities.py",
        "test_estimator.py",
        "test_labelled.py",
        "test_ngrams.py",
        "test_settings_of_components.py",
        "test_tone_component.py",
        "test_tuning.py",
        "test_wish_fitting.py",
    ]
