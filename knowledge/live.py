"""The current build, kept current: a running process takes up a newly published index within
seconds.

A request holds the build it began with to its end. A new one is loaded beside it in a thread and
takes its place when it is complete; one that cannot be loaded is reported and the old one stays.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import structlog

from knowledge.base import KnowledgeBase
from knowledge.builds import CURRENT, current
from knowledge.errors import IndexUnavailableError, KnowledgeError
from knowledge.search import Encoder

CHECK_SECONDS = 1.0

_log = structlog.get_logger(__name__)


class LiveKnowledge:
    """The knowledge base of a folder of builds, for a process that keeps running.

    `get` costs nothing while the build stays the same. `on_load` is called with each build before
    it is put in place, to warm it.
    """

    def __init__(
        self,
        root: Path,
        encoder: Encoder,
        encoder_hash: str,
        *,
        check_seconds: float = CHECK_SECONDS,
        on_load: Callable[[KnowledgeBase], object] | None = None,
    ) -> None:
        self.root = root
        self._encoder = encoder
        self._encoder_hash = encoder_hash
        self._check_seconds = check_seconds
        self._on_load = on_load
        self._base: KnowledgeBase | None = None
        self._next_check = 0.0
        self._loading: threading.Thread | None = None
        self._refused: str | None = None
        self._lock = threading.Lock()

    def get(self) -> KnowledgeBase:
        """The current build; the first call loads it, later ones never wait.

        Raises IndexUnavailableError or EncoderMismatchError when nothing could be loaded yet.
        """
        base = self._base
        if base is None:
            with self._lock:
                base = self._base or self._load(self._published())
                self._base = base
            return base
        now = time.monotonic()
        if now >= self._next_check:
            self._next_check = now + self._check_seconds
            self._look()
        return base

    def wait(self) -> None:
        """Wait until a load that is under way has ended (for tests and for stopping)."""
        thread = self._loading
        if thread is not None:
            thread.join()

    def _look(self) -> None:
        name = current(self.root)
        base = self._base
        if name is None or base is None or name in (base.build, self._refused):
            return
        with self._lock:
            if self._loading is not None and self._loading.is_alive():
                return
            self._loading = threading.Thread(
                target=self._replace, args=(name,), name="knowledge-load", daemon=True
            )
            self._loading.start()

    def _replace(self, name: str) -> None:
        try:
            base = self._load(name)
        except (KnowledgeError, OSError) as error:
            # The old build goes on answering; asking for the broken one again would only fill the
            # log.
            self._refused = name
            _log.error("knowledge.not_loaded", build=name, error=str(error))
            return
        previous, self._base = self._base, base
        _log.info(
            "knowledge.replaced", build=base.build, previous=previous.build if previous else None
        )

    def _load(self, name: str) -> KnowledgeBase:
        base = KnowledgeBase.load(self.root / name, self._encoder, self._encoder_hash)
        if self._on_load is not None:
            self._on_load(base)
        return base

    def _published(self) -> str:
        name = current(self.root)
        if name is None:
            raise IndexUnavailableError(
                f"There is no index at {self.root / CURRENT}; build it with `teller index`."
            )
        return name
