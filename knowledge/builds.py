"""The folder of builds: which there are, which is the current one, and changing it in one step.

    models/index/
      20261122T003300123456Z-1f2e3d4c/   a build
      20261122T010000654321Z-5a6b7c8d/   a newer one
      current -> 20261122T010000654321Z-5a6b7c8d

The link is replaced by renaming, which is atomic: a reader sees the old build or the new one,
never half of one. The build before is kept for rolling back; older ones are removed.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from knowledge.errors import IndexUnavailableError

MANIFEST = "manifest.json"
CURRENT = "current"
KEPT_BUILDS = 2


def switch(root: Path, build: str) -> None:
    """Make a build the current one; also how a roll-back is done."""
    if not (root / build / MANIFEST).is_file():
        raise IndexUnavailableError(
            f"There is no build {build} in {root}; there are: {', '.join(builds(root)) or 'none'}."
        )
    link = root / f".{CURRENT}-{os.getpid()}"
    link.unlink(missing_ok=True)
    link.symlink_to(build)
    link.replace(root / CURRENT)


def builds(root: Path) -> list[str]:
    """The builds that are there, oldest first."""
    return sorted(path.parent.name for path in root.glob(f"[0-9]*/{MANIFEST}"))


def current(root: Path) -> str | None:
    """The id of the current build, None when nothing is published."""
    try:
        return os.readlink(root / CURRENT)
    except OSError:
        return None


def remove_old(root: Path) -> None:
    """Remove builds but the current one and the newest beside it."""
    live = current(root)
    older = [build for build in builds(root) if build != live]
    for build in older[: max(0, len(older) - (KEPT_BUILDS - 1))]:
        shutil.rmtree(root / build, ignore_errors=True)
