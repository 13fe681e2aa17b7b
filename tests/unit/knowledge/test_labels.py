"""What is offered is read in the customer's language, as far as it has words for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.articles import Choices
from knowledge.articles import Option as Asked
from knowledge.base import KnowledgeBase
from knowledge.errors import ResponsesError
from knowledge.gate import Option
from knowledge.labels import Labels
from knowledge.testing import make_article, make_base

INTENTS = {
    "withdraw_fee": {"topic": "withdraw_limits_fees", "handling": "answer", "label": "Fees"},
    "rates": {"topic": "savings_earn", "handling": "answer", "label": "Rates"},
    "lost": {"topic": "deposit_crypto", "handling": "handoff", "label": "Deposit missing"},
}
LABELS = Labels({"es": {"withdraw_fee": "Comisiones", "rates": "Tasas", "lost": "Falta"}})


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    choices = Choices("Which?", (Asked("Flexible", "flexible"), Asked("Fixed", "fixed")))
    articles = [
        make_article("fees", title="Withdrawal fees", intents=("withdraw_fee",)),
        make_article("limits", title="Limits"),
        make_article("limits", title="Límites", language="es"),
        make_article("flexible", title="Flexible rates", intents=("rates",)),
        make_article("fixed", title="Fixed rates", intents=("rates",)),
        make_article("apy", title="APY", choices=choices),
    ]
    english = [article for article in articles if article.language == "en"]
    base = make_base(english, INTENTS)
    return KnowledgeBase(**{**base.__dict__, "articles": tuple(articles)})


def read(base: KnowledgeBase, *options: Option, language: str = "es", asking: str | None = None):
    return [each.label for each in LABELS.options(options, base, language, asking=asking)]


def test_an_article_is_called_by_its_title_else_by_its_intent(base: KnowledgeBase) -> None:
    options = (Option("Limits", article="limits"), Option("Withdrawal fees", article="fees"))
    assert read(base, *options) == ["Límites", "Comisiones"]
    assert LABELS.article("fees", base, "es") == "Comisiones"
    assert LABELS.article("limits", base, "es") == "Límites"
    assert LABELS.article("gone", base, "es") == ""


def test_an_intent_is_called_by_its_label(base: KnowledgeBase) -> None:
    assert read(base, Option("Deposit missing", intent="lost")) == ["Falta"]


def test_english_stays_where_there_is_no_other_word(base: KnowledgeBase) -> None:
    options = (Option("Deposit missing", intent="lost"), Option("Limits", article="limits"))
    assert read(base, *options, language="en") == ["Deposit missing", "Limits"]
    assert read(base, *options, language="tr") == ["Deposit missing", "Limits"]


def test_two_that_would_read_alike_keep_their_own_names(base: KnowledgeBase) -> None:
    options = (Option("Flexible", article="flexible"), Option("Fixed", article="fixed"))
    assert read(base, *options, asking="apy") == ["Flexible", "Fixed"]


def test_a_choice_is_called_as_the_asking_article_does(base: KnowledgeBase) -> None:
    choices = Choices("¿Cuál?", (Asked("Flexible ES", "flexible"), Asked("Fijo", "fixed")))
    spanish = make_article("apy", title="APY", language="es", choices=choices)
    fields = {**base.__dict__, "articles": (*base.articles, spanish)}
    fields.pop("_by_key", None)
    held = KnowledgeBase(**fields)
    options = (Option("Flexible", article="flexible"), Option("Fixed", article="fixed"))
    assert read(held, *options, asking="apy") == ["Flexible ES", "Fijo"]


@pytest.mark.parametrize("text", ["a: 3\n", "- x\n", "a: [", "a: ''\n"])
def test_a_damaged_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "es.yml").write_text(text)
    with pytest.raises(ResponsesError, match=r"es\.yml"):
        Labels.load(tmp_path)
