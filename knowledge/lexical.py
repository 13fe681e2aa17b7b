"""Finding articles by their words: BM25 over stemmed words, which carries tickers, rare terms and
exact phrases.

Coins and networks have one name each (coins.py), and a word that no document holds is read as the
one that was most likely meant (spelling.py).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import bm25s
import numpy as np
from numpy.typing import NDArray

from knowledge.coins import one_name
from knowledge.errors import IndexUnavailableError
from knowledge.spelling import Spelling
from knowledge.words import Words


@dataclass(frozen=True)
class Question:
    """A question's words, each once: the stems that some document holds (in place of others the
    nearest held ones), and how many words no document holds.
    """

    stems: tuple[str, ...]
    unknown: int = 0


def stems_of(language: str, documents: Sequence[str]) -> list[list[str]]:
    """The stems of each document, in order, with one name for every coin and network."""
    words = Words(language)
    return [words.stems(one_name(document)) for document in documents]


class LexicalIndex:
    """BM25 scores of documents for a question, each divided by what a document could reach at best:
    0 to about 1.
    """

    def __init__(
        self, language: str, retriever: bm25s.BM25 | None, vocabulary: dict[str, int], count: int
    ) -> None:
        self.language = language
        self._words = Words(language)
        self._retriever = retriever
        self._vocabulary = vocabulary
        self._count = count
        self._best = self._best_scores()

    @classmethod
    def build(cls, language: str, documents: Sequence[str]) -> LexicalIndex:
        """Index documents; their places in the list are their numbers."""
        return cls.of(language, stems_of(language, documents))

    @classmethod
    def of(cls, language: str, tokens: Sequence[Sequence[str]]) -> LexicalIndex:
        """Index documents of which the stems are known."""
        vocabulary = {
            stem: number
            for number, stem in enumerate(sorted({stem for row in tokens for stem in row}))
        }
        if not vocabulary:
            return cls(language, None, {}, len(tokens))
        retriever = bm25s.BM25(k1=1.2, b=0.6, backend="numpy")
        ids = [[vocabulary[stem] for stem in row] for row in tokens]
        retriever.index((ids, vocabulary), create_empty_token=False, show_progress=False)
        return cls(language, retriever, vocabulary, len(tokens))

    def read(self, text: str) -> Question:
        """What a question's words come to in this index, and in others of the same texts."""
        stems = list(dict.fromkeys(self._words.stems(one_name(text))))
        meant = self._meant(stems)
        return Question(tuple(meant), max(0, len(stems) - len(meant)))

    def scores(self, asked: str | Question) -> NDArray[np.float32]:
        """One score per document [n]; words that no document holds lower all of them alike."""
        question = self.read(asked) if isinstance(asked, str) else asked
        ids = [self._vocabulary[stem] for stem in question.stems if stem in self._vocabulary]
        if self._retriever is None or not ids:
            return np.zeros(self._count, np.float32)
        scores = self._retriever.get_scores_from_ids(ids)
        unknown = question.unknown + len(question.stems) - len(ids)
        reachable = float(self._best[ids].sum()) + unknown * float(self._best.mean())
        return np.asarray(scores / max(reachable, 1e-6), np.float32)

    def knows(self, text: str) -> float:
        """The share of the words of a text that some document holds, 0 to 1."""
        stems = self._words.stems(one_name(text))
        return sum(stem in self._vocabulary for stem in stems) / len(stems) if stems else 0.0

    def _meant(self, stems: Sequence[str]) -> list[str]:
        """Those stems that some document holds, and the nearest held ones in place of others."""
        meant = [
            stem if stem in self._vocabulary else self._spelling.nearest(stem) for stem in stems
        ]
        return list(dict.fromkeys(stem for stem in meant if stem is not None))

    @cached_property
    def _spelling(self) -> Spelling:
        starts = self._retriever.scores["indptr"] if self._retriever is not None else None
        return Spelling(
            {
                stem: int(starts[number + 1] - starts[number])
                for stem, number in self._vocabulary.items()
            }
            if starts is not None
            else {}
        )

    def save(self, folder: Path) -> None:
        """Write into a folder of its own."""
        folder.mkdir(parents=True, exist_ok=True)
        if self._retriever is not None:
            self._retriever.save(str(folder), corpus=None, show_progress=False)
        content = {"language": self.language, "vocabulary": self._vocabulary, "count": self._count}
        (folder / "words.json").write_text(
            json.dumps(content, ensure_ascii=False), encoding="utf-8"
        )

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex:
        """An index that `save` wrote; raises IndexUnavailableError when it cannot be read."""
        try:
            content = json.loads((folder / "words.json").read_text(encoding="utf-8"))
            vocabulary = content["vocabulary"]
            retriever = bm25s.BM25.load(str(folder), load_corpus=False) if vocabulary else None
        except (OSError, ValueError, KeyError) as error:
            raise IndexUnavailableError(
                f"The lexical index {folder} cannot be read; build it again with `teller index`."
            ) from error
        return cls(content["language"], retriever, vocabulary, content["count"])

    def _best_scores(self) -> NDArray[np.float32]:
        """For each stem the highest score that it gives any document."""
        best = np.zeros(len(self._vocabulary), np.float32)
        if self._retriever is None:
            return best
        data, starts = self._retriever.scores["data"], self._retriever.scores["indptr"]
        for number in range(len(best)):
            column = data[starts[number] : starts[number + 1]]
            best[number] = column.max() if len(column) else 0.0
        return best
