"""The intent classifier: calibrated confidence and in-scope score (bot/intents)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

import bot.intents
from bot.components.sentence_featurizer import SentenceFeaturizer, encoder_folder, shared_encoder
from bot.components.settings import check_keys
from bot.intents.estimator import IntentEstimator, Prediction
from bot.intents.wishes import Wish, WishFinder, WishModel
from bot.training_vectors import MAX_TOKENS, training_vectors
from knowledge.learned import unlearned

RANKED = 10
IN_SCOPE = "in_scope"
WISHES = "wishes"
# In the model's archive; `bot.train` lays it beside the model, where the gate is calibrated on it.
CROSS_VALIDATION = "cross_validation.jsonl"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class CalibratedIntentClassifier(IntentClassifier, GraphComponent):
    """Sets `intent`, `intent_ranking` and `in_scope` of a message, and its `wishes` where it has
    several.

    Needs the sentence vector of `SentenceFeaturizer` before it in the pipeline.
    """

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._estimator = IntentEstimator(
            strength=config["strength"],
            outside=config["outside"],
            seed=config["seed"],
        )
        self._trained = False
        self._finder: WishFinder | None = None

    @classmethod
    def required_components(cls) -> list[Any]:
        return [SentenceFeaturizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            # Inverse regularisation of the logistic members; calibration follows by itself.
            "strength": 60.0,
            # Intents that stand for what the assistant does not cover.
            "outside": [],
            # Intents that are no wish of their own beside another one.
            "asides": [],
            # Look for several wishes in one message.
            "wishes": True,
            # Use the intents' own names as one example of each.
            "names": True,
            # The folder of the encoder, for the names and for parts of a message, and the word
            # pieces read of one: those of SentenceFeaturizer, which shares its encoder then.
            "encoder": "models/encoder",
            "max_tokens": MAX_TOKENS,
            # Decides the folds and the order of examples; the same data give the same model.
            "seed": 0,
        }

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> CalibratedIntentClassifier:
        check_keys("CalibratedIntentClassifier", config, cls.get_default_config())
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> CalibratedIntentClassifier:
        classifier = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            classifier._estimator = IntentEstimator.load(folder)
        classifier._trained = True
        if config["wishes"]:
            asides = frozenset([*config["asides"], *config["outside"]])
            classifier._finder = WishFinder(WishModel.load(), classifier._judge, asides)
        return classifier

    @staticmethod
    def fingerprint_addon(config: dict[str, Any]) -> str:
        """Train anew when the estimator's code changed: Rasa hashes this module only."""
        digest = hashlib.sha256()
        for path in sorted(Path(bot.intents.__file__).parent.glob("*.py")):
            digest.update(path.read_bytes())
        return digest.hexdigest()

    def train(self, training_data: TrainingData) -> Resource:
        examples = [each for each in training_data.intent_examples if each.get(TEXT)]
        texts = [each.get(TEXT) for each in examples]
        labels = [each.get(INTENT) for each in examples]
        folder_of_encoder = encoder_folder(self._config["encoder"])
        encode = None
        if self._config["names"]:
            encode = training_vectors(self._config["encoder"], self._config["max_tokens"]).encode
        new = unlearned(folder_of_encoder, texts)
        validation = self._estimator.fit(
            texts, _vectors(examples), labels, encode=encode, unlearned=new, report=_report
        )
        self._trained = True
        right = np.array(
            [each.intent == label for each, label in zip(validation, labels, strict=True)]
        )
        share = f"{right[new].mean():.1%}" if new.any() else "none"
        _report(
            f"{share} right in cross-validation, of {np.count_nonzero(new)} examples (of "
            f"{len(texts)}) whose intents the encoder has not learned"
        )
        with self._model_storage.write_to(self._resource) as folder:
            self._estimator.save(folder)
            _write(Path(folder) / CROSS_VALIDATION, texts, labels, validation, new)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        if not self._trained:
            return messages
        spoken = [message for message in messages if message.get(TEXT) is not None]
        if not spoken:
            return messages
        texts = [message.get(TEXT) for message in spoken]
        for message, found in zip(
            spoken, self._estimator.predict(texts, _vectors(spoken)), strict=True
        ):
            ranking = _ranked(found)
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
            message.set(IN_SCOPE, found.in_scope, add_to_output=True)
            if self._finder is not None:
                spans = [(each["start"], each["end"]) for each in message.get(ENTITIES) or ()]
                wishes = self._finder.find(message.get(TEXT), found, spans)
                if wishes:
                    message.set(WISHES, [_plain(wish) for wish in wishes], add_to_output=True)
        return messages

    def _judge(self, texts: Sequence[str]) -> list[Prediction]:
        encoder = shared_encoder(self._config["encoder"], self._config["max_tokens"])
        return self._estimator.predict(texts, encoder.encode(texts))


def _ranked(found: Prediction) -> list[dict[str, Any]]:
    return [
        {"name": intent, "confidence": confidence} for intent, confidence in found.ranking[:RANKED]
    ]


def _plain(wish: Wish) -> dict[str, Any]:
    """A wish as the parse tells it: its text and place in the message, and what it means."""
    return {
        "text": wish.text,
        "start": wish.start,
        "end": wish.end,
        "intent": wish.prediction.intent,
        "confidence": wish.prediction.confidence,
        "in_scope": wish.prediction.in_scope,
        "ranking": _ranked(wish.prediction),
    }


def _vectors(messages: Sequence[Message]) -> np.ndarray:
    rows = []
    for message in messages:
        _, sentence = message.get_dense_features(TEXT)
        if sentence is None:
            raise ValueError("No sentence vector: put SentenceFeaturizer before the classifier.")
        rows.append(sentence.features[0])
    return np.stack(rows)


def _report(line: str) -> None:
    print(f"          {line}", flush=True)


def _write(
    path: Path,
    texts: Sequence[str],
    labels: Sequence[str],
    validation: Sequence[Prediction],
    new: np.ndarray,
) -> None:
    with path.open("w", encoding="utf-8") as file:
        for text, label, found, fair in zip(texts, labels, validation, new, strict=True):
            row = {
                "text": text,
                "intent": label,
                "predicted": found.intent,
                "confidence": round(found.confidence, 6),
                "in_scope": round(found.in_scope, 6),
                "unlearned": bool(fair),
                "ranking": [[name, round(value, 6)] for name, value in found.ranking[:5]],
            }
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
