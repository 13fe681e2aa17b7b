"""The folder of builds: which there are, which is the current one, and changing it in one step.

    models/index/
      20261122T003300123456Z-1f2e3d4c/   a build
      20261122T010000654321Z-5a6b7c8d/   a newer one
      current -> 20261122T010000654321Z-5a6b7c8d
      previous -> 20261122T003300123456Z-1f2e3d4c

The link is replaced by renaming, which is atomic: a reader sees the old build or the new one,
never half of one. The build before is kept for rolling back; others are removed.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from knowledge.errors import IndexUnavailableError

MANIFEST = "manifest.json"
CURRENT = "current"
PREVIOUS = "previous"


def switch(root: Path, build: str) -> None:
    """Make a build the current one; also how a roll-back is done."""
    if not (root / build / MANIFEST).is_file():
        raise IndexUnavailableError(
            f"There is no build {build} in {root}; there are: {', '.join(builds(root)) or 'none'}."
        )
    replaced = current(root)
    _link(root, CURRENT, build)
    if replaced is not None and replaced != build:
        _link(root, PREVIOUS, replaced)


def builds(root: Path) -> list[str]:
    """The builds that are there, oldest first."""
    return sorted(path.parent.name for path in root.glob(f"[0-9]*/{MANIFEST}"))


def current(root: Path) -> str | None:
    """The id of the current build, None when nothing is published."""
    return _target(root / CURRENT)


def previous(root: Path) -> str | None:
    """The build that a roll-back goes to: the one that the current one replaced; None if it is not
    kept. Rolling back twice is back where it began.
    """
    named = _target(root / PREVIOUS)
    others = [build for build in builds(root) if build != current(root)]
    if named in others:
        return named
    # A folder of a version that kept no such link.
    return others[-1] if named is None and others else None


def remove_old(root: Path) -> None:
    """Remove builds but the current one and the one before it."""
    kept = {current(root), previous(root)}
    for build in builds(root):
        if build not in kept:
            shutil.rmtree(root / build, ignore_errors=True)


def _link(root: Path, name: str, build: str) -> None:
    draft = root / f".{name}-{os.getpid()}"
    draft.unlink(missing_ok=True)
    draft.symlink_to(build)
    draft.replace(root / name)


def _target(link: Path) -> str | None:
    try:
        return os.readlink(link)
    except OSError:
        return None
