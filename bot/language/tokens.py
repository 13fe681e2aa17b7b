"""A blank spaCy pipeline whose tokeniser knows how amounts and pairs are written."""

from __future__ import annotations

import re

import spacy
from spacy.language import Language
from spacy.util import compile_infix_regex

# "100usdt" and "0.5eth" are two tokens; "trc20", "2fa" and hexadecimal strings stay whole.
_AMOUNT_THEN_TICKER = r"(?<=[0-9])(?=[A-Za-z]{3,5}(?:[^A-Za-z0-9]|$))"
_PAIR = r"(?<=[A-Za-z0-9])[/_>|+](?=[A-Za-z0-9])"
_SURROGATE = re.compile("[\ud800-\udfff]")


def readable(text: str) -> str:
    """`text` of the same length without lone surrogates, which JSON can carry and spaCy cannot."""
    return _SURROGATE.sub("\ufffd", text)


def build_tokeniser() -> Language:
    """A blank English pipeline; it splits other languages by space and punctuation too."""
    pipeline = spacy.blank("en")
    infixes = [*pipeline.Defaults.infixes, _AMOUNT_THEN_TICKER, _PAIR]
    pipeline.tokenizer.infix_finditer = compile_infix_regex(infixes).finditer
    # A pasted book is no reason to fail; the encoder reads its beginning only.
    pipeline.max_length = 1_000_000
    return pipeline
