"""Letters: which language the runs of letters in a message point to, learned from messages.

A linear model on hashed n-grams (whole words, and one to four letters within a word), fitted by
knowledge/language_fitting.py on the messages that the classifier learns from, each also without its
accents. One small array on disk, some microseconds per word.
"""

from __future__ import annotations

import json
import unicodedata
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import LanguageModelError

FOLDER = Path(__file__).resolve().parent.parent / "models" / "language"
ARRAYS = "letters.npz"
MANIFEST = "manifest.json"
FORMAT = 1

LONGEST_GRAM = 4

Weights = NDArray[np.float32]


@dataclass(frozen=True)
class Letters:
    """`weights` [slots, languages] and `bias` [languages] give log odds; `trust` is what they are
    multiplied with beside the trigram statistics, `statistics` the same for those, `floor` the
    least logarithm that the statistics may say, `offset` [languages] what is added in the end.
    """

    languages: tuple[str, ...]
    weights: Weights
    bias: Weights
    trust: float
    statistics: float
    floor: float
    offset: Weights

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Letters:
        """The model that `save` wrote.

        Raises:
            LanguageModelError: it is absent or of another layout.
        """
        try:
            manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            if manifest["format"] != FORMAT:
                raise ValueError(f"layout {manifest['format']}")
            with np.load(folder / ARRAYS) as arrays:
                weights = arrays["weights"].astype(np.float32) * arrays["scale"]
                bias, offset = arrays["bias"], arrays["offset"]
            return cls(
                languages=tuple(manifest["languages"]),
                weights=weights,
                bias=bias,
                offset=offset,
                trust=float(manifest["trust"]),
                statistics=float(manifest["statistics"]),
                floor=float(manifest["floor"]),
            )
        except (OSError, ValueError, KeyError) as error:
            raise LanguageModelError(
                f"The language model in {folder} cannot be read ({error}); write it again with "
                "`make language`."
            ) from error

    def save(self, folder: Path, measured: dict[str, object]) -> None:
        """Write to a folder, one byte per weight; `measured` goes into the manifest."""
        folder.mkdir(parents=True, exist_ok=True)
        scale = np.abs(self.weights).max(axis=0) / 127
        np.savez_compressed(
            folder / ARRAYS,
            weights=np.round(self.weights / scale).astype(np.int8),
            scale=scale.astype(np.float32),
            bias=self.bias.astype(np.float32),
            offset=self.offset.astype(np.float32),
        )
        manifest = {
            "format": FORMAT,
            "languages": list(self.languages),
            "trust": round(self.trust, 4),
            "statistics": round(self.statistics, 4),
            "floor": round(self.floor, 4),
            **measured,
        }
        text = json.dumps(manifest, ensure_ascii=False, indent=2)
        (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")

    def evidence(self, words: list[str]) -> Weights:
        """Log odds [languages] of lower-case words."""
        counts = slots(words, len(self.weights))
        numbers = np.fromiter(counts.keys(), np.int64, len(counts))
        values = np.fromiter(counts.values(), np.float32, len(counts))
        length = float(np.linalg.norm(values)) or 1.0
        found: Weights = values @ self.weights[numbers] / length + self.bias
        return found


def slots(words: list[str], size: int) -> Counter[int]:
    """How often each slot of a table of `size` (a power of two) is met by the n-grams of words."""
    mask = size - 1
    counts: Counter[int] = Counter()
    for word in words:
        framed = f" {word} "
        grams = [
            framed[at : at + length]
            for length in range(1, LONGEST_GRAM + 1)
            for at in range(len(framed) - length + 1)
        ]
        grams.append(f"#{word}")
        counts.update(zlib.crc32(gram.encode()) & mask for gram in grams)
    return counts


def bare(text: str) -> str:
    """A text as people type it who leave the accents out, đ and ı included."""
    plain = text.translate(_WITHOUT)
    decomposed = unicodedata.normalize("NFKD", plain)
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def latin(text: str) -> str:
    """Russian in lower case as it is typed without Cyrillic keys."""
    return text.translate(_LATIN)


_LATIN = str.maketrans("абвгдеёзийклмнопрстуфхцыэ", "abvgdeeziyklmnoprstufhcye") | {
    ord(letter): typed
    for letter, typed in {
        "ж": "zh", "ч": "ch", "ш": "sh", "щ": "sch", "ъ": "", "ь": "", "ю": "yu", "я": "ya",
    }.items()
}  # fmt: skip
_WITHOUT = str.maketrans({"đ": "d", "Đ": "D", "ı": "i", "İ": "I", "ß": "ss"})
