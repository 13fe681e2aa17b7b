"""The encoder's vocabulary: the most used pieces of five more languages beside the English ones.

The original reads English, and other languages letter by letter with the accents gone. Every
English piece stays, as other domains use those that ours does not. Only placeholders and letters of
scripts that none of our languages is written in go.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from knowledge.tuning.alignment import align
from knowledge.tuning.corpora import Corpora, Pair
from knowledge.tuning.noise import without_accents

PIECES = 10_500

_PER_LANGUAGE = 4200  # word pieces learnt from a language's own words; the best of all are added
_COMMON_LETTER = 3  # a letter seen more often than that has a piece of its own
_MEANINGS = 4  # English pieces that a new piece starts from
# How many sightings the spelling of a new piece counts for against its aligned meaning.
_SAME_WITHOUT_ACCENTS = 3.0
_SAME_LETTERS = 1.0
_CONTINUED = "##"
_UNKNOWN = "[UNK]"
_READABLE = re.compile(r"[\x21-\x7e\u00a0-\u024fа-яіїєґ\u2000-\u21ff]")


def normalizer() -> Any:
    """Lower case, accents kept; "ё" is "е", as most people type it."""
    from tokenizers import normalizers

    return normalizers.Sequence(
        [
            normalizers.NFC(),
            normalizers.Replace("İ", "i"),
            normalizers.Replace("Ё", "е"),
            normalizers.Replace("ё", "е"),
            normalizers.BertNormalizer(lowercase=True, strip_accents=False),
        ]
    )


def with_plain(pairs: Iterable[Pair]) -> list[Pair]:
    """The pairs, and those that read differently without accents a second time so."""
    found = []
    for pair in pairs:
        found.append(pair)
        plain = without_accents(pair.text)
        if plain != pair.text:
            found.append(Pair(pair.language, plain, pair.meaning, pair.intent))
    return found


def count_words(
    pairs: Iterable[Pair], texts: Mapping[str, Sequence[str]]
) -> dict[str, Counter[str]]:
    """How often each word of a language stands in the pairs and the further texts."""
    from tokenizers.pre_tokenizers import BertPreTokenizer

    clean, divide = normalizer(), BertPreTokenizer()
    counts: dict[str, Counter[str]] = {}
    said = [(pair.language, pair.text) for pair in pairs]
    spoken = {language for language, _ in said}
    said += [(name, text) for name, several in texts.items() for text in several if name in spoken]
    for language, text in said:
        words = divide.pre_tokenize_str(clean.normalize_str(text))
        counts.setdefault(language, Counter()).update(word for word, _ in words)
    return counts


def choose(words: Mapping[str, Counter[str]], known: Collection[str], size: int) -> list[str]:
    """The `size` pieces to add: letters first, then by share of use; each language counts alike.

    Args:
        words: how often each word stands in each language.
        known: pieces that the vocabulary has already.
    """
    shares: dict[str, float] = {}
    letters: Counter[str] = Counter()
    for counts in words.values():
        used = _use(counts)
        total = sum(used.values())
        for piece, count in used.items():
            if piece not in known:
                shares[piece] = shares.get(piece, 0.0) + count / total
        for word, count in counts.items():
            for letter in word:
                letters[letter] += count
    single = [
        piece
        for letter, count in letters.items()
        if count > _COMMON_LETTER and letter.isalpha()
        for piece in (letter, _CONTINUED + letter)
        if piece not in known
    ]
    ranked = sorted(shares, key=lambda piece: (-shares[piece], piece))
    return list(dict.fromkeys([*single, *ranked]))[:size]


def _use(counts: Mapping[str, int]) -> Counter[str]:
    """How often each word piece is used, of a division learnt from these words."""
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.WordPiece(unk_token=_UNKNOWN))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(
        vocab_size=_PER_LANGUAGE,
        min_frequency=2,
        special_tokens=[_UNKNOWN],
        continuing_subword_prefix=_CONTINUED,
        show_progress=False,
    )
    tokenizer.train_from_iterator(((word + " ") * count for word, count in counts.items()), trainer)
    used: Counter[str] = Counter()
    for word, count in counts.items():
        for piece in tokenizer.encode(word).tokens:
            used[piece] += count
    del used[_UNKNOWN]
    return used


def keep(vocabulary: Mapping[str, int]) -> list[str]:
    """The pieces that stay, in their order: all but placeholders and unreadable letters."""
    pieces = sorted(vocabulary, key=lambda piece: vocabulary[piece])
    return [piece for piece in pieces if not piece.startswith("[unused") and not _unreadable(piece)]


def _unreadable(piece: str) -> bool:
    letters = piece.removeprefix(_CONTINUED) or piece
    return len(letters) == 1 and _READABLE.fullmatch(letters) is None


def extend(model: Any, corpora: Corpora, size: int = PIECES) -> int:
    """Give a sentence-transformers model the new vocabulary, in place.

    A new piece starts from the mean of the English pieces that its sentences align it to, drawn
    towards the pieces of its spelling without accents, the more so the rarer it is.

    Returns:
        How many pieces were added.
    """
    import torch
    from transformers import PreTrainedTokenizerFast

    old = model.tokenizer
    places: dict[str, int] = old.get_vocab()
    table = model[0].model.embeddings.word_embeddings.weight.data
    pairs = with_plain(corpora.pairs)
    added = choose(count_words(pairs, corpora.texts), places, size)
    pieces = [*keep(places), *added]
    tokenizer = _tokenizer(old, pieces)

    sums = {piece: torch.zeros(table.shape[1]) for piece in added}
    masses = dict.fromkeys(added, 0.0)
    for language in sorted({pair.language for pair in pairs}):
        sentences = [
            (
                tokenizer.encode(pair.text, add_special_tokens=False).tokens,
                _known(old, pair.meaning),
            )
            for pair in pairs
            if pair.language == language
        ]
        seen = Counter(piece for foreign, _ in sentences for piece in foreign)
        for piece, row in align(sentences).items():
            if piece in sums:
                best = sorted(row.items(), key=lambda item: -item[1])[:_MEANINGS]
                mass = sum(share for _, share in best)
                meaning = sum(table[places[target]] * (share / mass) for target, share in best)
                sums[piece] += meaning * seen[piece]
                masses[piece] += seen[piece]

    weights = torch.zeros(len(pieces), table.shape[1])
    for place, piece in enumerate(pieces):
        if piece in sums:
            spelt, trust = _spelling(old, places, piece)
            start = table[spelt].mean(dim=0) if spelt else table.mean(dim=0)
            weights[place] = (sums[piece] + trust * start) / (masses[piece] + trust)
        else:
            weights[place] = table[places[piece]]
    padding = pieces.index("[PAD]")
    model[0].model.embeddings.word_embeddings = torch.nn.Embedding.from_pretrained(
        weights, freeze=False, padding_idx=padding
    )
    model[0].model.config.vocab_size = len(pieces)
    model[0].model.config.pad_token_id = padding
    special = {
        f"{name}_token": f"[{name.upper()}]" for name in ("unk", "sep", "pad", "cls", "mask")
    }
    model[0].processor = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, model_max_length=model.max_seq_length, **special
    )
    return len(added)


def _known(tokenizer: Any, text: str) -> list[str]:
    return [piece for piece in tokenizer.tokenize(text) if piece != _UNKNOWN]


def _spelling(tokenizer: Any, places: Mapping[str, int], piece: str) -> tuple[list[int], float]:
    """The old pieces that a new one is spelt with, without accents, and how far to trust them."""
    plain = without_accents(piece).replace("й", "и")
    if plain in places:
        return [places[plain]], _SAME_WITHOUT_ACCENTS
    if piece.startswith(_CONTINUED):  # what continues a word is divided as behind a letter
        spelt = tokenizer.tokenize("a" + plain.removeprefix(_CONTINUED))
        spelt = spelt[1:] or spelt
    else:
        spelt = tokenizer.tokenize(plain)
    return [places[each] for each in spelt if each != _UNKNOWN], _SAME_LETTERS


def _tokenizer(old: Any, pieces: Sequence[str]) -> Any:
    """The old tokenizer with other pieces and with accents kept."""
    from tokenizers import Tokenizer, models

    places = {piece: place for place, piece in enumerate(pieces)}
    description = json.loads(old.backend_tokenizer.to_str())
    sample = Tokenizer(models.WordPiece(places, unk_token=_UNKNOWN))
    sample.normalizer = normalizer()
    description["normalizer"] = json.loads(sample.to_str())["normalizer"]
    description["model"]["vocab"] = places
    for token in description["added_tokens"]:
        token["id"] = places[token["content"]]
    for name, token in description["post_processor"].get("special_tokens", {}).items():
        token["ids"] = [places[name]]
    tokenizer = Tokenizer.from_str(json.dumps(description))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer
