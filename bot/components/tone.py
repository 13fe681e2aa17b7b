"""The tone of a message (bot/intents/tone.py): feelings, threats, delays, the need of a person."""

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
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

import bot.intents
from bot.components.sentence_featurizer import ROOT, SentenceFeaturizer
from bot.components.settings import check_keys
from bot.intents.cues import read_cues
from bot.intents.tone import LABELS, NEEDS_HUMAN, TONES, ToneModel, same_meaning
from bot.intents.tone_data import ToneExample, of_intent, read_needs, read_tones
from bot.training_vectors import MAX_TOKENS, training_vectors

TONE = "tone"
CUES = "cues.yml"
INTENTS = "data/intents.yml"
# In the model's archive; `bot.train` lays it beside the model.
VALIDATION = "tone_validation.jsonl"
# Stands in the model's archive instead of a model.
NOT_TRAINED = "not_trained"
NEEDED = {1.0: True, 0.0: False}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ToneClassifier(GraphComponent):
    """Sets `tone` of a message, a probability for each of TONES, and `needs_human`.

    Data that hold none of data/intents.yml's intents (`teller evaluate intents` on another domain)
    train nothing, and messages are left as they are.

    Needs the durations of `EntityRules` and the sentence vector of `SentenceFeaturizer` before it
    in the pipeline.
    """

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._model: ToneModel | None = None

    @classmethod
    def required_components(cls) -> list[Any]:
        # Not EntityRules: Rasa leaves extractors out of training, and would refuse to train.
        return [SentenceFeaturizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            # The folder of labelled messages and cues, relative to the checkout.
            "data": "data/tone",
            # The folder of the encoder, for the labelled messages, and the word pieces read of one:
            # those of SentenceFeaturizer.
            "encoder": "models/encoder",
            "max_tokens": MAX_TOKENS,
            # Inverse regularisation; calibration follows by itself.
            "strength": 3.0,
            # How many training messages of an intent a labelled message outweighs.
            "weight": 3.0,
            # Decides the folds; the same seed and data give the same model.
            "seed": 0,
        }

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ToneClassifier:
        check_keys("ToneClassifier", config, cls.get_default_config())
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> ToneClassifier:
        classifier = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            if not (Path(folder) / NOT_TRAINED).exists():
                classifier._model = ToneModel.load(folder)
        return classifier

    @staticmethod
    def fingerprint_addon(config: dict[str, Any]) -> str:
        """Train anew when labelled messages, intents or the code changed: Rasa hashes this module
        only.
        """
        digest = hashlib.sha256()
        data = ROOT / config.get("data", "data/tone")
        code = Path(bot.intents.__file__).parent.glob("*.py")
        for path in sorted([*data.glob("*.tsv"), data / CUES, ROOT / INTENTS, *code]):
            digest.update(path.read_bytes())
        return digest.hexdigest()

    def train(self, training_data: TrainingData) -> Resource:
        folder = ROOT / self._config["data"]
        labelled = list(read_tones(folder))
        needs = read_needs(ROOT / INTENTS)
        # Of other intents than ours nobody knows what they show (`teller evaluate intents`).
        spoken = [
            each
            for each in training_data.intent_examples
            if each.get(TEXT) and each.get(INTENT) in needs
        ]
        told = [of_intent(e.get(TEXT), e.get(INTENT), needs[e.get(INTENT)]) for e in spoken]
        if not spoken:
            _report("tone: no intent of ours in this data, so nothing to judge: not trained")
            with self._model_storage.write_to(self._resource) as written:
                (Path(written) / NOT_TRAINED).touch()
            return self._resource
        vectors = training_vectors(self._config["encoder"], self._config["max_tokens"])
        own = vectors.encode([each.text for each in labelled])
        groups = same_meaning(own)
        examples = [*labelled, *told]
        weights = np.ones(len(examples))
        weights[: len(labelled)] = self._config["weight"]
        model = ToneModel(
            read_cues(folder / CUES), strength=self._config["strength"], seed=self._config["seed"]
        )
        validation = model.fit(
            [each.text for each in examples],
            np.concatenate([own, *_vectors(spoken)]),
            np.array([each.row() for each in examples]),
            weights,
            groups=np.concatenate([groups, groups.max() + 1 + np.arange(len(spoken))]),
            report=_report,
        )
        self._model = model
        with self._model_storage.write_to(self._resource) as written:
            model.save(written)
            _write(Path(written) / VALIDATION, labelled, validation)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        spoken = [message for message in messages if message.get(TEXT) is not None]
        if self._model is None or not spoken:
            return messages
        texts = [message.get(TEXT) for message in spoken]
        hours = [_longest_period(message) for message in spoken]
        found = self._model.predict(texts, np.concatenate(_vectors(spoken)), hours)
        for message, row in zip(spoken, found, strict=True):
            tone = {label: round(float(row[at]), 4) for at, label in enumerate(TONES)}
            message.set(TONE, tone, add_to_output=True)
            needed = round(float(row[LABELS.index(NEEDS_HUMAN)]), 4)
            message.set(NEEDS_HUMAN, needed, add_to_output=True)
        return messages


def _longest_period(message: Message) -> float:
    """The longest duration that EntityRules found, in hours."""
    entities = message.get(ENTITIES, [])
    named = (each["value"] for each in entities if each["entity"] == "duration")
    return max((float(value) for value in named), default=0.0)


def _vectors(messages: Sequence[Message]) -> list[np.ndarray]:
    """The sentence vectors, each of shape (1, d)."""
    rows = []
    for message in messages:
        _, sentence = message.get_dense_features(TEXT)
        if sentence is None:
            raise ValueError("No sentence vector: put SentenceFeaturizer before ToneClassifier.")
        rows.append(np.asarray(sentence.features[:1], np.float32))
    return rows


def _report(line: str) -> None:
    print(f"          {line}", flush=True)


def _write(path: Path, labelled: Sequence[ToneExample], validation: np.ndarray) -> None:
    """The labelled messages with their truth and with what models that did not see them say.

    Not the training messages of intents: the encoder may have learned from them, so that what is
    said of them flatters.
    """
    with path.open("w", encoding="utf-8") as file:
        for example, found in zip(labelled, validation[: len(labelled)], strict=True):
            row = {
                "text": example.text,
                "language": example.language,
                "truth": [label for label in TONES if example.labels[label]],
                "needed": NEEDED.get(example.labels[NEEDS_HUMAN]),
                **{label: round(float(found[at]), 5) for at, label in enumerate(LABELS)},
            }
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
