"""What a detector yields, and the mark that stands in for it."""

from __future__ import annotations

from typing import NamedTuple

MARKS = {
    "seed_phrase": "[seed phrase removed]",
    "private_key": "[private key removed]",
    "api_secret": "[API secret removed]",
    "password": "[password removed]",
    "one_time_code": "[one-time code removed]",
    "card_number": "[card number removed]",
    "card_code": "[card code removed]",
    "identity_number": "[identity number removed]",
}


class Finding(NamedTuple):
    """A secret of a kind named in `MARKS`, from `start` up to `end` of the text."""

    start: int
    end: int
    kind: str
