"""Stage B: a message in any language lands where its English meaning lies.

Multilingual distillation (Reimers and Gurevych 2020, "Making Monolingual Sentence Embeddings
Multilingual"): the student's vector of the message is drawn to the teacher's vector of the
meaning, picks it among those of the batch, and picks the intent of the message where it may be
learned (corpora.py). English is repeated, so that it stays where it was, and so is plain English
of every other subject (plain.py). Typos and missing accents are put in as people make them.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from knowledge.tuning.batches import SIZE, by_length, pace
from knowledge.tuning.contrastive import encode, forward
from knowledge.tuning.corpora import EXAMPLES, Corpora, Pair
from knowledge.tuning.noise import mistype

EPOCHS = 5.0
RATE = 8e-5
TABLE_RATE = 4e-4  # of the word embeddings, most of which are new

_PROXY_RATE = 1e-3
_SCALE = 20.0
_WARM = 0.06
_LEAST_PACE = 0.02
_NEARNESS, _RANKING, _INTENT = 10.0, 0.5, 0.5  # weights of the three parts of the loss
_ENGLISH = 0.5  # English texts in an epoch, for each pair
_PLAIN = 0.25  # plain English in an epoch, for each pair
_CHARACTERS, _TOKENS = 400, 96  # of a text that are read while tuning
_EVERY = 100


@dataclass(frozen=True)
class _Item:
    text: str
    goal: Any
    intent: int  # -1: none


def distil(
    student: Any,
    teacher: Any,
    corpora: Corpora,
    *,
    say: Callable[[str], None],
    epochs: float = EPOCHS,
    most_steps: int | None = None,
) -> int:
    """Tune `student` in place to give a text the teacher's vector of its English meaning.

    Args:
        say: takes a line of progress.
        epochs: how often each pair is seen.
        most_steps: ends earlier, to try it out.

    Returns:
        How many steps were made.
    """
    import torch
    from torch.nn import functional

    chance = random.Random(0)
    intents = {name: at for at, name in enumerate(_intents(corpora))}
    pairs = [pair for pair in corpora.pairs if "{{" not in pair.text]
    foreign = _items(
        teacher,
        [
            (pair.text, pair.meaning, intents.get(pair.intent or "", -1) if pair.learned else -1)
            for pair in pairs
        ],
    )
    english = _items(teacher, _english(corpora, intents))
    aside = min(len(corpora.plain), int(_PLAIN * len(foreign)))  # of plain English, in an epoch
    most = min(len(corpora.plain), int(epochs * aside) + 1)
    plain = _items(teacher, [(text, text, -1) for text in chance.sample(corpora.plain, most)])
    say(f"  {len(foreign)} pairs, {len(english)} English texts, {len(plain)} of plain English")

    proxies = torch.nn.Parameter(_proxies(teacher, corpora, intents))
    tables = [value for name, value in student.named_parameters() if "word_embeddings" in name]
    in_tables = {id(value) for value in tables}
    others = [value for value in student.parameters() if id(value) not in in_tables]
    optimizer = torch.optim.AdamW(
        [
            {"params": others, "lr": RATE, "weight_decay": 0.01},
            {"params": tables, "lr": TABLE_RATE, "weight_decay": 0.0},
            {"params": [proxies], "lr": _PROXY_RATE, "weight_decay": 0.0},
        ],
        fused=True,
    )
    repeated = min(len(english), int(_ENGLISH * len(foreign)))
    total = max(1, int(epochs * (len(foreign) + repeated + aside) / SIZE))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: pace(step, total, warm=_WARM, least=_LEAST_PACE)
    )
    last = min(total, most_steps or total)
    step, began, distance, since = 0, time.monotonic(), 0.0, 0
    while step < last:
        items = foreign + chance.sample(english, repeated) + chance.sample(plain, aside)
        for batch in by_length(items, lambda item: item.text, chance, chunk=24):
            if step == last:
                break
            student.train()
            texts = [mistype(item.text, chance)[:_CHARACTERS] for item in batch]
            vectors = forward(student, texts, _TOKENS)
            goals = torch.tensor(np.stack([item.goal for item in batch]))
            away = 1 - (vectors * goals).sum(dim=1).mean()
            ranking = functional.cross_entropy(_SCALE * vectors @ goals.T, torch.arange(len(batch)))
            loss = _NEARNESS * away + _RANKING * ranking
            own = torch.tensor([item.intent for item in batch])
            labelled = own >= 0
            if labelled.any():
                places = functional.normalize(proxies, dim=1)
                scores = _SCALE * vectors[labelled] @ places.T
                loss = loss + _INTENT * functional.cross_entropy(scores, own[labelled])
            loss.backward()
            torch.nn.utils.clip_grad_norm_(student.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
            schedule.step()
            step, since, distance = step + 1, since + 1, distance + away.item()
            if step % _EVERY == 0 or step == last:
                say(
                    f"  step {step} of {total}: cosine {1 - distance / since:.3f} to the "
                    f"meanings, {time.monotonic() - began:.0f} s"
                )
                distance, since = 0.0, 0
    return step


def measure(student: Any, teacher: Any, corpora: Corpora) -> dict[str, dict[str, float]]:
    """How well held-out messages are understood, by language.

    Returns:
        For each language how many `messages` there are, the mean `cosine` between the student's
        vector of a message and the teacher's of its meaning, and the share of intents `right` by a
        logistic regression that saw English examples only.
    """
    from sklearn.linear_model import LogisticRegression

    own = corpora.sets[EXAMPLES]
    classifier = LogisticRegression(C=20, max_iter=200, tol=1e-3).fit(
        encode(student, [each.text for each in own]), [each.label for each in own]
    )
    held_out: Sequence[Pair] = corpora.held_out
    vectors = encode(student, [pair.text for pair in held_out])
    meanings = encode(teacher, [pair.meaning for pair in held_out])
    cosines = (vectors * meanings).sum(axis=1)
    right = classifier.predict(vectors) == np.array([pair.intent for pair in held_out])
    spoken = np.array([pair.language for pair in held_out])
    return {
        language: {
            "messages": int((spoken == language).sum()),
            "cosine": round(float(cosines[spoken == language].mean()), 3),
            "right": round(float(right[spoken == language].mean()), 3),
        }
        for language in sorted(set(spoken.tolist()))
    }


def _items(teacher: Any, rows: Sequence[tuple[str, str, int]]) -> list[_Item]:
    goals = encode(teacher, [meaning for _, meaning, _ in rows])
    return [_Item(text, goal, intent) for (text, _, intent), goal in zip(rows, goals, strict=True)]


def _english(corpora: Corpora, intents: dict[str, int]) -> list[tuple[str, str, int]]:
    rows = []
    for name, examples in corpora.sets.items():
        # A label of another set may have an intent's name, and mean something else.
        own = intents if name == EXAMPLES else {}
        rows += [
            (each.text, each.text, own.get(each.label, -1) if each.learned else -1)
            for each in examples
        ]
    return rows


def _intents(corpora: Corpora) -> list[str]:
    return sorted({each.label for each in corpora.sets[EXAMPLES]})


def _proxies(teacher: Any, corpora: Corpora, intents: dict[str, int]) -> Any:
    """Each intent's mean English vector, by the teacher."""
    import torch
    from torch.nn import functional

    examples = corpora.sets[EXAMPLES]
    examples = [each for each in examples if each.learned] or examples
    vectors = torch.tensor(encode(teacher, [each.text for each in examples]))
    own = torch.tensor([intents[each.label] for each in examples])
    means = torch.stack([vectors[own == at].mean(dim=0) for at in range(len(intents))])
    return functional.normalize(means, dim=1)
