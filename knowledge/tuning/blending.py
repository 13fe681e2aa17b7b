"""The tuned model and the one it started from, averaged weight by weight.

What tuning gains at home it loses abroad: messages of a domain that it has not seen are told apart
worse than before. The mean of both models' weights keeps most of either (Wortsman and others 2022,
"Robust fine-tuning of zero-shot models"). It works because tuning has not left the valley where the
original lies; the pieces of the vocabulary that are new have no original and stay as tuned.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SHARE = 0.6


def blend(tuned: Any, original: Any, share: float = SHARE) -> None:
    """Draw a sentence-transformers model towards its original, in place.

    Args:
        share: of the tuned weights in the mean; the rest is the original's.
    """
    import torch

    places: Mapping[str, int] = original.tokenizer.get_vocab()
    pieces: Mapping[str, int] = tuned.tokenizer.get_vocab()
    kept = [(place, places[piece]) for piece, place in pieces.items() if piece in places]
    now, before = (torch.tensor(rows) for rows in zip(*kept, strict=True))
    originals = original.state_dict()
    with torch.no_grad():
        for name, weights in tuned.state_dict().items():
            if not weights.dtype.is_floating_point:
                continue
            if "word_embeddings" in name:
                weights[now] = torch.lerp(originals[name][before], weights[now], share)
            else:
                weights.copy_(torch.lerp(originals[name], weights, share))
