"""What a folder looks like: one that has not changed costs a walk, no more.

Every file counts, also those that docmind does not read and those that are hidden: which files are
documents may depend on them (`.gitignore`, git's index). Where only files differ that are in the
library, they alone are looked at; anything else has the folder searched for documents again.
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Mapping
from dataclasses import dataclass

from docmind.library.ingest import FRESH_NS

_LINK = " link"


@dataclass(frozen=True, slots=True)
class Differences:
    """What of a folder is not as the library has it.

    `others` stands for all that is not in the library, as one hash; empty where a part of it is so
    fresh that it may change unnoticed.
    """

    same: tuple[str, ...]
    edited: tuple[str, ...]
    missing: tuple[str, ...]
    others: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Names, sizes and times of change of all files below a file or a folder.

    `whole` is their hash with a context; empty where a file is so fresh that it may change
    unnoticed. `folders` has a line for each file of each folder.
    """

    whole: str
    context: str
    taken_ns: int
    folders: tuple[tuple[str, tuple[str, ...]], ...]

    def compared(self, known: Mapping[str, str]) -> Differences:
        """With files that are in the library: what `signatures` of the manifest says of each."""
        left = dict(known)
        same: list[str] = []
        edited: list[str] = []
        digest = _digest(self.context)
        fresh = False
        for folder, lines in self.folders:
            others: list[str] = []
            for line in lines:
                name, _, now = line.partition("\0")
                path = f"{folder}/{name}"
                before = left.pop(path, None)
                if before is None or now.endswith(_LINK):
                    others.append(line)
                elif before == now:
                    same.append(path)
                else:
                    edited.append(path)
            fresh = fresh or any(self._is_fresh(line) for line in others)
            digest.update(_encoded(folder, others))
        seen = "" if fresh else digest.hexdigest()
        return Differences(tuple(same), tuple(edited), tuple(left), seen)

    def _is_fresh(self, line: str) -> bool:
        changed = line.rpartition("\0")[2].removesuffix(_LINK).rpartition(" ")[2]
        return self.taken_ns - int(changed) < FRESH_NS


def snapshot_of(root: str, context: str) -> Snapshot | None:
    """What lies below a file or a folder now.

    None where that would not tell: for a link to a folder, which may lead anywhere, and for a
    folder that may not be entered.
    """
    digest = _digest(context)
    folders: list[tuple[str, tuple[str, ...]]] = []
    try:
        status = os.lstat(root)
        if stat.S_ISDIR(status.st_mode):
            newest = _add_folders(root.rstrip("/"), folders)
            for folder, lines in folders:
                digest.update(_encoded(folder, lines))
        else:
            newest = status.st_mtime_ns
            digest.update(f"{status.st_mode} {status.st_size} {newest}".encode())
    except OSError:
        return None
    now = time.time_ns()
    whole = "" if now - newest < FRESH_NS else digest.hexdigest()
    return Snapshot(whole, context, now, tuple(folders))


def _add_folders(root: str, folders: list[tuple[str, tuple[str, ...]]]) -> int:
    """Add a folder and those below it; the newest time of change. OSError where it is unclear.

    Without recursion: folders can be nested deeper than Python's calls.
    """
    newest = 0
    pending = [root]
    while pending:
        folder = pending.pop()
        lines: list[str] = []
        with os.scandir(folder or "/") as entries:
            for entry in sorted(entries, key=lambda each: each.name):
                if entry.is_dir(follow_symlinks=False):
                    pending.append(entry.path)
                    continue
                is_link = entry.is_symlink()
                if is_link and entry.is_dir():
                    raise OSError("a link to a folder")
                status = entry.stat()
                newest = max(newest, status.st_mtime_ns)
                link = _LINK if is_link else ""
                lines.append(f"{entry.name}\0{status.st_size} {status.st_mtime_ns}{link}")
        folders.append((folder, tuple(lines)))
    return newest


def _digest(context: str) -> hashlib.blake2b:
    return hashlib.blake2b(_encoded(context, ()), digest_size=16)


def _encoded(first: str, lines: list[str] | tuple[str, ...]) -> bytes:
    return "\n".join([first, *lines, "\n"]).encode("utf-8", "surrogateescape")
