"""`teller up`: database, every process, one address."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from functools import partial

import httpx
from rich.console import Console

from server import ports
from server.processes import (
    AlreadyRunningError,
    Running,
    only_one,
    programs,
    read_running,
    write_running,
)
from server.settings import ROOT, Settings, SettingsError
from server.supervisor import Supervisor

POLL = 0.25


class StartError(Exception):
    """Teller cannot start; the text says what to do."""


def run(settings: Settings, *, console: Console) -> None:
    """Run everything until told to end; exits with 1 and a message when it cannot start."""
    try:
        with only_one(settings.state_dir):
            _check_built(settings)
            settings = _choose_ports(settings, console)
            _run(settings, console)
    except (AlreadyRunningError, ports.PortTakenError, SettingsError, StartError) as error:
        console.print(str(error), style="red", markup=False, highlight=False)
        raise SystemExit(1) from None


@contextlib.contextmanager
def with_database(settings: Settings, *, console: Console) -> Iterator[str]:
    """The migrated database's address: the configured one, or the embedded one while in use."""
    from server.migrate import migrate

    if settings.database_url is not None:
        url = settings.database_url.get_secret_value()
        migrate(url)
        yield url
        return
    running = read_running(settings.state_dir)
    if running is not None:
        yield running.database_url
        return
    from server.postgres import EmbeddedPostgres

    console.print("Starting the embedded PostgreSQL ...")
    postgres = EmbeddedPostgres(settings.state_dir)
    url = postgres.start()
    try:
        migrate(url)
        yield url
    finally:
        postgres.stop()


def _run(settings: Settings, console: Console) -> None:
    from server.migrate import migrate
    from server.postgres import EmbeddedPostgres

    postgres: EmbeddedPostgres | None = None
    if settings.database_url is None:
        console.print("Starting the embedded PostgreSQL ...")
        postgres = EmbeddedPostgres(settings.state_dir)
        url = postgres.start()
    else:
        url = settings.database_url.get_secret_value()
    try:
        migrate(url)
        write = partial(_remember, settings, url)
        write({})
        supervisor = Supervisor(
            programs(settings, database_url=url), directory=ROOT, on_change=write
        )
        beside: list[Callable[[], Awaitable[None]]] = [partial(_announce, settings, console)]
        if postgres is not None:
            beside.append(postgres.keep_running)
        asyncio.run(supervisor.run(beside=beside))
        console.print("Stopped.")
    finally:
        if postgres is not None:
            postgres.stop()


def _remember(settings: Settings, url: str, pids: Mapping[str, int]) -> None:
    write_running(
        settings.state_dir,
        Running(
            pid=os.getpid(),
            site_url=settings.site_url,
            database_url=url,
            assistant_url=settings.rasa_url,
            actions_url=settings.action_server_url,
            pids=dict(pids),
        ),
    )


def _check_built(settings: Settings) -> None:
    for path, command in ((settings.model, "train"), (settings.index / "current", "index")):
        if not path.exists():
            raise StartError(f"{path} does not exist yet. Run `make {command}`.")


def _choose_ports(settings: Settings, console: Console) -> Settings:
    chosen = {
        "port": ports.choose(
            settings.host,
            settings.port,
            setting="TELLER_PORT",
            search=settings.port_taken == "next",
        ),
        # Nobody types the inner ports: any free one will do.
        "assistant_port": ports.choose(
            "127.0.0.1", settings.assistant_port, setting="TELLER_ASSISTANT_PORT", search=True
        ),
        "actions_port": ports.choose(
            "127.0.0.1", settings.actions_port, setting="TELLER_ACTIONS_PORT", search=True
        ),
    }
    if chosen["port"] != settings.port:
        console.print(f"Port {settings.port} is taken; using {chosen['port']}.", style="yellow")
    return settings.model_copy(update=chosen)


async def _announce(settings: Settings, console: Console) -> None:
    """Print the address once the public server answers, and again when the assistant is ready."""
    local = f"http://{settings.host}:{settings.port}"
    async with _client(local) as client:
        await _until(client, "/livez")
        console.print(f"\n  Teller is open at [bold]{settings.site_url}/[/bold]")
        console.print(f"  Agent console:    {settings.site_url}/console")
        if settings.demo:
            for line in await _demo_sign_ins(client):
                console.print(f"  Demo sign-in:     {line}", highlight=False)
        console.print("  The assistant is starting; messages wait until it is ready.\n")
        await _until(client, "/readyz")
        console.print(f"\n  Ready: {settings.site_url}/\n", style="green")
    await asyncio.Event().wait()


async def _demo_sign_ins(client: httpx.AsyncClient) -> list[str]:
    answer = await client.get("/api/demo")
    if answer.status_code != httpx.codes.OK:
        return []
    return [f"{agent['email']}  {agent['password']}" for agent in answer.json()["agents"]]


@contextlib.asynccontextmanager
async def _client(base_url: str) -> AsyncIterator[httpx.AsyncClient]:
    # Never through a proxy that the environment names: this is our own machine.
    async with httpx.AsyncClient(base_url=base_url, timeout=5, trust_env=False) as client:
        yield client


async def _until(client: httpx.AsyncClient, path: str) -> None:
    while True:
        with contextlib.suppress(httpx.HTTPError):
            if (await client.get(path)).status_code == httpx.codes.OK:
                return
        await asyncio.sleep(POLL)
