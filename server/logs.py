"""Logging: structlog, one event per line, for people on a terminal and as JSON for machines."""

from __future__ import annotations

import logging
import sys
from typing import Literal

import structlog

from server.settings import Settings

_QUIET = ("httpx", "httpcore", "alembic", "procrastinate", "sanic.root", "sanic.access")


def configure(settings: Settings, *, process: str) -> None:
    """Send structlog's and the standard library's records to standard output.

    Args:
        settings: `log_format` and `log_level` are used.
        process: name that every line of this process carries.
    """
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _name_process(process),
    ]
    renderer = _renderer(settings.log_format)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET:
        # Their information lines repeat what ours say with less context.
        logging.getLogger(name).setLevel(max(level, logging.WARNING))


def _name_process(process: str) -> structlog.typing.Processor:
    def add(
        _logger: object, _method: str, event: structlog.typing.EventDict
    ) -> structlog.typing.EventDict:
        event.setdefault("process", process)
        return event

    return add


def _renderer(chosen: Literal["auto", "json", "console"]) -> structlog.typing.Processor:
    if chosen == "json" or (chosen == "auto" and not sys.stdout.isatty()):
        return structlog.processors.JSONRenderer()
    return structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty())
