"""The tone component inside Rasa: what it learns from, what it writes, what a message gets."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import ENTITIES, FEATURE_TYPE_SENTENCE, INTENT, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components import tone
from bot.components.tone import VALIDATION, ToneClassifier

SHOWN = {
    "anger": ["you are thieves", "what a disgrace", "i am furious"],
    "distress,self_harm": ["i want to die", "i will kill myself", "no reason to live"],
    "threat": ["my lawyer will write", "i go to the police", "see you in court"],
    "repeated": ["i asked you before", "nobody answers me", "third time i write"],
    "waiting": ["three days and no money", "since last week nothing came", "two days pending"],
    "person": ["a human please", "let me talk to an agent", "connect me to a person"],
}
WIDTH = 100
PLAIN = ["how do i deposit", "what is the fee", "where is my address", "can i use a card"]


class FakeEncoder:
    """Each text has a direction of its own: what is learned is learned from words."""

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        return np.eye(WIDTH, dtype=np.float32)[: len(texts)]


def message(text: str, intent: str | None = None) -> Message:
    made = Message({TEXT: text, INTENT: intent} if intent else {TEXT: text})
    vector = np.zeros((1, WIDTH), np.float32)
    made.add_features(Features(vector, FEATURE_TYPE_SENTENCE, TEXT, "sentence"))
    return made


@pytest.fixture
def storage(tmp_path: Path) -> LocalModelStorage:
    return LocalModelStorage.create(tmp_path)


@pytest.fixture
def config(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> dict:
    monkeypatch.setattr(tone, "training_vectors", lambda name, max_tokens: FakeEncoder())
    folder = tmp_path_factory.mktemp("tone")
    lines = [f"{labels}\tyes\t{text}" for labels, texts in SHOWN.items() for text in texts]
    lines += [f"-\tno\t{text}" for text in PLAIN]
    (folder / "en.tsv").write_text("\n".join(lines * 3) + "\n", encoding="utf-8")
    (folder / "cues.yml").write_text("law:\n  en: lawyer | court\n", encoding="utf-8")
    return {**ToneClassifier.get_default_config(), "data": str(folder)}


def trained(config: dict, storage: LocalModelStorage) -> tuple[ToneClassifier, Resource]:
    resource = Resource("tone")
    context = ExecutionContext(GraphSchema({}))
    component = ToneClassifier.create(config, storage, resource, context)
    examples = [message("is there a fee", "withdraw_fee"), message("card_arrival", "of_nobody")]
    return component, component.train(TrainingData(examples))


def test_a_message_gets_its_tone_and_need(config: dict, storage: LocalModelStorage) -> None:
    component, resource = trained(config, storage)
    loaded = ToneClassifier.load(config, storage, resource, ExecutionContext(GraphSchema({})))
    for each in (component, loaded):
        (said,) = each.process([message("my lawyer will see you in court")])
        assert max(said.get("tone"), key=said.get("tone").get) == "threat"
        (asked,) = each.process([message("how do i deposit")])
        assert asked.get("needs_human") < 0.5 < said.get("needs_human")


def test_it_writes_what_models_that_did_not_see_a_labelled_message_say(
    config: dict, storage: LocalModelStorage
) -> None:
    _, resource = trained(config, storage)
    with storage.read_from(resource) as folder:
        lines = (folder / VALIDATION).read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    assert (rows[0]["truth"], rows[0]["needed"], rows[0]["language"]) == (["anger"], True, "en")
    assert (rows[-1]["truth"], rows[-1]["needed"]) == ([], False)
    assert 0 <= rows[0]["needs_human"] <= 1
    # The encoder may have learned from the training messages of intents.
    assert not [row for row in rows if row["text"] in ("is there a fee", "card_arrival")]


def test_labelled_messages_are_part_of_the_fingerprint(config: dict) -> None:
    before = ToneClassifier.fingerprint_addon(config)
    file = Path(config["data"]) / "en.tsv"
    file.write_text(file.read_text(encoding="utf-8") + "-\tno\tnew\n", encoding="utf-8")
    assert ToneClassifier.fingerprint_addon(config) != before


def test_an_unknown_key_is_refused(storage: LocalModelStorage) -> None:
    with pytest.raises(InvalidConfigException, match="strenght"):
        ToneClassifier.create(
            {"strenght": 2.0}, storage, Resource("tone"), ExecutionContext(GraphSchema({}))
        )


def test_periods_that_were_found_before_are_used(
    config: dict, storage: LocalModelStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    component, _ = trained(config, storage)
    asked = []
    monkeypatch.setattr(
        component._model, "predict", lambda *given: asked.append(given) or np.zeros((1, 8))
    )
    said = message("hm")
    said.set(ENTITIES, [{"entity": "duration", "value": 72}, {"entity": "asset", "value": "BTC"}])
    component.process([said])
    assert asked[0][2] == [72.0]


def test_data_of_another_domain_train_nothing(config: dict, storage: LocalModelStorage) -> None:
    resource = Resource("tone")
    context = ExecutionContext(GraphSchema({}))
    component = ToneClassifier.create(config, storage, resource, context)
    component.train(TrainingData([message("where is my card", "card_arrival")]))
    loaded = ToneClassifier.load(config, storage, resource, context)
    for each in (component, loaded):
        (said,) = each.process([message("my lawyer will see you in court")])
        assert said.get("needs_human") is None
