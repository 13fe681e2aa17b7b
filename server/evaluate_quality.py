"""`teller evaluate quality`: measure every set and write docs/quality.md."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console

from evaluation import quality, validation
from evaluation.benchmarks import BENCHMARKS, Round, rounds
from evaluation.errors import EvaluationError
from evaluation.intents import IntentFigures, measure
from evaluation.metrics import calibration_error_by_chance
from evaluation.report import intent_details
from evaluation.routing import confusions, read_labelled
from evaluation.routing import measure as measure_routing
from evaluation.tables import OUT_OF_SCOPE, Example, Prediction, check_targets, write_files
from knowledge.errors import KnowledgeError
from knowledge.intents import Intents
from knowledge.language import LANGUAGES
from knowledge.messages import read_messages
from server.evaluate_routing import decide
from server.offline import AssistantStartError
from server.route import RouteError
from server.settings import ROOT, Settings
from server.trial import draw_charts, pipeline_file, run_trial

VALIDATION, ROUTING = "validation", "routing"
_BY_NAME = {each.name: each for each in BENCHMARKS}
NAMES = (VALIDATION, ROUTING, *_BY_NAME)
# Where Rasa's default pipeline is measured unless sets are named: it takes 20 minutes there.
PEER_SETS = ("banking77-10shot",)
_ROUTING_SETS = ROOT / "tests" / "data" / "routing"
# What the page keeps of a measurement.
_PAIRS, _POINTS = 20, 120
_ENGINE = ("config.yml", "bot/components/*.py", "bot/intents/*.*", "bot/language/*.*")

Store = dict[str, Any]


async def run(
    settings: Settings,
    *,
    benchmarks: Path | None,
    peer: bool,
    only: Sequence[str],
    folder: Path,
    progress: Console,
) -> int:
    """Measure what is asked for, and write page, charts and figures after each set; 0 when done.

    Args:
        benchmarks: the folder of public sets; without it only our own data is measured.
        peer: measure Rasa's default pipeline too.
        only: names of sets; all if empty. The others keep their last figures.
        folder: gets quality.md, quality.json and images/.
    """
    try:
        plan = _plan(only, benchmarks, peer=peer)
        store = _read(folder / "quality.json")
        check_targets([path for path, _ in _files(folder, store)], inputs=[])
        for name, side in plan:
            progress.print(f"{name}, {side} ...", style="bold", markup=False)
            if name == VALIDATION:
                store[VALIDATION] = _validation()
            elif name == ROUTING:
                store[ROUTING] = await _routing(settings, progress)
            else:
                assert benchmarks is not None  # `_plan` has seen to it
                sides = store.setdefault("sets", {}).setdefault(name, {})
                sides[side] = _benchmark(name, benchmarks, side)
            write_files(_files(folder, store))
    except (EvaluationError, AssistantStartError, KnowledgeError, RouteError) as error:
        progress.print(str(error), style="red", markup=False)
        return 1
    progress.print(f"Written: {folder / 'quality.md'}", markup=False)
    return 0


def _plan(only: Sequence[str], benchmarks: Path | None, *, peer: bool) -> list[tuple[str, str]]:
    """(set, whose pipeline) in the order of measuring, the slow peer last."""
    unknown = sorted(set(only) - set(NAMES))
    if unknown:
        raise EvaluationError(f"--only {unknown[0]}: no such set; known are {', '.join(NAMES)}.")
    if benchmarks is not None and not benchmarks.is_dir():
        raise EvaluationError(f"--benchmarks {benchmarks}: no such folder.")
    public = [name for name in only if name in _BY_NAME]
    if benchmarks is None and (public or peer):
        raise EvaluationError("Public sets need their folder: --benchmarks FOLDER.")
    chosen = only or (NAMES if benchmarks is not None else (VALIDATION, ROUTING))
    plan = [(name, quality.OWN) for name in NAMES if name in chosen]
    if peer:
        plan += [(name, quality.PEER) for name in (public if only else PEER_SETS)]
    if benchmarks is not None:
        for name in {name for name, _ in plan if name in _BY_NAME}:
            rounds(_BY_NAME[name], benchmarks)  # a bad file is told before hours of work
    return plan


def _benchmark(name: str, folder: Path, side: str) -> dict[str, Any]:
    """Train and test each round of a public set; the peer has the first one only."""
    origin = _origin()
    tried = rounds(_BY_NAME[name], folder)[: 1 if side == quality.PEER else None]
    figures: list[IntentFigures] = []
    examples: list[Example] = []
    predictions: list[Prediction] = []
    for each in tried:
        outcome = run_trial(pipeline_file(side), each.train, each.test)
        figures.append(
            measure(
                each.test,
                outcome.predictions,
                train_seconds=outcome.train_seconds,
                ms_per_message=outcome.ms_per_message,
            )
        )
        examples += each.test
        predictions += outcome.predictions
    # Curves and confusions are of the messages of all rounds together.
    details = intent_details(figures[0], examples, predictions, points=_POINTS)
    return {
        **origin,
        "trained_on": _trained_on(tried),
        "tested_on": _tested_on(tried[0]),
        "rounds": [asdict(each) for each in figures],
        "figures": quality.mean_figures([asdict(each) for each in figures]),
        "confusions": details["confusions"][:_PAIRS],
        # Of one round's messages, as the figures are.
        "ece_by_chance": calibration_error_by_chance(
            [
                found.confidence
                for each, found in zip(tried[0].test, predictions, strict=False)
                if each.intent != OUT_OF_SCOPE
            ]
        ),
        "reliability": details["reliability"],
        "risk_coverage": details["risk_coverage"],
    }


def _trained_on(tried: Sequence[Round]) -> str:
    size, intents = len(tried[0].train), len({each.intent for each in tried[0].train})
    times = f"{len(tried)} x " if len(tried) > 1 else ""
    return f"{times}{size:,} examples, {intents} intents"


def _tested_on(tried: Round) -> str:
    outside = sum(each.intent == OUT_OF_SCOPE for each in tried.test)
    inside = f"{len(tried.test) - outside:,} messages"
    return f"{inside}, {outside:,} out of scope" if outside else inside


def _validation() -> dict[str, Any]:
    """The cross-validation that the last training wrote, by language of the examples."""
    origin = _origin()
    path = ROOT / "models" / "nlu" / "cross_validation.jsonl"
    examples, predictions = validation.read_validation(path)
    written = datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()
    languages: dict[tuple[str, str], str] = {}
    for language in LANGUAGES:
        for message in read_messages(ROOT / "data" / "nlu", language):
            languages.setdefault((message.text, message.intent), language)
    intents = Intents.load(ROOT / "data" / "intents.yml")
    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    outside = {name for each in config["pipeline"] for name in each.get("outside", ())}
    figures = validation.by_language(
        examples,
        predictions,
        language=lambda text, intent: languages.get((text, intent), "other"),
        topic=lambda name: intents.topic(name) if name in intents else name,
        outside=outside,
    )
    tested = f"{len(examples):,} examples, {len({each.intent for each in examples})} intents"
    return {**origin, "date": written, "tested_on": tested, "figures": figures}


async def _routing(settings: Settings, progress: Console) -> dict[str, Any]:
    """What the assistant and the index in use decide about the routing set."""
    origin = _origin()
    labelled = [
        each for path in sorted(_ROUTING_SETS.glob("*.jsonl")) for each in read_labelled(path)
    ]
    routed = await decide(settings, labelled, progress=progress)
    figures = measure_routing(labelled, routed)
    return {
        **origin,
        "tested_on": f"{len(labelled):,} messages",
        "figures": {language: asdict(each) for language, each in figures.items()},
        "confusions": [
            {"topic": topic, "decided": decided, "count": count}
            for topic, decided, count in confusions(labelled, routed)[:_PAIRS]
        ],
    }


def _origin() -> dict[str, str]:
    """When, with which engine and on what a measurement begins."""
    load = os.getloadavg()[0]
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "engine": _engine()["engine"],
        "machine": f"{os.cpu_count()} cores, load {load:.1f}",
    }


def _engine() -> dict[str, str]:
    """What decides the figures: a hash of components, settings and encoder, and the encoder."""
    manifest = json.loads((ROOT / "models" / "encoder" / "manifest.json").read_text())
    digest = hashlib.sha256(manifest["hash"].encode())
    for pattern in _ENGINE:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    return {
        "engine": digest.hexdigest()[:8],
        "encoder": manifest["hash"][:8],
        "base_model": manifest["base_model"],
        "trained_on": manifest.get("trained_on", ""),
    }


def _read(path: Path) -> Store:
    try:
        store: Store = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise EvaluationError(
            f"{path} cannot be read ({error}). Restore it, or remove it to measure all sets anew."
        ) from error
    return store


def _files(folder: Path, store: Store) -> list[tuple[Path, str | bytes]]:
    drawn = quality.charts(store)
    images = draw_charts(drawn) if drawn else {}
    return [
        (folder / "quality.json", _text(store)),
        (folder / "quality.md", quality.page(store, _engine())),
        *((folder / "images" / name, content) for name, content in images.items()),
    ]


def _text(store: Store) -> str:
    """The store as JSON, a measurement on a line: what changed is seen, and not point by point."""
    sets = [f"  {json.dumps(name)}: {_line(each)}" for name, each in store.get("sets", {}).items()]
    rest = [f" {json.dumps(name)}: {_line(store[name])}" for name in store if name != "sets"]
    body = [*rest, ' "sets": {\n' + ",\n".join(sets) + "\n }"]
    return "{\n" + ",\n".join(body) + "\n}\n"


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
