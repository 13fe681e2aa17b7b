"""The sentence encoder (knowledge/encoder.py) as a dense featuriser."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.settings import check_keys
from bot.training_vectors import MAX_TOKENS, training_vectors
from knowledge.encoder import Encoder, encoder_hash, pack_vector

ROOT = Path(__file__).resolve().parents[2]
VECTOR = "vector"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceFeaturizer(GraphComponent):
    """Gives each text its unit vector as a sentence feature.

    The model is not copied into the trained archive: `encoder` names its folder, and a trained
    model asks for the very encoder that it was trained with (`fingerprint_addon` makes training
    start anew where it changed).
    """

    def __init__(self, config: dict[str, Any]) -> None:
        self._name = config.get(FEATURIZER_CLASS_ALIAS, type(self).__name__)
        self._folder = config["encoder"]
        self._encoder = shared_encoder(self._folder, config["max_tokens"])

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            # Folder that `make encoder` writes, relative to the checkout.
            "encoder": "models/encoder",
            # Word pieces read of a message.
            "max_tokens": MAX_TOKENS,
            FEATURIZER_CLASS_ALIAS: "sentence",
        }

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceFeaturizer:
        check_keys("SentenceFeaturizer", config, cls.get_default_config())
        return cls(config)

    @staticmethod
    def fingerprint_addon(config: dict[str, Any]) -> str | None:
        """Retrain when the encoder's files changed: Rasa hashes the configuration only."""
        return encoder_hash(encoder_folder(config.get("encoder", "models/encoder")))

    def process(self, messages: list[Message]) -> list[Message]:
        for message, vector in self._add_features(messages, self._encoder.encode):
            # The action server searches by the same vector; encoding twice costs more than this.
            message.set(VECTOR, pack_vector(vector, self._encoder.hash), add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        vectors = training_vectors(self._folder, self._encoder.max_tokens)
        self._add_features(training_data.training_examples, vectors.encode)
        return training_data

    def _add_features(
        self, messages: list[Message], encode: Callable[[Sequence[str]], np.ndarray]
    ) -> list[tuple[Message, np.ndarray]]:
        spoken = [message for message in messages if message.get(TEXT) is not None]
        vectors = encode([message.get(TEXT) for message in spoken])
        added = list(zip(spoken, vectors, strict=True))
        for message, vector in added:
            message.add_features(
                Features(np.array([vector]), FEATURE_TYPE_SENTENCE, TEXT, self._name)
            )
        return added


@lru_cache(maxsize=2)
def shared_encoder(name: str, max_tokens: int) -> Encoder:
    """The encoder of a configured folder, loaded once for every component that reads live texts."""
    return Encoder(encoder_folder(name), max_tokens=max_tokens)


def encoder_folder(name: str) -> Path:
    """The folder of a configured encoder; a relative one lies in the checkout."""
    return ROOT / name
