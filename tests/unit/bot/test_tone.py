"""The tone model: what it learns, calibrates, keeps and refuses."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from bot.intents.cues import Cues
from bot.intents.tone import LABELS, ToneError, ToneModel, same_meaning
from bot.intents.tone_reading import Reader, grams

CUES = Cues({"law": ["lawyer*", "abogad*", "court"], "company": ["you", "ustedes"]})
THREAT = LABELS.index("threat")

SHOWN = {
    "anger": ("you are thieves", "what a disgrace this is", "i am so furious"),
    "distress": ("i am desperate", "i cannot pay my food", "all savings are gone"),
    "self_harm": ("i want to die", "i will kill myself", "no reason to live"),
    "threat": ("my lawyer will write", "i take you to court", "the lawyer knows you"),
    "repeated": ("i asked you before", "nobody answers me", "third time i write"),
    "waiting": ("three days and no money", "nothing since last week", "two days pending"),
    "person": ("a human please", "let me talk to an agent", "connect me to a person"),
    "": ("how do i deposit", "what is the fee for btc", "where is my address"),
}


def examples(times: int = 4) -> tuple[list[str], np.ndarray]:
    """Texts with their labels; whatever has one needs a person."""
    texts, truth = [], []
    for time in range(times):
        for label, own in SHOWN.items():
            for text in own:
                texts.append(f"{text} {time}")
                truth.append([float(each == label) for each in LABELS[:-1]] + [float(label != "")])
    return texts, np.array(truth)


def fitted() -> tuple[ToneModel, np.ndarray]:
    texts, truth = examples()
    model = ToneModel(CUES)
    validation = model.fit(texts, np.zeros((len(texts), 3)), truth, np.ones(len(texts)))
    return model, validation


def probability(model: ToneModel, text: str, label: int = THREAT) -> float:
    return float(model.predict([text], np.zeros((1, 3)))[0, label])


def test_it_learns_labels_that_may_come_together() -> None:
    model, _ = fitted()
    (row,) = model.predict(["i am furious, my lawyer will write"], np.zeros((1, 3)))
    found = dict(zip(LABELS, row, strict=True))
    assert found["threat"] > 0.5 > found["person"]
    assert found["needs_human"] > 0.5 > probability(model, "what is the fee", -1)


def test_a_cue_counts_for_a_word_of_no_example() -> None:
    model, _ = fitted()
    assert probability(model, "mi abogado y ustedes") > 5 * probability(
        model, "mi tarjeta y bancos"
    )


def test_validation_is_by_models_that_did_not_see_the_example() -> None:
    texts, truth = examples()
    texts.append("zzz qqq")
    truth = np.vstack([truth, truth[9]])
    model = ToneModel(CUES)
    validation = model.fit(texts, np.zeros((len(texts), 3)), truth, np.ones(len(texts)))
    assert probability(model, "zzz qqq") > 2 * validation[-1, THREAT]


def test_examples_of_one_group_are_validated_together() -> None:
    texts, truth = examples()
    alone = ToneModel(CUES).fit(texts, np.zeros((len(texts), 3)), truth, np.ones(len(texts)))
    # The four versions of each text in one group: none is seen when another is validated.
    groups = np.tile(np.arange(len(texts) // 4), 4)
    together = ToneModel(CUES).fit(
        texts, np.zeros((len(texts), 3)), truth, np.ones(len(texts)), groups=groups
    )
    wrong = np.abs(alone - truth).mean()
    assert np.abs(together - truth).mean() > 1.5 * wrong


def test_near_vectors_have_the_same_meaning() -> None:
    vectors = np.array([[1.0, 0.0], [0.9, 0.44], [0.6, 0.8], [0.0, -1.0]])
    one, two, three, four = same_meaning(vectors, cosine=0.85)
    assert one == two == three != four


def test_the_sentence_vector_counts() -> None:
    texts, truth = examples()
    vectors = np.stack([truth[:, THREAT], 1 - truth[:, THREAT]], axis=1)
    model = ToneModel(CUES)
    model.fit(texts, vectors, truth, np.ones(len(texts)))
    threat, none = model.predict(["hm", "hm"], np.array([[1.0, 0.0], [0.0, 1.0]]))
    assert threat[THREAT] > none[THREAT]


def test_unknown_labels_teach_nothing() -> None:
    texts, truth = examples()
    truth[np.array(["lawyer" in text for text in texts]), THREAT] = np.nan
    model = ToneModel(Cues({"none": ["zzz"]}))
    model.fit(texts, np.zeros((len(texts), 3)), truth, np.ones(len(texts)))
    sure, _ = fitted()
    assert probability(model, "my lawyer will write") < probability(sure, "my lawyer will write")


def test_the_same_data_give_the_same_model(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        fitted()[0].save(tmp_path / name)
    one, two = ((tmp_path / name / "tone.json").read_text("utf-8") for name in ("one", "two"))
    assert one == two
    first, second = (np.load(tmp_path / name / "tone.npz") for name in ("one", "two"))
    assert np.array_equal(first["table"], second["table"])


def test_a_saved_model_says_the_same(tmp_path: Path) -> None:
    model, _ = fitted()
    model.save(tmp_path)
    loaded = ToneModel.load(tmp_path)
    for text in ("my lawyer will write", "how do i deposit", "", "🙂", "x" * 5000):
        assert probability(loaded, text) == pytest.approx(probability(model, text), abs=0.01)


def test_another_format_is_refused(tmp_path: Path) -> None:
    fitted()[0].save(tmp_path)
    names = json.loads((tmp_path / "tone.json").read_text("utf-8"))
    (tmp_path / "tone.json").write_text(json.dumps(names | {"format": 0}), "utf-8")
    with pytest.raises(ToneError, match=r"another version.*Train again"):
        ToneModel.load(tmp_path)
    with pytest.raises(ToneError, match="Train again"):
        ToneModel.load(tmp_path / "nowhere")


def test_a_label_without_examples_is_named() -> None:
    texts, truth = examples()
    truth[:, THREAT] = 0
    with pytest.raises(ToneError, match="threat needs examples"):
        ToneModel(CUES).fit(texts, np.zeros((len(texts), 3)), truth, np.ones(len(texts)))


def test_lengths_that_differ_are_refused() -> None:
    texts, truth = examples()
    with pytest.raises(ToneError, match="do not fit together"):
        ToneModel(CUES).fit(texts[1:], np.zeros((len(texts), 3)), truth, np.ones(len(texts)))


def test_grams() -> None:
    found = set(grams("ab cd 12!"))
    assert {"ab", "ab cd", "ab cd 0", "0", "!", "<ab", "ab>", "<ab>", "cd>"} <= found


def test_of_a_long_message_both_ends_are_read() -> None:
    reader = Reader(CUES)
    reading = reader.read("first " + "middle " * 300 + "lawyer")
    assert {"first", "lawyer"} <= reading.grams
    assert reading.signs[0] == 0


def test_pairs_of_signs_have_columns_of_their_own() -> None:
    reader = Reader(CUES)
    both = set(reader.cells(reader.read("you and the lawyer go there now ok"))[0])
    one = set(reader.cells(reader.read("she and the lawyer go there now ok"))[0])
    assert len(both - one) == 2
