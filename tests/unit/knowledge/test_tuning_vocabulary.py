"""Which pieces come and which go."""

from __future__ import annotations

from collections import Counter

from knowledge.tuning.corpora import Pair
from knowledge.tuning.vocabulary import choose, count_words, keep, normalizer, with_plain


def test_text_is_cleaned_with_its_accents_kept() -> None:
    clean = normalizer()
    assert clean.normalize_str("RÚT Tiền") == "rút tiền"
    assert clean.normalize_str("Ещё") == "еще"
    assert clean.normalize_str("İade") == "iade"
    assert clean.normalize_str("u\u0301ltimo") == "\u00faltimo"


def test_pairs_are_read_without_accents_too_where_that_differs() -> None:
    pairs = [Pair("vi", "rút tiền", "withdraw", "w"), Pair("ru", "новый ещё", "new")]
    plain = Pair("vi", "rut tien", "withdraw", "w")
    assert with_plain(pairs) == [pairs[0], plain, pairs[1]]


def test_words_are_counted_by_language_and_texts_of_others_are_not() -> None:
    pairs = [Pair("es", "Mi cuenta, mi dinero", "my account, my money")]
    counts = count_words(pairs, {"es": ["Cuenta"], "fr": ["compte"]})
    assert counts == {"es": Counter({"mi": 2, "cuenta": 2, ",": 1, "dinero": 1})}


def test_letters_and_frequent_pieces_are_chosen_before_rare_ones() -> None:
    words = {"vi": Counter({"tiền": 50, "rút": 40, "lỗi": 2}), "es": Counter({"cuenta": 90})}
    known = {"t", "##i", "##n", "cuenta"}
    chosen = choose(words, known, 100)
    assert "tiền" in chosen
    assert not set(chosen) & known
    assert len(chosen) == len(set(chosen))
    letters = [piece for piece in chosen if len(piece.removeprefix("##")) == 1]
    assert "##ề" in letters
    assert "ỗ" not in letters, "seen too rarely to have a piece of its own"
    assert chosen[: len(letters)] == letters
    assert choose(words, known, 3) == chosen[:3]


def test_a_small_language_counts_as_much_as_a_large_one() -> None:
    words = {"es": Counter({"aaa": 1000, "bbb": 900}), "vi": Counter({"ccc": 10})}
    letters = {letter for word in ("a", "b", "c") for letter in (word, f"##{word}")}
    assert choose(words, letters, 1) == ["ccc"]


def test_every_english_piece_stays_and_unreadable_letters_go() -> None:
    pieces = ["[PAD]", "[unused0]", "[UNK]", "a", "ж", "\u4e2d", "##\u05d0", "to", "##ing", "fen"]
    vocabulary = {piece: place for place, piece in enumerate(pieces)}
    assert keep(vocabulary) == ["[PAD]", "[UNK]", "a", "ж", "to", "##ing", "fen"]
