"""`teller ask` and `teller route`: decisions on a terminal and in files, without a conversation."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

from knowledge.errors import KnowledgeError
from knowledge.language import LanguageDetector
from server.offline import AssistantStartError, assistant
from server.route import ChannelParser, Line, RouteError, open_base, read_lines, route_lines
from server.settings import Settings


async def ask(settings: Settings, text: str, *, language: str | None, console: Console) -> int:
    """Print how one message is understood and decided; 0 when it could be."""
    try:
        base = open_base(settings)
        with console.status("Asking the assistant (it is started first if none runs) ..."):
            async with assistant(settings) as client:
                [result] = await route_lines(
                    [Line(1, "1", text, language)], ChannelParser(client), base, LanguageDetector()
                )
    except (AssistantStartError, KnowledgeError, RouteError) as error:
        console.print(str(error), style="red", markup=False)
        return 1
    console.print_json(json.dumps(result))
    return 0


async def route(settings: Settings, file: Path, out_file: Path, *, console: Console) -> int:
    """Decide each line of `file` into `out_file`; 1 when a line or everything failed."""
    try:
        lines = read_lines(await asyncio.to_thread(file.read_bytes))
        out_file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        console.print(f"{error.filename}: {error.strerror}", style="red", markup=False)
        return 1
    try:
        console.print("Starting ...")
        base = open_base(settings)
        async with assistant(settings) as client:
            results = await _route(lines, ChannelParser(client), base, console)
    except (AssistantStartError, KnowledgeError, RouteError) as error:
        console.print(str(error), style="red", markup=False)
        return 1
    text = "".join(json.dumps(result, ensure_ascii=False) + "\n" for result in results)
    # Beside the target first: an interrupted run leaves no half file.
    draft = out_file.with_name(out_file.name + ".draft")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(out_file)
    except OSError as error:
        console.print(f"{error.filename}: {error.strerror}", style="red", markup=False)
        return 1
    bad = [line for line in lines if line.error]
    for line in bad:
        console.print(f"{file}: {line.error}", style="red", markup=False)
    console.print(f"{len(lines) - len(bad)} decided, {len(bad)} not readable: {out_file}")
    return 1 if bad else 0


async def _route(
    lines: list[Line], parser: ChannelParser, base: Any, console: Console
) -> list[dict[str, Any]]:
    with Progress(console=console) as progress:
        task = progress.add_task("Deciding", total=len(lines))
        return await route_lines(
            lines,
            parser,
            base,
            LanguageDetector(),
            progress=lambda done: progress.update(task, completed=done),
        )
