"""Keeps what the server caches on disk within its limit: vLLM itself deletes nothing there.

A file that goes away while we look is somebody else's work and no error: the server drops entries
that it finds broken, and reads a missing one as one that was never cached.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

KEPT_SUFFIX = ".bin"
"""Blocks of the cache; what describes them (config.json) stays."""


@dataclass(frozen=True, slots=True)
class CachedFile:
    """A block on disk; `used` is the later of its last reading and writing, in seconds."""

    path: Path
    size: int
    used: float


def prune(root: Path, limit_bytes: int) -> int:
    """Delete the blocks that were unused for longest until the limit holds; gives the bytes."""
    freed = 0
    for file in surplus(cached_files(root), limit_bytes):
        with suppress(OSError):
            file.path.unlink()
            freed += file.size
    return freed


def surplus(files: Iterable[CachedFile], limit_bytes: int) -> list[CachedFile]:
    """The files that have to go, those unused for longest first."""
    ordered = sorted(files, key=lambda file: (file.used, file.path))
    excess = sum(file.size for file in ordered) - limit_bytes
    gone: list[CachedFile] = []
    for file in ordered:
        if excess <= 0:
            break
        gone.append(file)
        excess -= file.size
    return gone


def cached_files(root: Path) -> Iterator[CachedFile]:
    """Every block under a folder; links are not followed."""
    folders = [root]
    while folders:
        with suppress(OSError), os.scandir(folders.pop()) as entries:
            for entry in entries:
                with suppress(OSError):
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(Path(entry.path))
                    elif entry.name.endswith(KEPT_SUFFIX):
                        found = entry.stat(follow_symlinks=False)
                        used = max(found.st_atime, found.st_mtime)
                        yield CachedFile(Path(entry.path), found.st_size, used)
