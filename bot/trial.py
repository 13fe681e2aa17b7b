"""`python -m bot.trial FOLDER`: train a pipeline on some messages and predict others.

Called by `teller evaluate` (server/trial.py), which lays `trial.json` into the folder and finds
`outcome.json` there. Training and prediction are Rasa's own graph of the configured components;
what `rasa train` does around it (fingerprints, cache, packing an archive and unpacking it) is left
out, since no model remains. Texts reach the components as they stand: no entity annotation in a
training text, no `/intent` in a message is obeyed.
"""

from __future__ import annotations

import gc
import json
import os
import statistics
import sys
import time
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("LOG_LEVEL", "WARNING")

BATCH = 256
WARM_UP = 20
FALLBACK = "nlu_fallback"


def main(arguments: list[str] | None = None) -> int:
    """0 when the outcome is written, 1 when the pipeline could not be trained or used."""
    [folder] = map(Path, sys.argv[1:] if arguments is None else arguments)
    trial = json.loads((folder / "trial.json").read_text(encoding="utf-8"))
    began = time.monotonic()

    def say(text: str) -> None:
        print(f"[{time.monotonic() - began:5.1f} s] {text}", flush=True)

    say("Loading Rasa")
    _quiet()
    from rasa.shared.exceptions import RasaException

    from bot.intents.estimator import EstimatorError
    from knowledge.errors import KnowledgeError

    try:
        outcome = _run(trial, folder / "model", say)
    except Exception as error:
        cause = _told_cause(error, (RasaException, EstimatorError, KnowledgeError))
        if cause is None:
            raise
        print(cause, file=sys.stderr)
        return 1
    (folder / "outcome.json").write_text(json.dumps(outcome), encoding="utf-8")
    say("Done")
    return 0


def _run(trial: Mapping[str, Any], storage: Path, say: Any) -> dict[str, Any]:
    from rasa.engine.graph import ExecutionContext
    from rasa.engine.recipes.default_recipe import DefaultV1Recipe
    from rasa.engine.runner.dask import DaskGraphRunner
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.shared.data import TrainingType
    from rasa.shared.utils.io import read_model_configuration

    config = read_model_configuration(trial["config"])
    graphs = DefaultV1Recipe().graph_config_for_recipe(config, {}, training_type=TrainingType.NLU)
    storage.mkdir()
    store = LocalModelStorage(storage)

    say(f"Training on {len(trial['train'])} examples")
    started = time.perf_counter()
    DaskGraphRunner.create(graphs.train_schema, store, ExecutionContext(graphs.train_schema)).run(
        inputs={"__importer__": _importer(trial["train"], config)}
    )
    train_seconds = time.perf_counter() - started

    say(f"Predicting {len(trial['test'])} messages")
    engine = _Engine(
        DaskGraphRunner.create(
            graphs.predict_schema, store, ExecutionContext(graphs.predict_schema)
        ),
        # The node behind it obeys `/intent`; live traffic never has a leading slash there.
        graphs.predict_schema.nodes[graphs.nlu_target].needs["messages"],
    )
    predictions: list[dict[str, Any]] = []
    for start in range(0, len(trial["test"]), BATCH):
        predictions += engine.understand(trial["test"][start : start + BATCH])
    say(f"Measuring {len(trial['single'])} messages one by one")
    return {
        "predictions": predictions,
        "train_seconds": train_seconds,
        "ms_per_message": engine.milliseconds(trial["single"]),
    }


class _Engine:
    """A trained pipeline: Rasa's prediction graph up to its last NLU component."""

    def __init__(self, runner: Any, target: str) -> None:
        self._runner = runner
        self._target = target

    def understand(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        """What the pipeline makes of each text, in order."""
        return [_prediction(message) for message in self._process(texts)]

    def milliseconds(self, texts: Sequence[str]) -> float:
        """Median time of one message through all components, each alone as in live traffic."""
        from threadpoolctl import threadpool_limits

        # As the assistant process runs: objects that stay are not searched for garbage, and
        # NumPy's own threads, which cost more than they give on one sentence, are off.
        gc.collect()
        gc.freeze()
        with threadpool_limits(1):
            for text in texts[:WARM_UP]:
                self._process([text])
            spent = []
            for text in texts:
                started = time.perf_counter()
                self._process([text])
                spent.append(time.perf_counter() - started)
        return 1000 * statistics.median(spent)

    def _process(self, texts: Sequence[str]) -> list[Any]:
        from rasa.core.channels.channel import UserMessage

        outputs = self._runner.run(
            inputs={"__message__": [UserMessage(text) for text in texts]}, targets=[self._target]
        )
        messages: list[Any] = outputs[self._target]
        return messages


def _prediction(message: Any) -> dict[str, Any]:
    """What a message's components said, with the engine's decision beside its best guess.

    FallbackClassifier puts `nlu_fallback` before the guess that it rejects; the guess is what the
    engine takes for most probable, and its confidence the peer's only measure of being in scope.
    """
    from bot.intents.scope import ACCEPT

    best = message.get("intent") or {}
    accepted = best.get("name") not in (None, FALLBACK)
    if best.get("name") == FALLBACK:
        ranked = [each for each in message.get("intent_ranking") or [] if each["name"] != FALLBACK]
        best = ranked[0] if ranked else {}
    confidence = float(best.get("confidence") or 0.0)
    in_scope = message.get("in_scope")
    if in_scope is None:
        in_scope = confidence
    else:
        in_scope = float(in_scope)
        accepted = accepted and in_scope >= ACCEPT
    return {
        "predicted": best.get("name") or "",
        "confidence": confidence,
        "in_scope": in_scope,
        "accepted": accepted,
    }


def _importer(rows: Sequence[Sequence[str]], config: Mapping[str, Any]) -> Any:
    """An importer of exactly these (text, intent) rows, without reading anything into a text."""
    from rasa.shared.core.domain import Domain
    from rasa.shared.core.training_data.structures import StoryGraph
    from rasa.shared.importers.importer import TrainingDataImporter
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData

    # Rasa strips messages, so training texts are stripped too; components pass over empty ones.
    data = TrainingData(
        [Message(data={"text": text.strip() or text, "intent": intent}) for text, intent in rows]
    )

    class Rows(TrainingDataImporter):
        def __init__(self) -> None:
            """Rasa's abstract importer has no state."""

        def get_domain(self) -> Domain:
            return Domain.empty()

        def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
            return StoryGraph([])

        def get_conversation_tests(self) -> StoryGraph:
            return StoryGraph([])

        def get_config(self) -> dict[str, Any]:
            return dict(config)

        def get_config_file_for_auto_config(self) -> str | None:
            return None

        def get_nlu_data(self, language: str | None = "en") -> TrainingData:
            return data

    return Rows()


def _quiet() -> None:
    # Rasa's frozen libraries deprecate each other at every start, and some of them set the filters
    # back; nobody here can mend them.
    warnings.showwarning = lambda *_arguments, **_options: None
    import logging

    from rasa.utils.log_utils import configure_structlog

    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    for noisy in ("rasa", "tensorflow", "matplotlib", "numexpr", "absl"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    # Rasa's debug lines hold what customers write.
    configure_structlog(logging.ERROR)


def _told_cause(error: BaseException, told: tuple[type[Exception], ...]) -> Exception | None:
    """The innermost of an error's causes that says itself what is wrong; Rasa wraps it."""
    found = None
    link: BaseException | None = error
    while link is not None:
        if isinstance(link, told):
            found = link
        link = link.__cause__
    return found


if __name__ == "__main__":
    sys.exit(main())
