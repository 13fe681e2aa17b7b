"""The `teller` command.

Heavy parts are imported inside the commands that need them, so that `teller --help` is instant.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from server.evaluate import app as evaluate

if TYPE_CHECKING:
    from server.settings import Settings

app = typer.Typer(
    help="Teller, the support assistant of a crypto exchange.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
agents = typer.Typer(help="The people who answer.", no_args_is_help=True)
articles = typer.Typer(help="The articles, and their revisions.", no_args_is_help=True)
database = typer.Typer(help="The database.", no_args_is_help=True)
app.add_typer(agents, name="agents")
app.add_typer(articles, name="articles")
app.add_typer(database, name="db")
app.add_typer(evaluate, name="evaluate")

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


@app.command()
def up(
    port: Annotated[
        int | None, typer.Option(help="Port of the public server (TELLER_PORT).")
    ] = None,
) -> None:
    """Start everything, print one address, and keep it running until Ctrl-C."""
    from server.up import run

    run(_settings(port=port), console=out)


@app.command()
def server() -> None:
    """Run the public server alone: doors, conversations, console."""
    from server.app import serve

    serve(_process_settings("server"))


@app.command()
def worker() -> None:
    """Run one worker of background jobs alone."""
    from server.jobs import work

    work(_process_settings("worker"))


@app.command(hidden=True)
def publication(
    number: Annotated[
        int | None, typer.Argument(help="Which one; without it, it is read from standard input.")
    ] = None,
) -> None:
    """Run one publication of articles; the worker calls this."""
    from server.publishing import run_here

    run_here(_process_settings("publisher"), number)


@app.command()
def train() -> None:
    """Train the assistant from config.yml, domain.yml and data/."""
    from server.training import train as run

    raise typer.Exit(run(_settings(), console=out))


@app.command()
def index(
    articles: Annotated[
        Path | None,
        typer.Option(
            help="Another help centre's articles: FILE.jsonl, or a folder of .md or .html."
        ),
    ] = None,
    language: Annotated[
        str | None,
        typer.Option("--lang", help="Language of articles that do not say theirs."),
    ] = None,
    folder: Annotated[
        Path | None, typer.Option("--out", help="Where the index goes (TELLER_INDEX).")
    ] = None,
    rollback: Annotated[
        bool, typer.Option("--rollback", help="Go back to the build before, building nothing.")
    ] = False,
) -> None:
    """Build the knowledge index and swap it in; running processes pick it up."""
    if rollback:
        from server.editors import roll_back

        raise typer.Exit(roll_back(_settings(), console=out))
    from server.training import index as run

    raise typer.Exit(
        run(_settings(), console=out, articles=articles, language=language, folder=folder)
    )


@app.command()
def learn() -> None:
    """Collect messages without a good answer, and group them for the console's Learning view."""
    from server.learning import learn as run

    raise typer.Exit(asyncio.run(run(_settings(), console=out)))


@app.command()
def ask(
    text: Annotated[str, typer.Argument(help="A customer's message.")],
    language: Annotated[str | None, typer.Option("--lang", help="Its language, if known.")] = None,
) -> None:
    """Show how one message would be understood and decided."""
    from server.decisions import ask as run

    raise typer.Exit(asyncio.run(run(_settings(), text, language=language, console=out)))


@app.command()
def route(
    file: Annotated[
        Path, typer.Argument(help='One {"id", "text", "lang"} per line.', dir_okay=False)
    ],
    out_file: Annotated[Path, typer.Option("--out", help="Where the decisions go, same order.")],
) -> None:
    """Decide many messages by the pipeline and gate of live traffic, without answering them."""
    from server.decisions import route as run

    raise typer.Exit(asyncio.run(run(_settings(), file, out_file, console=err)))


@app.command()
def doctor() -> None:
    """Check this installation and say how to mend what is wrong."""
    from server.doctor import run

    raise typer.Exit(run(console=out))


@agents.command("add")
def add_agent(
    email: Annotated[str, typer.Argument(help="Sign-in address.")],
    name: Annotated[str, typer.Option(help="Name that customers see.", prompt=True)],
    password: Annotated[
        str, typer.Option(help="At least 10 characters.", prompt=True, hide_input=True)
    ],
    role: Annotated[str, typer.Option(help="agent, editor or admin.")] = "agent",
    team: Annotated[str, typer.Option(help="general, security, payments or trading.")] = "general",
) -> None:
    """Add an agent who may sign in to the console."""
    from server.people import add

    raise typer.Exit(
        asyncio.run(
            add(
                _settings(), email=email, name=name, password=password, role=role, team=team,
                console=out,
            )
        )
    )  # fmt: skip


@articles.command("list")
def list_articles(
    state: Annotated[
        str | None,
        typer.Option(help="live, draft, withheld, withdrawn or changed; all that is not a file."),
    ] = None,
    language: Annotated[str | None, typer.Option("--lang", help="Of this language only.")] = None,
) -> None:
    """List the articles that the console changed, or those of a state."""
    from server.editors import list_articles as run

    raise typer.Exit(run(_settings(), console=out, state=state, language=language))


@articles.command("export")
def export_articles(
    folder: Annotated[
        Path | None, typer.Argument(help="Where the files go (default: the articles' own folder).")
    ] = None,
) -> None:
    """Write the published revisions back as files, for git."""
    from server.editors import export as run

    raise typer.Exit(run(_settings(), folder, console=out))


@articles.command("publish")
def publish_article(
    article: Annotated[str, typer.Argument(help="Its id.")],
    language: Annotated[str, typer.Option("--lang", help="Its language.")] = "en",
    file: Annotated[
        Path | None,
        typer.Option(help="Publish this file's text instead of the newest draft.", dir_okay=False),
    ] = None,
    note: Annotated[str, typer.Option(help="What changed.")] = "",
) -> None:
    """Publish an article's newest draft, or a file, with every check."""
    from server.editors import publish as run

    raise typer.Exit(run(_settings(), article, language, file, note, console=out))


@database.command("migrate")
def migrate() -> None:
    """Bring the database to the newest schema."""
    from server.up import with_database

    with with_database(_settings(), console=out):
        out.print("The database is at the newest schema.")


def _settings(**options: object) -> Settings:
    from server.settings import Settings, SettingsError

    try:
        return Settings.load(**{key: value for key, value in options.items() if value is not None})
    except SettingsError as error:
        err.print(str(error), style="red", markup=False)
        raise typer.Exit(2) from None


def _process_settings(name: str) -> Settings:
    from server.logs import configure

    settings = _settings()
    configure(settings, process=name)
    return settings


def main() -> None:
    """Entry point of the `teller` command."""
    # Every command works from any folder: data, models and articles lie in the checkout.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    app()
