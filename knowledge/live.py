"""The current build, kept current: a running process takes up a new one within seconds.

A request holds the build it began with to its end. A new one is loaded beside it in a thread and
takes its place when it is complete; one that cannot be loaded is reported and the old one stays.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Generic, Protocol, TypeVar

import structlog

from knowledge.builds import CURRENT, current
from knowledge.errors import IndexUnavailableError, KnowledgeError

CHECK_SECONDS = 0.5

_log = structlog.get_logger(__name__)


class Build(Protocol):
    """Something loaded from a build that knows the build's id."""

    @property
    def build(self) -> str: ...


Loaded = TypeVar("Loaded", bound=Build)


class Live(Generic[Loaded]):
    """What `load` makes of the current build below `root`, for a process that keeps running.

    `get` costs nothing while the build stays the same. `load` also warms what it loads: it runs in
    a thread while the old build still answers. It is given that old one, to share what both have.
    """

    def __init__(
        self,
        root: Path,
        load: Callable[[Path, Loaded | None], Loaded],
        *,
        check_seconds: float = CHECK_SECONDS,
    ) -> None:
        self.root = root
        self._load = load
        self._check_seconds = check_seconds
        self._loaded: Loaded | None = None
        self._next_check = 0.0
        self._loading: threading.Thread | None = None
        self._refused: str | None = None
        self._lock = threading.Lock()

    def get(self) -> Loaded:
        """The current build; the first call loads it, later ones never wait.

        Raises:
            KnowledgeError: nothing could be loaded yet; each call tries again.
        """
        loaded = self._loaded
        if loaded is None:
            with self._lock:
                if self._loaded is None:
                    self._loaded = self._load(self.root / self._published(), None)
                return self._loaded
        now = time.monotonic()
        if now >= self._next_check:
            self._next_check = now + self._check_seconds
            self._look(loaded.build)
        return loaded

    def wait(self) -> None:
        """Wait until a load that is under way has ended (for tests and for stopping)."""
        thread = self._loading
        if thread is not None:
            thread.join()

    def _look(self, loaded: str) -> None:
        name = current(self.root)
        if name is None or name in (loaded, self._refused):
            return
        with self._lock:
            if self._loading is not None and self._loading.is_alive():
                return
            self._loading = threading.Thread(
                target=self._replace, args=(name, loaded), name="knowledge-load", daemon=True
            )
            self._loading.start()

    def _replace(self, name: str, previous: str) -> None:
        try:
            self._loaded = self._load(self.root / name, self._loaded)
        except (KnowledgeError, OSError) as error:
            # The old build goes on answering; asking for the broken one again would only fill
            # the log.
            self._refused = name
            _log.error("knowledge.not_loaded", build=name, error=str(error))
            return
        _log.info("knowledge.replaced", build=name, previous=previous)

    def _published(self) -> str:
        name = current(self.root)
        if name is None:
            raise IndexUnavailableError(
                f"There is no index at {self.root / CURRENT}; build it with `teller index`."
            )
        return name
