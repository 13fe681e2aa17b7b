"""The article classifier: learned from phrasings, kept without pickles."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge.classifier import ArticleClassifier, softmax
from knowledge.passages import Kind, Passage

# Three articles around three directions, four phrasings each.
CENTRES = np.eye(3, 8, dtype=np.float32)
NAMES = ("deposits", "fees", "limits")


def passages_and_vectors(names: tuple[str, ...]) -> tuple[list[Passage], np.ndarray]:
    noise = np.random.default_rng(1).normal(scale=0.1, size=(len(names), 4, 8))
    passages, vectors = [], []
    for number, name in enumerate(names):
        for phrasing in range(4):
            passages.append(Passage(name, "en", Kind.QUESTION, f"{name} {phrasing}"))
            vectors.append(CENTRES[number] + noise[number, phrasing])
    return passages, np.array(vectors, np.float32)


@pytest.mark.parametrize("count", [2, 3])
def test_a_message_near_an_articles_phrasings_is_that_articles(count: int) -> None:
    classifier = ArticleClassifier.fit(*passages_and_vectors(NAMES[:count]))
    for number, name in enumerate(NAMES[:count]):
        shares = classifier.probabilities(CENTRES[number])
        assert max(shares, key=shares.__getitem__) == name
        assert sum(shares.values()) == pytest.approx(1)


def test_one_article_is_always_meant_and_none_never() -> None:
    one = ArticleClassifier.fit(*passages_and_vectors(NAMES[:1]))
    assert one.probabilities(CENTRES[0]) == {"deposits": 1.0}
    nothing = ArticleClassifier.fit([], np.zeros((0, 8), np.float32))
    assert nothing.probabilities(CENTRES[0]) == {}


def test_customers_messages_teach_nothing() -> None:
    passages, vectors = passages_and_vectors(NAMES)
    misleading = [Passage("fees", "en", Kind.MESSAGE, f"m{n}") for n in range(20)]
    both = np.vstack([vectors, np.repeat(CENTRES[:1], 20, axis=0)])
    alone = ArticleClassifier.fit(passages, vectors)
    together = ArticleClassifier.fit([*passages, *misleading], both)
    np.testing.assert_allclose(alone.coefficients, together.coefficients)


def test_after_an_edit_it_begins_where_it_was() -> None:
    passages, vectors = passages_and_vectors(NAMES)
    kept = [number for number, passage in enumerate(passages) if passage.article != "fees"]
    before = ArticleClassifier.fit([passages[n] for n in kept], vectors[kept])
    again = ArticleClassifier.fit(passages, vectors, before)
    anew = ArticleClassifier.fit(passages, vectors)
    assert again.names == anew.names
    np.testing.assert_allclose(again.coefficients, anew.coefficients, atol=0.05)
    # Nothing is left to learn where nothing was edited.
    same = ArticleClassifier.fit(passages, vectors, anew)
    np.testing.assert_allclose(same.coefficients, anew.coefficients, atol=1e-6)


def test_what_is_expected_follows_the_phrasings_of_a_language() -> None:
    passages, vectors = passages_and_vectors(NAMES)
    again = [Passage("fees", "es", Kind.QUESTION, f"tarifas {n}") for n in range(12)]
    twelve = np.repeat(vectors[4:8], 3, axis=0)
    together = ArticleClassifier.fit([*passages, *again], np.vstack([vectors, twelve]))
    assert together.counts.tolist() == [4, 16, 4]
    between = CENTRES[0] + CENTRES[1]
    english = together.expecting(passages)
    before, after = together.probabilities(between), english.probabilities(between)
    ratio = (before["fees"] / before["deposits"]) / (after["fees"] / after["deposits"])
    assert ratio == pytest.approx(4, rel=1e-4)


def test_it_is_the_same_after_saving(tmp_path: Path) -> None:
    classifier = ArticleClassifier.fit(*passages_and_vectors(NAMES))
    classifier.save(tmp_path / "classifier.npz")
    kept = ArticleClassifier.load(tmp_path / "classifier.npz")
    assert kept.probabilities(CENTRES[1]) == classifier.probabilities(CENTRES[1])


def test_shares_survive_extreme_scores() -> None:
    assert softmax(np.array([1000.0, -1000.0])).tolist() == [1.0, 0.0]
    assert softmax(np.zeros(0)).tolist() == []
