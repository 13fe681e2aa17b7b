"""The guard: cleans a message and removes secrets before anything is stored, logged or classified.

What support needs (addresses, transaction hashes, amounts, order numbers) stays. Each detector
lives in a module of its own and yields `Finding`s; here they are put together.
"""

from __future__ import annotations

from dataclasses import dataclass

from conversations.guard.cards import find_cards
from conversations.guard.cleaning import clean, fold, is_empty
from conversations.guard.findings import MARKS, Finding
from conversations.guard.keys import find_keys
from conversations.guard.seed_phrases import find_seed_phrases
from conversations.guard.spoken import find_spoken

LONGEST = 4000

# Whoever knows one of these can take money. An identity number is private but opens nothing.
DANGEROUS = frozenset(MARKS) - {"identity_number"}


@dataclass(frozen=True)
class Guarded:
    """A message that is safe to keep.

    `secrets` names the kinds that were removed, in order of appearance; `empty` is True where
    nothing readable is left; `truncated` where the end was cut off.
    """

    text: str
    secrets: tuple[str, ...]
    empty: bool
    truncated: bool

    @property
    def dangerous(self) -> bool:
        """Whether money or the account is at risk now."""
        return not DANGEROUS.isdisjoint(self.secrets)


def guard(text: str, *, longest: int = LONGEST) -> Guarded:
    """Clean `text`, replace secrets by marks such as ``[seed phrase removed]``, and cut it.

    Args:
        longest: characters that are kept. Secrets are looked for before the cut.
    """
    text = clean(text)
    # The same length, so that what is found in it can be cut out of the original.
    folded = fold(text)
    findings = _without_overlaps(
        [
            *find_seed_phrases(text, folded),
            *find_keys(text, folded),
            *find_spoken(text, folded),
            *find_cards(folded),
        ]
    )
    kept = _replace(text, findings)
    # Rasa obeys a leading slash; what stood behind a removed one must not become another.
    kept = kept.lstrip("/ \t\n")
    truncated = len(kept) > longest
    if truncated:
        kept = kept[:longest].rstrip()
    return Guarded(
        text=kept,
        secrets=tuple(dict.fromkeys(finding.kind for finding in findings)),
        empty=is_empty(kept),
        truncated=truncated,
    )


def _without_overlaps(findings: list[Finding]) -> list[Finding]:
    """In order; of two that overlap, one that covers both."""
    merged: list[Finding] = []
    for finding in sorted(findings, key=lambda found: (found.start, -found.end)):
        if merged and finding.start < merged[-1].end:
            last = merged.pop()
            finding = Finding(last.start, max(last.end, finding.end), last.kind)
        merged.append(finding)
    return merged


def _replace(text: str, findings: list[Finding]) -> str:
    pieces = []
    position = 0
    for finding in findings:
        pieces += [text[position : finding.start], MARKS[finding.kind]]
        position = finding.end
    return "".join([*pieces, text[position:]])
