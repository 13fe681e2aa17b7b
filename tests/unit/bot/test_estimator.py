"""The intent estimator on small made-up data with made-up vectors: no encoder, no Rasa."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
import pytest

from bot.intents.estimator import EstimatorError, IntentEstimator, words_of

WORDS = {
    "withdraw_fee": "fee cost charge price withdraw send out commission",
    "deposit_missing": "deposit missing not arrived credited incoming transfer gone",
    "verify_identity": "identity passport verify document selfie kyc photo",
    "greeting": "hello hi hey good morning evening there",
    "oos_general": "weather recipe football song film pizza joke",
}


def encode(texts: list[str]) -> np.ndarray:
    """Bag of words, each word a fixed direction: similar texts have similar vectors."""
    rows = []
    for text in texts:
        row = np.full(64, 1e-3)
        for word in text.lower().split():
            row += np.random.default_rng(zlib.crc32(word.encode("utf-8", "replace"))).normal(
                size=64
            )
        rows.append(row / np.linalg.norm(row))
    return np.array(rows, dtype=np.float32)


def examples(each: int, *, seed: int = 0) -> tuple[list[str], list[str]]:
    chance = np.random.default_rng(seed)
    texts, labels = [], []
    for intent, words in WORDS.items():
        for _ in range(each):
            texts.append(" ".join(chance.choice(words.split(), size=3, replace=False)))
            labels.append(intent)
    return texts, labels


@pytest.fixture(scope="module")
def trained() -> IntentEstimator:
    texts, labels = examples(30)
    estimator = IntentEstimator(outside=["oos_general"])
    estimator.fit(texts, encode(texts), labels, encode=encode)
    return estimator


def predict(estimator: IntentEstimator, text: str):
    (prediction,) = estimator.predict([text], encode([text]))
    return prediction


def test_it_learns(trained: IntentEstimator) -> None:
    texts, labels = examples(20, seed=1)
    found = trained.predict(texts, encode(texts))
    right = np.mean([each.intent == label for each, label in zip(found, labels, strict=True)])
    assert right >= 0.95


def test_rankings_are_probabilities_in_falling_order(trained: IntentEstimator) -> None:
    ranking = predict(trained, "what is the fee").ranking
    values = [value for _, value in ranking]
    assert {name for name, _ in ranking} == set(WORDS)
    assert values == sorted(values, reverse=True)
    assert sum(values) == pytest.approx(1, abs=1e-3)


def test_two_examples_per_intent_are_enough_to_train() -> None:
    texts, labels = examples(2)
    estimator = IntentEstimator()
    validation = estimator.fit(texts, encode(texts), labels)
    assert len(validation) == len(texts)
    assert predict(estimator, texts[0]).intent == labels[0]


def test_one_example_of_an_intent_is_survived() -> None:
    texts, labels = examples(3)
    texts.append("close my account")
    labels.append("delete_account")
    estimator = IntentEstimator()
    estimator.fit(texts, encode(texts), labels)
    assert predict(estimator, "close my account").intent == "delete_account"


def test_confidence_means_what_it_says(trained: IntentEstimator) -> None:
    # Half of each text is from another intent: nobody can be sure.
    texts, labels = examples(40, seed=2)
    others, _ = examples(40, seed=3)
    mixed = [f"{text} {other}" for text, other in zip(texts, others[::-1], strict=True)]
    found = trained.predict(mixed, encode(mixed))
    confidence = np.mean([each.confidence for each in found])
    right = np.mean([each.intent == label for each, label in zip(found, labels, strict=True)])
    assert confidence < 0.95
    assert abs(confidence - right) < 0.35


def test_gibberish_is_less_in_scope_than_what_was_taught(trained: IntentEstimator) -> None:
    taught = predict(trained, "withdraw fee").in_scope
    assert predict(trained, "qwlekj zmxncb asdkjh").in_scope < 0.5 * taught


def test_outside_intents_are_not_in_scope(trained: IntentEstimator) -> None:
    assert predict(trained, "pizza recipe weather").in_scope < 0.3


@pytest.mark.parametrize("text", ["", "   ", "🚀🚀🚀", "???", "\u200b\u200d", "\ud83d"])
def test_a_text_without_letters_is_out_of_scope(trained: IntentEstimator, text: str) -> None:
    found = predict(trained, text)
    assert found.in_scope == 0
    assert 0 <= found.confidence <= 1


def test_a_saved_estimator_answers_alike(trained: IntentEstimator, tmp_path: Path) -> None:
    trained.save(tmp_path)
    restored = IntentEstimator.load(tmp_path)
    for text in ("withdraw fee", "hello there", "qqq"):
        one, other = predict(trained, text), predict(restored, text)
        assert other.intent == one.intent
        assert other.confidence == pytest.approx(one.confidence, abs=0.01)
        assert other.in_scope == pytest.approx(one.in_scope, abs=0.01)


def test_the_same_seed_gives_the_same_model() -> None:
    texts, labels = examples(10)
    found = []
    for _ in range(2):
        estimator = IntentEstimator(seed=3)
        estimator.fit(texts, encode(texts), labels)
        found.append(predict(estimator, "fee for sending").confidence)
    assert found[0] == found[1]


def test_one_intent_is_refused() -> None:
    with pytest.raises(EstimatorError, match="two intents"):
        IntentEstimator().fit(["a", "b"], encode(["a", "b"]), ["x", "x"])


def test_lengths_that_differ_are_refused() -> None:
    with pytest.raises(EstimatorError, match="as many of each"):
        IntentEstimator().fit(["a", "b"], encode(["a"]), ["x", "y"])


def test_everything_outside_is_refused() -> None:
    texts, labels = examples(3)
    with pytest.raises(EstimatorError, match="outside"):
        IntentEstimator(outside=list(WORDS)).fit(texts, encode(texts), labels)


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(EstimatorError, match="Train again"):
        IntentEstimator.load(tmp_path)


def test_calibration_keeps_to_what_the_encoder_has_not_learned() -> None:
    # Of each intent many examples are easy, as if learned; the others are mixed with another one.
    easy, labels = examples(150)
    hard, hard_labels = examples(110, seed=5)
    others, _ = examples(110, seed=6)
    mixed = [f"{text} {other}" for text, other in zip(hard, others[::-1], strict=True)]
    texts, truth = [*easy, *mixed], [*labels, *hard_labels]
    new = np.arange(len(texts)) >= len(easy)
    vectors = encode(texts)
    trusting, careful = IntentEstimator(), IntentEstimator()
    trusting.fit(texts, vectors, truth)
    careful.fit(texts, vectors, truth, unlearned=new)
    trial, trial_labels = examples(40, seed=7)
    beside, _ = examples(40, seed=8)
    said = [f"{text} {other}" for text, other in zip(trial, beside[::-1], strict=True)]

    def off(estimator: IntentEstimator) -> float:
        found = estimator.predict(said, encode(said))
        right = np.mean([p.intent == label for p, label in zip(found, trial_labels, strict=True)])
        return float(np.mean([each.confidence for each in found]) - right)

    assert off(careful) < off(trusting)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("card_arrival", "card arrival"),
        ("weather/checkSunset", "weather check Sunset"),
        ("SearchCreativeWork", "Search Creative Work"),
        ("кодНеПришёл", "код Не Пришёл"),
        ("ATM limit", "ATM limit"),
        ("?", "?"),
    ],
)
def test_a_name_is_read_as_words(name: str, words: str) -> None:
    assert words_of(name) == words
