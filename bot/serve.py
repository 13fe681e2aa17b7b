"""The assistant process: `python -m bot.serve --model FILE --port N --actions-url URL`.

Rasa with one channel, ours, on loopback. Its HTTP interface, telemetry and bundled channels stay
off. The tracker store is PostgreSQL (schema `rasa`, address in TELLER_TRACKER_URL), or memory with
`--in-memory` for commands that keep no conversation.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import os
import sys
import warnings
from pathlib import Path
from typing import Any

# Before Rasa is imported: it reads them then. A lock must outlive the longest turn, else a waiting
# message is lost or runs beside the first.
os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ.setdefault("TICKET_LOCK_LIFETIME", "120")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("SANIC_BACKLOG", "1024")
os.environ.setdefault("POSTGRESQL_SCHEMA", "rasa")
os.environ.setdefault("SQL_POOL_SIZE", "8")

# A turn of Rasa's makes tens of thousands of objects and leaves few; Python's own 700 would look
# for garbage a hundred times in each.
COLLECT_AFTER = (50_000, 20, 20)
REQUEST_LIMIT = 8 * 1024 * 1024

logger = logging.getLogger(__name__)


def main(arguments: list[str] | None = None) -> int:
    """Serve until told to end; 2 when the arguments are wrong."""
    options = _parse(arguments)
    secret = os.environ.get("TELLER_ASSISTANT_SECRET", "")
    if len(secret) < 16:
        print("TELLER_ASSISTANT_SECRET: at least 16 characters are expected.", file=sys.stderr)
        return 2
    if not options.model.exists():
        print(f"{options.model} does not exist. Run `make train`.", file=sys.stderr)
        return 2
    tracker_url = os.environ.get("TELLER_TRACKER_URL")
    if not tracker_url and not options.in_memory:
        print(
            "TELLER_TRACKER_URL: the address of a PostgreSQL is expected (or --in-memory).",
            file=sys.stderr,
        )
        return 2
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    # Rasa's frozen libraries deprecate each other at every start, and some of them set the filters
    # back; nobody here can mend them.
    warnings.showwarning = lambda *_arguments, **_options: None
    print("Loading Rasa ...", flush=True)
    app = create_app(
        model=options.model,
        secret=secret,
        actions_url=options.actions_url,
        tracker_url=None if options.in_memory else tracker_url,
    )
    app.run(
        host=options.host,
        port=options.port,
        workers=1,
        access_log=False,
        motd=False,
        debug=False,
        backlog=1024,
    )
    return 0


def create_app(*, model: Path, secret: str, actions_url: str, tracker_url: str | None) -> Any:
    """Rasa's Sanic application with our channel alone; the model loads when it starts."""
    from rasa.core.agent import load_agent
    from rasa.core.run import close_resources, configure_app
    from rasa.core.utils import AvailableEndpoints
    from rasa.shared.core.domain import Domain
    from rasa.utils.log_utils import configure_structlog

    from bot import remote_actions, tuning
    from bot.channel import TellerChannel
    from bot.tracker_store import TurnTrackerStore

    # Rasa's debug and info lines hold what customers write.
    configure_structlog(logging.WARNING)
    logging.getLogger("rasa").setLevel(logging.WARNING)
    remote_actions.install()
    tuning.install()
    store = TurnTrackerStore(Domain.empty(), host=tracker_url) if tracker_url else None
    endpoints = AvailableEndpoints(
        action=remote_actions.ActionEndpoint(actions_url), tracker_store=store
    )
    app = configure_app([TellerChannel(secret)], enable_api=False)
    app.config.REQUEST_MAX_SIZE = REQUEST_LIMIT
    app.config.KEEP_ALIVE_TIMEOUT = 75

    async def load(running: Any, loop: asyncio.AbstractEventLoop) -> None:
        running.ctx.agent = await load_agent(str(model), endpoints=endpoints, loop=loop)
        if not running.ctx.agent.is_ready():
            # Rasa only warns and would then answer nothing for ever; the supervisor tries again.
            raise SystemExit(f"{model} could not be loaded; run `make train`.")
        # The first sentence through the pipeline allocates; no customer should wait for that.
        await running.ctx.agent.parse_message("hello")
        # A million objects of Rasa and TensorFlow live for ever: looking through them for garbage
        # would stop a turn for a quarter of a second now and then.
        gc.collect()
        gc.freeze()
        gc.set_threshold(*COLLECT_AFTER)
        print("Ready.", flush=True)

    app.register_listener(load, "before_server_start")
    app.register_listener(close_resources, "after_server_stop")
    return app


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.serve", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--actions-url", required=True)
    parser.add_argument("--in-memory", action="store_true")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
