"""Deciding many messages without answering them: what `teller route`, `ask` and `index` do.

The way of a message is that of live traffic: the guard, the assistant's understanding (over its
private channel), then search and gate in this process.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import httpx

from conversations.guard import guard
from knowledge.articles import Article
from knowledge.base import KnowledgeBase
from knowledge.builds import current
from knowledge.encoder import Encoder, unpack_vector
from knowledge.errors import IndexUnavailableError
from knowledge.gate import Decision, Kind, TurnContext
from knowledge.language import LANGUAGES, LanguageDetector
from knowledge.overlay import Revised
from knowledge.publish import Published, Sources, publish
from knowledge.turn import Turn, decide_turn
from knowledge.understanding import Understanding, nothing_understood
from server.settings import ROOT, Settings

PARSE = "/webhooks/teller/parse"
BATCH = 50


class RouteError(Exception):
    """Messages could not be routed; the text says what to do."""


class Parser(Protocol):
    """Understands many texts at once: one parse (Rasa's format) for each, in order."""

    async def __call__(self, texts: Sequence[str]) -> Sequence[Mapping[str, Any]]: ...


@dataclass(frozen=True)
class Line:
    """One message to route, or why its line could not be read."""

    number: int
    id: Any
    text: str = ""
    language: str | None = None
    error: str | None = None


@dataclass(frozen=True)
class ChannelParser:
    """Asks the assistant over its private channel. `client` has its address and its secret."""

    client: httpx.AsyncClient

    async def __call__(self, texts: Sequence[str]) -> Sequence[Mapping[str, Any]]:
        """Parse texts.

        Raises:
            RouteError: the assistant did not answer, or not as agreed.
        """
        try:
            response = await self.client.post(PARSE, json={"texts": list(texts)}, timeout=60)
            response.raise_for_status()
            body = response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise RouteError(
                f"The assistant could not be asked ({error}). Look at its log; `teller doctor` "
                "checks whether it can run."
            ) from error
        parses = body.get("results") if isinstance(body, dict) else body
        if not isinstance(parses, list) or len(parses) != len(texts):
            raise RouteError("The assistant did not answer every text; is its version the same?")
        return parses


def build_index(
    settings: Settings,
    *,
    progress: Callable[[str], None] = lambda step: None,
    today: date | None = None,
    threads: int = 2,
    revised: Sequence[Revised] = (),
    reuse: bool = False,
    corpus: Sequence[Article] | None = None,
    root: Path | None = None,
) -> Published:
    """Build the knowledge index, with the published revisions over the folder of articles, and put
    it in the place of the one in use; with `corpus`, of these articles instead, and into `root`
    where another folder is meant.

    Raises:
        KnowledgeError: the content is not fit to be published; the index in use is unchanged.
    """
    encoder = Encoder(settings.encoder, threads)
    sources = Sources(
        articles=settings.articles,
        facts=settings.facts,
        intents=ROOT / "data" / "intents.yml",
        messages=ROOT / "data" / "nlu",
        predictions=ROOT / "models" / "nlu" / "cross_validation.jsonl",
        tones=ROOT / "models" / "nlu" / "tone_validation.jsonl",
        regressions=ROOT / "knowledge" / "regressions.jsonl",
        trees=ROOT / "knowledge" / "trees",
        phrasings=ROOT / "knowledge" / "phrasings",
        revised=tuple(revised),
    )
    if corpus is not None:
        # What our classifier learned says nothing about the articles of others.
        sources = Sources(sources.articles, sources.facts, sources.intents, corpus=tuple(corpus))
    return publish(
        root or settings.index,
        sources,
        encoder,
        encoder.hash,
        progress=progress,
        today=today,
        reuse=reuse,
    )


def open_base(settings: Settings, *, threads: int = 1, root: Path | None = None) -> KnowledgeBase:
    """The knowledge base in use, or that in `root`.

    Raises:
        KnowledgeError: none is built, or with another encoder than the installed one.
    """
    root = root or settings.index
    name = current(root)
    if name is None:
        raise IndexUnavailableError(f"There is no index at {root}; run `teller index`.")
    encoder = Encoder(settings.encoder, threads)
    return KnowledgeBase.open(root / name, encoder, encoder.hash)


def read_lines(content: bytes) -> list[Line]:
    """The messages of a JSON Lines file. One that cannot be read says why; blank lines are none."""
    lines = enumerate(content.split(b"\n"), 1)
    return [_read(number, raw) for number, raw in lines if raw.strip()]


async def route_lines(
    lines: Iterable[Line],
    parser: Parser,
    base: KnowledgeBase,
    languages: LanguageDetector,
    *,
    progress: Callable[[int], None] = lambda done: None,
    watch: Callable[[Line, Turn], None] = lambda line, turn: None,
) -> list[dict[str, Any]]:
    """One output object per line, in order. `progress` is told how many lines are done, `watch`
    each line's turn.

    Raises:
        RouteError: the assistant could not be asked.
    """
    lines = list(lines)
    results: list[dict[str, Any]] = []
    for start in range(0, len(lines), BATCH):
        batch = lines[start : start + BATCH]
        results.extend(await _route_batch(batch, parser, base, languages, watch))
        progress(len(results))
    return results


@dataclass(frozen=True)
class _Guarded:
    line: Line
    text: str
    secrets: tuple[str, ...]
    milliseconds: float


async def _route_batch(
    lines: Sequence[Line],
    parser: Parser,
    base: KnowledgeBase,
    languages: LanguageDetector,
    watch: Callable[[Line, Turn], None],
) -> list[dict[str, Any]]:
    guarded = [_guard(line) for line in lines if line.error is None]
    readable = [item for item in guarded if not item.secrets and _readable(item.text)]
    started = time.perf_counter()
    parses = await parser([item.text for item in readable]) if readable else []
    spent = 1000 * (time.perf_counter() - started) / max(1, len(readable))
    by_line = {item.line.number: parse for item, parse in zip(readable, parses, strict=True)}
    results = {
        item.line.number: _route(item, by_line.get(item.line.number), spent, base, languages, watch)
        for item in guarded
    }
    return [
        {"id": line.id, "error": line.error} if line.error else results[line.number]
        for line in lines
    ]


def _guard(line: Line) -> _Guarded:
    started = time.perf_counter()
    found = guard(line.text)
    return _Guarded(line, found.text, found.secrets, 1000 * (time.perf_counter() - started))


def _route(
    item: _Guarded,
    parse: Mapping[str, Any] | None,
    understanding_milliseconds: float,
    base: KnowledgeBase,
    languages: LanguageDetector,
    watch: Callable[[Line, Turn], None],
) -> dict[str, Any]:
    started = time.perf_counter()
    language = item.line.language or languages.detect(item.text)
    if item.secrets:
        turn = _secret(item.text, language, base)
    elif parse is None:
        turn = decide_turn(base, nothing_understood(item.text, language), TurnContext())
    else:
        understanding = Understanding.from_parse(parse, language=language, text=item.text)
        vector = unpack_vector(parse.get("vector"), str(base.manifest.get("encoder")))
        turn = decide_turn(base, understanding, TurnContext(), vector=vector)
    spent = item.milliseconds + 1000 * (time.perf_counter() - started)
    watch(item.line, turn)
    record = turn.record()
    return {
        "id": item.line.id,
        "language": language,
        **{
            name: record[name]
            for name in (
                "intent",
                "topic",
                "confidence",
                "in_scope",
                "decision",
                "needs_human",
                "reason",
                "article",
                "alternatives",
                "wishes",
            )
        },
        "redacted_text": item.text,
        "secrets": list(item.secrets),
        "milliseconds": round(spent + (understanding_milliseconds if parse is not None else 0), 2),
    }


def _secret(text: str, language: str, base: KnowledgeBase) -> Turn:
    """A message with a secret goes to a person without being classified."""
    row = base.intents["secret_shared"]
    decision = Decision(
        Kind.HANDOFF,
        "secret_shared",
        row.name,
        row.topic,
        needs_human=True,
        priority=row.priority,
        team=row.team,
    )
    known = Understanding(text, language, row.name, 1.0, 1.0, ((row.name, 1.0),))
    return Turn(decision, known, rule="guard")


def _readable(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _read(number: int, raw: bytes) -> Line:
    try:
        row = json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return Line(number, None, error=f"line {number}: not UTF-8 text")
    except (ValueError, RecursionError):
        return Line(number, None, error=f"line {number}: not JSON")
    if not isinstance(row, dict):
        return Line(number, None, error=f"line {number}: not a JSON object")
    if "id" not in row:
        return Line(number, None, error=f'line {number}: "id" is missing')
    if not isinstance(row.get("text"), str):
        return Line(number, row["id"], error=f'line {number}: "text" is missing or not text')
    language = row.get("lang")
    if language is not None and not isinstance(language, str):
        return Line(number, row["id"], error=f'line {number}: "lang" must be a language code')
    # A language we do not tell apart is no reason to refuse the message: it is detected instead.
    code = language.lower()[:2] if language else None
    return Line(number, row["id"], row["text"], code if code in LANGUAGES else None)
