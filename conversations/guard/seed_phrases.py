"""Seed phrases: 12 to 24 words of the BIP-39 lists, however they are numbered or separated."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib import resources

from conversations.guard.findings import Finding
from conversations.guard.patterns import any_of

# Lists of the `mnemonic` package; the Chinese ones share most of their characters.
LANGUAGES = (
    "english",
    "spanish",
    "french",
    "italian",
    "portuguese",
    "czech",
    "turkish",
    "russian",
    "japanese",
    "korean",
    "chinese_simplified",
    "chinese_traditional",
)
SHORTEST = 12
# With "seed phrase" in the message, a part of one is given away too.
SHORTEST_ANNOUNCED = 5
# Of so many words in a row, one may be mistyped or not belong.
MISTYPED = 1
LENGTHS = (24, 21, 18, 15, 12)

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
# Between two words of a phrase: spaces, numbering, commas, dashes, quotes, brackets.
_GAP = re.compile(r"[\s\d.,;:|/\\()\[\]{}<>\"'`*#_=>+~–—•·、，。-]{1,16}")
_ANNOUNCED = any_of(
    r"""
    seed mnemonic recovery\s+(?:phrase|words?|key) (?:secret|backup)\s+(?:phrase|words?)
    (?:12|24|twelve|twenty[\s-]four)[\s-]words?
    semilla frase\s+(?:de\s+)?(?:recupera|seguridad|secreta)
    phrase\s+(?:de\s+)?(?:r[ée]cup|secr) wiederherstellungs
    сид мнемони 助记词 助記詞 シード 니모닉 시드
    """
)


def find_seed_phrases(text: str, folded: str) -> Iterator[Finding]:
    """Runs of words that are a seed phrase, or are said to be one."""
    words = list(_WORD.finditer(text))
    if len(words) < SHORTEST_ANNOUNCED:
        return
    normal = [_normal(match.group()) for match in words]
    announced = _ANNOUNCED.search(folded) is not None
    shortest = SHORTEST_ANNOUNCED if announced else SHORTEST
    for language in LANGUAGES:
        vocabulary = _index(language)
        known = [index for index, word in enumerate(normal) if word in vocabulary]
        # Most messages end here, without a look at what stands between the words.
        if len(known) < shortest - (0 if announced else MISTYPED):
            continue
        if announced and is_valid([normal[index] for index in known], language):
            # Spread over sentences ("first word apple, then ..."), but the checksum is right.
            yield Finding(words[known[0]].start(), words[known[-1]].end(), "seed_phrase")
        for first, last in _runs(text, words, known):
            unknown = last - first + 1 - sum(first <= index <= last for index in known)
            if last - first + 1 - unknown >= shortest - (
                MISTYPED if unknown and not announced else 0
            ):
                yield Finding(words[first].start(), words[last].end(), "seed_phrase")


def _runs(text: str, words: list[re.Match[str]], known: list[int]) -> Iterator[tuple[int, int]]:
    """First and last word of each run of known words; one stray word does not end a run."""
    first = last = known[0]
    strays = 0
    for index in known[1:]:
        step = index - last
        joined = all(
            _GAP.fullmatch(text, words[between].end(), words[between + 1].start())
            for between in range(last, index)
        )
        if joined and step + strays - 1 <= MISTYPED:
            strays += step - 1
        else:
            yield first, last
            first, strays = index, 0
        last = index
    yield first, last


def is_valid(words: list[str], language: str = "english") -> bool:
    """Whether the words have a right checksum (BIP-39: the last bits are of the SHA-256)."""
    index = _index(language)
    if len(words) not in LENGTHS or any(word not in index for word in words):
        return False
    bits = "".join(f"{index[word]:011b}" for word in words)
    cut = len(bits) * 32 // 33
    entropy = int(bits[:cut], 2).to_bytes(cut // 8, "big")
    return f"{hashlib.sha256(entropy).digest()[0]:08b}"[: len(bits) - cut] == bits[cut:]


def _normal(word: str) -> str:
    return unicodedata.normalize("NFKD", word.lower())


@cache
def _index(language: str) -> dict[str, int]:
    path = resources.files("mnemonic") / "wordlist" / f"{language}.txt"
    words = path.read_text(encoding="utf-8").split()
    return {_normal(word): number for number, word in enumerate(words)}
