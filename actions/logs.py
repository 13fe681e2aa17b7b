"""Logging of the action server: one line per turn, for machines unless a terminal reads it."""

from __future__ import annotations

import logging
import os
import sys

import structlog


def configure() -> None:
    """Send structlog's lines to standard output, from TELLER_LOG_LEVEL (default info) upwards.

    TELLER_LOG_FORMAT chooses `json` or `console`; `auto` (the default) goes by what reads them.
    """
    wished = os.environ.get("TELLER_LOG_LEVEL", "info").upper()
    level = logging.getLevelNamesMapping().get(wished, logging.INFO)
    form = os.environ.get("TELLER_LOG_FORMAT", "auto")
    console = form == "console" or (form == "auto" and sys.stdout.isatty())
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _process,
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer() if console else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stdout)


def _process(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    event.setdefault("process", "actions")
    return event
