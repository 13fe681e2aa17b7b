"""`teller train` and `teller index`: what is built from data before Teller can run."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

from rich.console import Console

from server.processes import RASA_INTERPRETER
from server.settings import ROOT, Settings


def train(settings: Settings, *, console: Console) -> int:
    """Train the assistant in Rasa's environment; its progress goes to the terminal.

    Returns:
        The exit status: 0 when the new model is in place. A failed training leaves the old one.
    """
    if not RASA_INTERPRETER.exists():
        console.print("Rasa's environment is missing. Run `make setup`.", style="red")
        return 1
    console.print("Training the assistant (two to three minutes) ...")
    started = time.monotonic()
    finished = subprocess.run(  # noqa: S603  # our own interpreter and module
        [RASA_INTERPRETER, "-m", "bot.train", "--out", settings.model],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "RASA_TELEMETRY_ENABLED": "false",
            "TF_CPP_MIN_LOG_LEVEL": "3",
        },
        check=False,
    )
    if finished.returncode:
        console.print("Training failed; the model in use is unchanged.", style="red")
        return finished.returncode
    console.print(f"Trained in {time.monotonic() - started:.0f} s: {settings.model}")
    return 0


def index(
    settings: Settings,
    *,
    console: Console,
    articles: Path | None = None,
    language: str | None = None,
    folder: Path | None = None,
) -> int:
    """Build the knowledge index and swap it in; 0 when the new one is in place.

    With `articles` it is built of another help centre's (knowledge/corpora), which are in
    `language` where they do not say theirs; with `folder` it goes there. Published revisions
    (editorial/) lie over the folder of our own articles, and the build is noted in their history.
    """
    from knowledge.builds import current
    from knowledge.corpora import read_corpus
    from knowledge.errors import KnowledgeError
    from server.editors import note_build, published_revisions
    from server.route import build_index

    started = time.monotonic()
    try:
        corpus = read_corpus(articles, language=language) if articles is not None else None
        ours = corpus is None and folder is None
        replaced = current(settings.index)
        published = build_index(
            settings,
            progress=lambda step: console.print(f"  {step}"),
            revised=published_revisions(settings, console=console) if corpus is None else (),
            corpus=corpus,
            root=folder,
        )
    except KnowledgeError as error:
        console.print(str(error), style="red", markup=False)
        console.print("The index in use is unchanged.", style="red")
        return 1
    if ours:
        note_build(settings, console=console, action="rebuild", replaced=replaced)
    for warning in published.warnings:
        console.print(warning, style="yellow", markup=False)
    manifest = published.manifest
    for text in manifest["due"]:
        console.print(f"due: {text}", markup=False)
    console.print(
        f"{manifest['articles']} articles, {manifest['passages']} passages in "
        f"{time.monotonic() - started:.0f} s: {published.folder}"
    )
    return 0
