"""What a folder looks like, as one hash: a folder that has not changed costs a walk, no more.

Every file counts, also those that docmind does not read and those that are hidden: which files are
documents may depend on them (`.gitignore`, git's index).
"""

from __future__ import annotations

import hashlib
import os
import stat
import time

from docmind.library.ingest import FRESH_NS


def fingerprint(root: str, context: str) -> str:
    """Names, sizes and times of change of all files below a file or folder, with a context.

    Empty where that would not tell: for a link to a folder, which may lead anywhere, for a folder
    that may not be entered, and for a file that is so fresh that it may change unnoticed.
    """
    digest = hashlib.blake2b(context.encode("utf-8", "surrogateescape"), digest_size=16)
    try:
        status = os.lstat(root)
        if stat.S_ISDIR(status.st_mode):
            newest = _add_folder(root, digest)
        else:
            newest = status.st_mtime_ns
            digest.update(f"{status.st_mode} {status.st_size} {newest}".encode())
    except OSError:
        return ""
    return "" if time.time_ns() - newest < FRESH_NS else digest.hexdigest()


def _add_folder(folder: str, digest: hashlib.blake2b) -> int:
    """Add what is below a folder; the newest time of change. OSError where that is unclear."""
    newest = 0
    lines: list[str] = []
    folders: list[str] = []
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda each: each.name):
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.path)
                continue
            if entry.is_symlink() and entry.is_dir():
                raise OSError("a link to a folder")
            status = entry.stat()
            newest = max(newest, status.st_mtime_ns)
            lines.append(f"{entry.name}\0{status.st_size}\0{status.st_mtime_ns}")
    digest.update("\n".join([folder, *lines]).encode("utf-8", "surrogateescape"))
    for each in folders:
        newest = max(newest, _add_folder(each, digest))
    return newest
