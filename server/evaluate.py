"""`teller evaluate`: how well the engine understands, on any labelled file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

if TYPE_CHECKING:
    from server.settings import Settings

app = typer.Typer(help="Measure how well the assistant understands.", no_args_is_help=True)
out = Console(highlight=False)
err = Console(stderr=True, highlight=False, soft_wrap=True)

Json = Annotated[Path | None, typer.Option("--json", help="Where the figures go (JSON).")]
Report = Annotated[Path | None, typer.Option(help="Folder for a report: Markdown, JSON.")]
Labelled = Annotated[
    list[Path], typer.Argument(help="Labelled messages, as tests/data/README.md tells.")
]


@app.command()
def intents(
    train: Annotated[Path, typer.Option(help="CSV `text,intent` to train on.")],
    test: Annotated[
        Path,
        typer.Option(help="CSV `text,intent` to test on; out_of_scope marks what none covers."),
    ],
    out_file: Annotated[
        Path | None, typer.Option("--out", help="Where the predictions go (CSV).")
    ] = None,
    json_file: Json = None,
    report: Annotated[
        Path | None, typer.Option(help="Folder for a report: Markdown, JSON, charts.")
    ] = None,
    pipeline: Annotated[
        str, typer.Option(help="own (config.yml), peer (Rasa's default) or a config.yml.")
    ] = "own",
) -> None:
    """Train the NLU pipeline on one file and measure it on another.

    The model in use is neither used nor changed.
    """
    from server.evaluate_intents import run

    raise typer.Exit(
        run(
            train, test, out_file=out_file, json_file=json_file, report=report,
            pipeline=pipeline, console=out, progress=err,
        )
    )  # fmt: skip


@app.command()
def routing(
    files: Labelled,
    json_file: Json = None,
    report: Report = None,
) -> None:
    """Decide a labelled set as live traffic is decided, and measure it by language."""
    import asyncio

    from server.evaluate_routing import run

    raise typer.Exit(
        asyncio.run(
            run(_settings(), files, json_file=json_file, report=report, console=out, progress=err)
        )
    )


@app.command()
def retrieval(
    queries: Annotated[
        Path, typer.Option(help='One {"text", "relevant"} per line: ids of right articles.')
    ],
    articles: Annotated[
        Path | None,
        typer.Option(help="Articles of another help centre, as `teller index` takes them."),
    ] = None,
    language: Annotated[
        str | None, typer.Option("--lang", help="Language of articles that do not say theirs.")
    ] = None,
    with_assistant: Annotated[
        bool, typer.Option("--assistant", help="With what the assistant's intents say, as live.")
    ] = False,
    json_file: Json = None,
    report: Report = None,
) -> None:
    """Measure how well articles are found: ours, or those of any help centre.

    The index in use is neither changed nor, with --articles, used.
    """
    import asyncio

    from server.evaluate_retrieval import run

    raise typer.Exit(
        asyncio.run(
            run(
                _settings(), queries, articles=articles, language=language,
                with_assistant=with_assistant, json_file=json_file, report=report,
                console=out, progress=err,
            )
        )
    )  # fmt: skip


@app.command()
def tone(
    files: Labelled,
    json_file: Json = None,
    report: Annotated[
        Path | None, typer.Option(help="Where the figures go as tables (Markdown).")
    ] = None,
) -> None:
    """Measure feelings, threats and delays on a labelled set, beside a list of words alone."""
    import asyncio

    from server.evaluate_tone import run

    raise typer.Exit(
        asyncio.run(
            run(_settings(), files, json_file=json_file, report=report, console=out, progress=err)
        )
    )


@app.command()
def quality(
    benchmarks: Annotated[
        Path | None, typer.Option(help="Folder of public sets, as docs/evaluation.md tells.")
    ] = None,
    peer: Annotated[
        bool, typer.Option("--peer", help="Measure Rasa's default pipeline too: 20 minutes more.")
    ] = False,
    only: Annotated[
        list[str] | None, typer.Option(help="Measure these sets; others keep their figures.")
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option("--out", help="Gets quality.md, quality.json and images/ (docs)."),
    ] = None,
) -> None:
    """Measure our own sets and the public ones, and write docs/quality.md."""
    import asyncio

    from server.evaluate_quality import run
    from server.settings import ROOT

    raise typer.Exit(
        asyncio.run(
            run(
                _settings(), benchmarks=benchmarks, peer=peer, only=only or (),
                folder=folder or ROOT / "docs", progress=err,
            )
        )
    )  # fmt: skip


def _settings() -> Settings:
    from server.settings import Settings, SettingsError

    try:
        return Settings.load()
    except SettingsError as error:
        err.print(str(error), style="red", markup=False)
        raise typer.Exit(2) from None
