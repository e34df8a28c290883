"""Whether what was met in a folder is a document: by its name, its place, its first bytes.

A source file is opened once, and that is all that is asked of the disk: what was opened tells what
it is, and its hash is made then too, for those who will want it, because to open a file again
costs more than to read it.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from docmind.documents.kinds import (
    HEAD_BYTES,
    check,
    has_name_in_utf8,
    kind_by_head,
    may_tell_kind,
    unopenable,
)
from docmind.documents.languages import is_source_name, suffix_of
from docmind.documents.listing import Listed, Tracked
from docmind.documents.selection import (
    Folder,
    folder_of,
    is_plain,
    why_not_at_all,
    why_not_by_head,
    why_not_by_name,
    why_not_by_size,
    why_not_there,
)
from docmind.errors import InputError
from docmind.model import KIND_BY_SUFFIX, Kind

_NOT_OURS = "not a kind of file that docmind reads"
_NO_FILE = "not a regular file"
_NOT_UTF8 = "its name is not UTF-8"
_FRESH_NS = 2_000_000_000
"""A file that changed so shortly ago may change again without a new time of change."""

_OPENED = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
"""A named pipe is opened at once, and what was opened says that it is none to read."""


Digest = Callable[[bytes], str]
"""What a file holds, to its hash."""


class Seen(NamedTuple):
    """What a file held when it was found; true of it while its size and its time stay the same."""

    size: int
    mtime_ns: int
    digest: str


class Member(NamedTuple):
    """What was met: a file with its device and inode, or something that is not to be read."""

    path: str
    name: str
    identity: tuple[int, int] | None = None
    error: InputError | None = None
    skipped: str = ""
    is_source: bool = False
    seen: Seen | None = None


def checked(path: Path) -> Member:
    """What was named itself."""
    name = str(path)
    try:
        status = check(path)
    except InputError as error:
        return Member(name, name, error=error)
    return Member(name, name, _identity(status), is_source=is_source_name(name))


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


class Judge:
    """Whether what was met in a folder is a document: by its name, its place, its first bytes."""

    def __init__(self, digest: Digest | None) -> None:
        self._digest = digest
        self._folders: dict[str, Folder] = {}
        self._settled_ns = time.time_ns() - _FRESH_NS

    def is_plain(self, tracked: Tracked) -> bool:
        """Whether the folder of these files says nothing of them."""
        return is_plain(self._folder(tracked.name.rstrip("/")))

    def opened(self, path: str, name: str, last: str) -> Member | None:
        """A source file of a plain folder that git names; None where it must be looked at closely.

        Most files of a repository are such, and to ask the disk what they are costs as much again.
        """
        if not is_source_name(last) or last[0] == "." or why_not_by_name(last):
            return None
        try:
            return self._read(path, name, _OPENED | os.O_NOFOLLOW)
        except (OSError, ValueError):
            return None

    def _folder(self, above: str) -> Folder:
        folder = self._folders.get(above)
        if folder is None:
            folder = self._folders[above] = folder_of(above)
        return folder

    def _read(self, path: str, name: str, flags: int) -> Member | None:
        """A source file, read; None for what is no regular file. Raises OSError, ValueError."""
        descriptor = os.open(path, flags)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                return None
            size = status.st_size
            reason = why_not_by_size(name, size)
            wanted = HEAD_BYTES if self._digest is None else size
            content = b"" if reason else os.read(descriptor, wanted)
        finally:
            os.close(descriptor)
        reason = (
            reason
            or why_not_by_head(content[:HEAD_BYTES])
            or ("" if has_name_in_utf8(path) else _NOT_UTF8)
        )
        seen = None
        if not reason and self._digest is not None and self._is_whole(content, status):
            seen = Seen(size, status.st_mtime_ns, self._digest(content))
        identity = _identity(status)
        return Member(path, name, identity, skipped=reason, is_source=True, seen=seen)

    def _is_whole(self, content: bytes, status: os.stat_result) -> bool:
        """Whether this is what the file holds as long as its status stays the same."""
        return len(content) == status.st_size and status.st_mtime_ns < self._settled_ns

    def of(self, listed: Listed) -> Member:
        """What was met, and what is wrong with it."""
        path, name = listed.path, listed.name
        if listed.error is not None:
            return Member(path, name, error=unopenable(Path(path), listed.error))
        above, _, last = name.rpartition("/")
        folder = self._folder(above)
        reason = listed.reason or why_not_at_all(folder, last, kept=listed.kept)
        if not reason and listed.tracked and listed.status is None and _is_gone(Path(path)):
            reason = "deleted"
        if reason:
            return Member(path, name, skipped=reason)
        kind = Kind.CODE if is_source_name(last) else KIND_BY_SUFFIX.get(suffix_of(last))
        kind = kind or _kind_inside(listed)
        if kind is Kind.CODE:
            return self._source(listed, why_not_there(folder, last, tracked=listed.tracked))
        return _judged_document(listed) if kind else Member(path, name, skipped=_NOT_OURS)

    def _source(self, listed: Listed, reason: str) -> Member:
        """A source file that was met in a folder; nothing that is wrong with it is an error.

        `reason` says why it is not read where its place and its name tell.
        """
        path, name = listed.path, listed.name
        try:
            status = listed.status or Path(path).stat()
            if not stat.S_ISREG(status.st_mode):
                return Member(path, name, skipped=_NO_FILE)
            if reason:
                return Member(path, name, _identity(status), skipped=reason, is_source=True)
            return self._read(path, name, _OPENED) or Member(path, name, skipped=_NO_FILE)
        except (OSError, ValueError) as exc:
            return Member(path, name, skipped=str(unopenable(Path(path), exc)))


def _kind_inside(listed: Listed) -> Kind | None:
    """What a file is whose name does not tell; None for what cannot be told, or is not read.

    Text without a name for it is anything: a key, a licence, a log.
    """
    path, status = listed.path, listed.status
    if status is None or not stat.S_ISREG(status.st_mode) or not status.st_size:
        return None
    if not has_name_in_utf8(path):
        return None
    with suppress(InputError, OSError):
        head = _head(path)
        if not may_tell_kind(head):
            return None
        kind = kind_by_head(Path(path), head)
        return kind if kind in (Kind.PDF, Kind.EPUB, Kind.CODE) else None
    return None


def _is_gone(path: Path) -> bool:
    """Whether git still knows a file that is there no more."""
    try:
        path.lstat()
    except FileNotFoundError:
        return True
    except (OSError, ValueError):
        pass
    return False


def _judged_document(listed: Listed) -> Member:
    """A document that was met in a folder; what is wrong with it is named."""
    status = listed.status
    if status is None or not stat.S_ISREG(status.st_mode) or not status.st_size:
        return checked(Path(listed.path))._replace(name=listed.name)
    return Member(listed.path, listed.name, _identity(status))


def _head(path: str) -> bytes:
    """The first bytes of a regular file, for half of what a file object costs."""
    descriptor = os.open(path, _OPENED)
    try:
        return os.read(descriptor, HEAD_BYTES)
    finally:
        os.close(descriptor)
