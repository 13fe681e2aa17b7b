"""Stage A: English messages of one intent closer together, those of different ones apart.

A proxy per class stands for its examples; each example is drawn to its own and pushed from the
others of its set (cross-entropy over cosines). It is also pulled back to its original vector, so
that what the model knew of other sentences stays.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from knowledge.tuning.batches import SIZE, by_length, pace
from knowledge.tuning.corpora import Example

EPOCHS = 1.0
RATE = 3e-5
PULL = 2.0

_PROXY_RATE = 1e-3
_SCALE = 20.0  # sharpness of the cosines, the inverse of a temperature
_WARM = 0.1
_EVERY = 100  # steps to a progress line


@dataclass(frozen=True)
class _Item:
    name: str
    text: str
    label: int
    original: int


def tune(
    model: Any,
    sets: Mapping[str, Sequence[Example]],
    *,
    say: Callable[[str], None],
    epochs: float = EPOCHS,
    most_steps: int | None = None,
) -> int:
    """Tune a sentence-transformers model on labelled sets, in place.

    Args:
        say: takes a line of progress.
        epochs: how often each example is seen.
        most_steps: ends earlier, to try it out.

    Returns:
        How many steps were made.
    """
    import torch
    from torch.nn import functional

    chance = random.Random(0)
    originals, proxies, items = {}, {}, []
    for name, examples in sets.items():
        labels = {label: at for at, label in enumerate(sorted({each.label for each in examples}))}
        vectors = torch.tensor(encode(model, [each.text for each in examples]))
        own = torch.tensor([labels[each.label] for each in examples])
        means = torch.stack([vectors[own == at].mean(dim=0) for at in range(len(labels))])
        proxies[name] = torch.nn.Parameter(functional.normalize(means, dim=1))
        originals[name] = vectors
        items += [
            _Item(name, each.text, labels[each.label], at) for at, each in enumerate(examples)
        ]
        say(f"  {name}: {len(examples)} examples of {len(labels)} classes")

    optimizer = torch.optim.AdamW(
        [
            {"params": list(model.parameters()), "lr": RATE, "weight_decay": 0.01},
            {"params": list(proxies.values()), "lr": _PROXY_RATE, "weight_decay": 0.0},
        ],
        fused=True,
    )
    total = max(1, int(epochs * len(items) / SIZE))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: pace(step, total, warm=_WARM)
    )
    last = min(total, most_steps or total)
    step, began, loss_so_far = 0, time.monotonic(), 0.0
    while step < last:
        for batch in _epoch(items, chance):
            if step == last:
                break
            model.train()
            name = batch[0].name
            vectors = forward(model, [item.text for item in batch])
            own = torch.tensor([item.label for item in batch])
            goals = functional.normalize(proxies[name], dim=1)
            apart = functional.cross_entropy(_SCALE * vectors @ goals.T, own)
            before = originals[name][[item.original for item in batch]]
            away = 1 - (vectors * before).sum(dim=1).mean()
            (apart + PULL * away).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
            schedule.step()
            step += 1
            loss_so_far += apart.item()
            if step % _EVERY == 0 or step == last:
                since = step % _EVERY or _EVERY
                say(
                    f"  step {step} of {total}: loss {loss_so_far / since:.3f}, "
                    f"{time.monotonic() - began:.0f} s"
                )
                loss_so_far = 0.0
    return step


def encode(model: Any, texts: Sequence[str]) -> Any:
    """Unit vectors of texts, of shape (texts, dimension), without gradients."""
    model.eval()
    return model.encode(
        list(texts), batch_size=128, normalize_embeddings=True, show_progress_bar=False
    )


def forward(model: Any, texts: Sequence[str], tokens: int | None = None) -> Any:
    """The same with gradients; at most `tokens` word pieces of each are read."""
    from torch.nn import functional

    features = model.preprocess(list(texts))
    if tokens is not None:
        features = {
            name: value[:, :tokens] if getattr(value, "ndim", 0) == 2 else value
            for name, value in features.items()
        }
    return functional.normalize(model(features)["sentence_embedding"], dim=1)


def _epoch(items: Sequence[_Item], chance: random.Random) -> list[list[_Item]]:
    """Batches of one set each: the proxies of one set say nothing about another's examples."""
    batches = []
    for name in dict.fromkeys(item.name for item in items):
        own = [item for item in items if item.name == name]
        batches += by_length(own, lambda item: item.text, chance)
    chance.shuffle(batches)
    return batches
