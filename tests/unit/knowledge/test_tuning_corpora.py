"""What the encoder is tuned on: read completely, held out reliably, refused with a reason."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from knowledge.articles import Article
from knowledge.tuning.corpora import (
    EXAMPLES,
    PHRASINGS,
    Corpora,
    CorporaError,
    Example,
    Pair,
    article_pairs,
    is_held_out,
    label_pairs,
    read_examples,
    read_glossary,
    read_parallel,
    read_sets,
)


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def article(language: str, title: str, body: str) -> Article:
    day = date(2026, 1, 1)
    return Article("fees", language, title, "fees", ("fee",), ("fee?",), "payments", day, day, body)


def test_sets_are_read_without_what_is_out_of_scope(tmp_path: Path) -> None:
    write(tmp_path / "clinc/train.csv", 'text,intent\n"hi, you",greet\nblah,out_of_scope\n')
    write(tmp_path / "clinc/test.csv", "text,intent\nnever,read\n")
    assert read_sets(tmp_path) == {"clinc": [Example("hi, you", "greet")]}


@pytest.mark.parametrize("name", ["banking77", "renamed"])
def test_banking77_is_left_out_under_any_name(tmp_path: Path, name: str) -> None:
    labels = ("card_arrival", "beneficiary_not_allowed", "top_up_by_cash_or_cheque")
    rows = "".join(f"text,{label}\n" for label in labels)
    write(tmp_path / name / "train.csv", "text,intent\n" + rows)
    write(tmp_path / "other/train.csv", "text,intent\nwhere is my card,card_arrival\n")
    assert set(read_sets(tmp_path)) == {"other"}


def test_banking77_alone_is_nothing_to_tune_on(tmp_path: Path) -> None:
    write(tmp_path / "banking77/train.csv", "text,intent\nwhere is it,card_arrival\n")
    with pytest.raises(CorporaError, match="holds no set to tune on"):
        read_sets(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("utterance,intent\nhi,greet\n", r"train\.csv:1: .*text and intent"),
        ("text,intent\nhi,greet\nho,\n", r"train\.csv:3: text or intent is empty"),
        ("text,intent\n", "holds no examples"),
        ("", r"train\.csv:1: "),
    ],
)
def test_a_bad_set_is_named(tmp_path: Path, text: str, message: str) -> None:
    write(tmp_path / "mine/train.csv", text)
    with pytest.raises(CorporaError, match=message):
        read_sets(tmp_path)


def test_examples_are_the_english_ones(tmp_path: Path) -> None:
    block = "nlu:\n  - intent: greet\n    examples: |\n      - {}\n      - two - words\n"
    write(tmp_path / "greeting.yml", block.format("hi"))
    write(tmp_path / "greeting.es.yml", block.format("hola"))
    assert read_examples(tmp_path) == [Example("hi", "greet"), Example("two - words", "greet")]


def test_examples_of_another_form_are_named(tmp_path: Path) -> None:
    write(tmp_path / "greeting.yml", "nlu:\n  - intent: greet\n")
    with pytest.raises(CorporaError, match=r"greeting\.yml: expected blocks"):
        read_examples(tmp_path)


def test_pairs_carry_language_and_intent(tmp_path: Path) -> None:
    write(tmp_path / "parallel/es/greeting.tsv", "greet\thola\thello\n")
    write(tmp_path / "glossary/es.tsv", "cuenta\taccount\n")
    write(tmp_path / "glossary/README.md", "no table\n")
    assert read_parallel(tmp_path / "parallel") == [Pair("es", "hola", "hello", "greet")]
    assert read_glossary(tmp_path / "glossary") == [Pair("es", "cuenta", "account")]


def test_a_line_with_a_column_missing_is_named(tmp_path: Path) -> None:
    write(tmp_path / "es.tsv", "cuenta\taccount\nsaldo\t\n")
    with pytest.raises(CorporaError, match=r"es\.tsv:2: expected expression and meaning"):
        read_glossary(tmp_path)


def test_labels_are_paired_by_intent(tmp_path: Path) -> None:
    intents = write(tmp_path / "intents.yml", "open: {label: Open an account}\n")
    write(tmp_path / "labels/es.yml", "open: Abrir una cuenta\nunknown: Otra cosa\n")
    expected = [Pair("es", "Abrir una cuenta", "Open an account", "open")]
    assert label_pairs(intents, tmp_path / "labels") == expected


def test_articles_are_paired_line_by_line_where_they_have_as_many() -> None:
    english = article("en", "Fees", "{% if x %}long enough{% endif %}\n\n## What it costs you\nBTC")
    spanish = article("es", "Tarifas", "{% if x %}largo bastante{% endif %}\n## Lo que cuesta\nBTC")
    shorter = article("pt", "Taxas", "Quanto custa, em resumo")
    assert article_pairs([english, spanish, shorter]) == [
        Pair("es", "Tarifas", "Fees"),
        Pair("es", "Lo que cuesta", "What it costs you"),
        Pair("pt", "Taxas", "Fees"),
    ]


def test_held_out_messages_take_part_in_nothing(tmp_path: Path) -> None:
    messages = [f"mensaje {number}" for number in range(400)]
    held_out = [message for message in messages if is_held_out(message)]
    assert 5 < len(held_out) < 50
    data = tmp_path / "data"
    (tmp_path / "knowledge" / "articles").mkdir(parents=True)
    rows = "".join(f"greet\t{message}\tmessage\n" for message in messages)
    write(data / "parallel/es/greeting.tsv", rows)
    write(data / "glossary/es.tsv", f"{held_out[0].upper()}\tmessage\nhola\thello\n")
    write(data / "intents.yml", "greet: {label: Greet}\n")
    write(data / "labels/es.yml", "greet: Saludar\n")
    write(data / "nlu/greeting.yml", "nlu:\n  - intent: greet\n    examples: |\n      - hi\n")
    write(data / "responses/es.yml", "hello: Hola\n")
    write(tmp_path / "sets/clinc/train.csv", "text,intent\nhi,greet\n")

    corpora = Corpora.read(tmp_path, tmp_path / "sets")

    assert [pair.text for pair in corpora.held_out] == held_out
    trained = [message for message in messages if message not in held_out]
    assert [pair.text for pair in corpora.pairs] == [*trained, "hola", "Saludar"]
    assert set(corpora.sets) == {"clinc", EXAMPLES, PHRASINGS}
    assert corpora.texts == {"es": ["hello: Hola\n"]}


def test_what_is_held_out_does_not_depend_on_capitals() -> None:
    texts = [f"Mensaje {number}" for number in range(200)]
    assert [is_held_out(text) for text in texts] == [is_held_out(text.upper()) for text in texts]
    assert any(is_held_out(text) for text in texts)
