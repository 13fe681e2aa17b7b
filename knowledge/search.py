"""Which articles answer a message: dense and lexical retrieval fused, with what the intent says as
a prior.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.articles import Article
from knowledge.classifier import ArticleClassifier, softmax
from knowledge.index import Index, Vectors
from knowledge.lexical import LexicalIndex, Question
from knowledge.passages import Kind, Passage, document_texts
from knowledge.words import fold


class Encoder(Protocol):
    """Turns texts into normalised vectors [n, dimension]."""

    def encode(self, texts: list[str]) -> Vectors: ...


@dataclass(frozen=True)
class Weights:
    """How much each signal adds to an article's log odds: the classifier's probability, the best
    cosine, the BM25 share of the article as one document, the nearest messages, and what intent
    and topic say.

    `body` is the share of an article's text, beside its title and phrasings, in the dense signal.
    Text and words weigh what they do because of our articles' phrasings left out as questions,
    pairs of like questions about COVID-19 over the FAQs that they were asked of, and BANKING77's
    training part with few messages as titles (docs/knowledge.md has the figures).
    """

    classified: float = 1.0
    dense: float = 8.0
    words: float = 2.0
    messages: float = 2.0
    intent: float = 0.7
    topic: float = 0.3
    body: float = 0.5


# A signal that says "impossible" is no proof: probabilities count as at least this.
LEAST = 1e-3


@dataclass(frozen=True)
class Candidate:
    """An article that may answer.

    `score` is its share among all articles (0..1), `retrieval` the same without what the intent
    says, `cosine` that of its best passage, `lexical` its best BM25 share, `agreement` the
    probability of the intents that it answers.
    """

    article: str
    title: str
    topic: str
    score: float
    retrieval: float
    cosine: float
    lexical: float
    agreement: float
    intents: tuple[str, ...] = ()
    exact: bool = False

    def rivals(self, other: Candidate) -> bool:
        """Whether the other one answers something else: no intent is common to both."""
        return not set(self.intents) & set(other.intents)


@dataclass(frozen=True)
class Prior:
    """What the intent classifier believes: the probability of each intent and, summed, of each
    topic.
    """

    intents: Mapping[str, float]
    topics: Mapping[str, float]

    @classmethod
    def of(cls, ranking: Sequence[tuple[str, float]], topic_of: Mapping[str, str]) -> Prior:
        topics: dict[str, float] = {}
        for name, confidence in ranking:
            topic = topic_of.get(name)
            if topic is not None:
                topics[topic] = topics.get(topic, 0.0) + confidence
        return cls(dict(ranking), topics)


NO_PRIOR = Prior({}, {})

# How many passages the dense index is asked for. An article has some thirty; beyond these nothing
# is near.
DENSE_PASSAGES = 400
# A message counts by its nearest few: one alone may lie there by chance.
NEAREST_MESSAGES = 3


class Searcher:
    """Searches the articles of one language. Reads only, so that threads may share it one at a
    time.
    """

    def __init__(
        self,
        articles: Sequence[Article],
        passages: Sequence[Passage],
        index: Index,
        lexical: LexicalIndex,
        encoder: Encoder,
        classifier: ArticleClassifier | None = None,
        *,
        documents: LexicalIndex | None = None,
        weights: Weights | None = None,
    ) -> None:
        """
        Args:
            articles: those that can be found.
            passages: their texts; the place in the list is the number in `index`.
            index: the passages' vectors.
            lexical: the passages' words, up to the first message.
            encoder: encodes what is searched for.
            classifier: learned from the phrasings, where there are enough of them.
            documents: the words of each article as a whole, in the articles' order; counted here
                where none are given.
            weights: others than the usual ones.
        """
        self.articles = tuple(articles)
        self.weights = weights or Weights()
        self._documents = documents or LexicalIndex.build(
            lexical.language, document_texts(articles, passages)
        )
        self._alphabetical = _ranks([article.id for article in self.articles])
        self._index = index
        self._lexical = lexical
        self._encoder = encoder
        self._classifier = classifier
        place = {article.id: number for number, article in enumerate(self.articles)}
        self._owner = np.array([place[passage.article] for passage in passages], np.int64)
        self._kinds = {
            kind: np.array([passage.kind is kind for passage in passages], np.bool_)
            for kind in Kind
        }
        self._has_body = np.zeros(len(self.articles), np.bool_)
        self._has_body[self._owner[self._kinds[Kind.BODY]]] = True
        self._phrasings = {
            _plain(passage.text): passage.article
            for passage in passages
            if passage.kind is Kind.QUESTION
        }
        self._messages = {
            passage.text: number
            for number, passage in enumerate(passages)
            if passage.kind is Kind.MESSAGE
        }

    def search(
        self,
        text: str,
        *,
        prior: Prior = NO_PRIOR,
        count: int = 5,
        vector: Vectors | None = None,
        unseen: bool = False,
    ) -> list[Candidate]:
        """The `count` best articles for a message, best first; equal scores go by article id.

        `vector` is the message's encoding [dimension] where the caller already has it; `unseen`
        leaves the message itself out of the indexed ones, to measure as if it were new.
        """
        if not self.articles:
            return []
        if vector is None:
            vector = self._encoder.encode([text])[0]
        cosines = self._cosines(vector)
        if unseen and text in self._messages:
            cosines[self._messages[text]] = 0.0
        cosine, dense = self._by_article(cosines)
        question = self._lexical.read(text)
        lexical, _ = self._by_article(self._words(question))
        messages = self._nearest_messages(cosines)
        agreement, topic = self._agreement(prior)
        weights = self.weights
        found = (
            weights.classified * np.log(self._classified(vector) + LEAST)
            + weights.dense * dense
            + weights.words * self._documents.scores(question)
            + weights.messages * messages
        )
        retrieval = softmax(found)
        score = softmax(
            found
            + weights.intent * np.log(agreement + LEAST)
            + weights.topic * np.log(topic + LEAST)
        )
        exact = self._phrasings.get(_plain(text))
        order = self._order(score, exact)
        return [
            Candidate(
                article=self.articles[number].id,
                title=self.articles[number].title,
                topic=self.articles[number].topic,
                score=float(score[number]),
                retrieval=float(retrieval[number]),
                cosine=float(cosine[number]),
                lexical=float(lexical[number]),
                agreement=float(agreement[number]),
                intents=self.articles[number].intents,
                exact=self.articles[number].id == exact,
            )
            for number in order[:count]
        ]

    def _order(self, score: NDArray[np.float64], exact: str | None) -> list[int]:
        """The articles' places, best first."""
        best: list[int] = np.lexsort((self._alphabetical, -np.round(score, 9))).tolist()
        if exact is not None:
            # The article whose own phrasing it is comes first, whatever the scores say.
            best.sort(key=lambda number: self.articles[number].id != exact)
        return best

    def nearest(self, text: str, *, count: int = 5) -> list[str]:
        """The articles with the nearest passages, by cosine alone: what the fusion is held
        against.
        """
        if not self.articles:
            return []
        cosine, _ = self._by_article(self._cosines(self._encoder.encode([text])[0]))
        order = np.lexsort((np.arange(len(cosine)), -cosine))[:count]
        return [self.articles[number].id for number in order]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors [n, dimension] of many messages at once."""
        return self._encoder.encode(list(texts))

    def known_words(self, text: str) -> float:
        """The share of a message's words that some article holds, 0 to 1."""
        return self._lexical.knows(text)

    def _classified(self, vector: Vectors) -> NDArray[np.float64]:
        """Probability of each article by its phrasings; none where no classifier is given."""
        if self._classifier is None:
            return np.zeros(len(self.articles))
        found = self._classifier.probabilities(vector)
        return np.array([found.get(article.id, 0.0) for article in self.articles])

    def _cosines(self, vector: Vectors) -> NDArray[np.float32]:
        numbers, scores = self._index.search(vector, DENSE_PASSAGES)
        # A passage beyond the nearest is at most as near as the last of them; nothing is lost by
        # calling it 0.
        cosines = np.zeros(len(self._owner), np.float32)
        cosines[numbers] = scores
        return cosines

    def _words(self, question: Question) -> NDArray[np.float32]:
        """BM25 shares of every passage; the lexical index holds no messages, they have none."""
        scores = np.zeros(len(self._owner), np.float32)
        found = self._lexical.scores(question)
        scores[: len(found)] = found
        return scores

    def _by_article(
        self, scores: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Per article its best passage's score, and its best phrasing's mixed with its text's."""
        best = {}
        for kind, chosen in self._kinds.items():
            best[kind] = np.zeros(len(self.articles), np.float32)
            # Most passages are beyond the nearest and share no word.
            found = np.nonzero(chosen & (scores > 0))[0]
            np.maximum.at(best[kind], self._owner[found], scores[found])
        asked, body = best[Kind.QUESTION], self.weights.body
        text = np.where(self._has_body, best[Kind.BODY], asked)
        mixed = (1 - body) * asked + body * text
        nearest = np.maximum.reduce(list(best.values()))
        return nearest.astype(np.float32), np.asarray(mixed, np.float32)

    def _nearest_messages(self, cosines: NDArray[np.float32]) -> NDArray[np.float32]:
        """Per article the mean cosine of its nearest messages."""
        near = np.nonzero(self._kinds[Kind.MESSAGE] & (cosines > 0))[0]
        near = near[np.lexsort((near, -cosines[near]))]
        sums = np.zeros(len(self.articles), np.float32)
        counted: Counter[int] = Counter()
        # Plain numbers: a look into an array costs more than all else here.
        pairs = zip(self._owner[near].tolist(), cosines[near].tolist(), strict=True)
        for owner, cosine in pairs:
            if counted[owner] < NEAREST_MESSAGES:
                counted[owner] += 1
                sums[owner] += cosine
        return np.asarray(sums / NEAREST_MESSAGES, np.float32)

    def _agreement(self, prior: Prior) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        if not prior.intents:
            # Nothing is known: of ten thousand articles none need be asked what they answer.
            none = np.zeros(len(self.articles))
            return none, none
        intents = [
            sum(prior.intents.get(name, 0.0) for name in article.intents)
            for article in self.articles
        ]
        topics = [prior.topics.get(article.topic, 0.0) for article in self.articles]
        return np.array(intents, np.float64), np.array(topics, np.float64)


def _ranks(names: Sequence[str]) -> NDArray[np.int64]:
    """Each name's place in alphabetical order."""
    ranks = np.empty(len(names), np.int64)
    ranks[sorted(range(len(names)), key=names.__getitem__)] = np.arange(len(names))
    return ranks


def _plain(text: str) -> str:
    """A message's words alone, as its phrasing is compared with those of the articles."""
    return " ".join(re.findall(r"\w+", fold(text)))
