"""`python -m actions --port 5155`: serve Rasa's actions."""

from __future__ import annotations

import argparse
import gc
import sys

from actions.app import create_app
from actions.logs import configure
from actions.services import Services
from knowledge.errors import KnowledgeError


def main() -> int:
    """Serve until stopped; 2 when it cannot start."""
    parser = argparse.ArgumentParser(prog="python -m actions", description="Serve Rasa's actions.")
    parser.add_argument("--host", default="127.0.0.1", help="address (default: this machine only)")
    parser.add_argument("--port", type=int, default=5155, help="port (default 5155)")
    options = parser.parse_args()
    configure()
    try:
        services = Services.from_environment()
    except KnowledgeError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    app = create_app(services)
    # What is loaded by now stays; a turn makes many objects and leaves few.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    app.run(host=options.host, port=options.port, single_process=True, access_log=False, motd=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
