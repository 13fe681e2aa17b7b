"""The language model, fitted on a few messages of each language."""

from __future__ import annotations

from pathlib import Path

import pytest
from threadpoolctl import threadpool_limits

from knowledge.language import LanguageDetector
from knowledge.language_fitting import Sample, fit, read_samples
from knowledge.letters import Letters

MESSAGES = {
    "en": ["where is my money", "how long does it take", "i cannot sign in", "help me please"],
    "es": ["dónde está mi dinero", "cuánto tarda", "no puedo entrar", "ayúdame por favor"],
    "ru": ["где мои деньги", "сколько ждать", "не могу войти", "помогите пожалуйста"],
    "tr": ["param nerede", "ne kadar sürer", "giriş yapamıyorum", "yardım edin lütfen"],
    "vi": ["tiền của tôi đâu", "mất bao lâu", "tôi không vào được", "giúp tôi với"],
    "pt": ["onde está meu dinheiro", "quanto demora", "não consigo entrar", "me ajude por favor"],
    "id": ["uang saya di mana", "berapa lama", "saya tidak bisa masuk", "tolong bantu saya"],
    "fr": ["où est mon argent", "combien de temps", "je n'arrive pas", "aidez-moi s'il vous plaît"],
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "data" / "nlu").mkdir(parents=True)
    (tmp_path / "data" / "languages").mkdir()
    for language, messages in MESSAGES.items():
        if language in ("id", "fr"):
            file = tmp_path / "data" / "languages" / f"{language}.txt"
            file.write_text("\n".join([*messages, ""]), encoding="utf-8")
            continue
        suffix = "" if language == "en" else f".{language}"
        lines = "".join(f"    - {message}\n" for message in [*messages, "ok ciao"])
        (tmp_path / "data" / "nlu" / f"topic{suffix}.yml").write_text(
            f"nlu:\n- intent: help\n  examples: |\n{lines}"
            f"- intent: unintelligible\n  examples: |\n    - asdf {language} gh\n",
            encoding="utf-8",
        )
    return tmp_path


def test_what_two_languages_share_and_what_is_none_teaches_nothing(root: Path) -> None:
    samples = read_samples(root)
    assert {sample.language for sample in samples} == set(MESSAGES)
    assert len(samples) == sum(len(messages) for messages in MESSAGES.values())
    assert Sample("ru", "где мои деньги") in samples


def test_a_model_is_fitted_kept_and_heard(root: Path, tmp_path: Path) -> None:
    with threadpool_limits(1):
        letters, measured = fit(read_samples(root))
    letters.save(tmp_path / "model", measured)
    detector = LanguageDetector(Letters.load(tmp_path / "model"))

    assert detector.detect("onde está o meu dinheiro") == "pt"
    assert detector.detect("gde moi dengi pozhaluysta") == "ru"
    assert measured["messages"] == 32
    assert set(measured["unseen"]) > {"all", "en", "vi", "1-2 words"}
    assert all(0 <= share <= 1 for share in measured["unseen_without_accents"].values())
