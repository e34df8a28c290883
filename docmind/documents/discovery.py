"""Which files to read, what to call them, and what of the folders is passed over.

Nothing that is met in a folder is an error unless it ought to be read: a document is called so, a
source file may be anything.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from docmind.disk import is_folder
from docmind.documents.kinds import (
    HEAD_BYTES,
    READABLE,
    check,
    has_name_in_utf8,
    kind_by_head,
    unopenable,
)
from docmind.documents.languages import is_source_name, suffix_of
from docmind.documents.listing import Listed, listing
from docmind.documents.selection import (
    Folder,
    folder_of,
    why_not_at_all,
    why_not_by_head,
    why_not_by_size,
    why_not_there,
)
from docmind.errors import InputError, MissingInput
from docmind.model import KIND_BY_SUFFIX, Kind

_NOT_OURS = "not a kind of file that docmind reads"


class Found(NamedTuple):
    """A file to read, and the name it goes by in citations."""

    path: Path
    name: str
    is_source: bool = False


class Skipped(NamedTuple):
    """A file or a folder that was met in a folder and is not read, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file or a folder that was asked for, or met in a folder, and why it cannot be read."""

    name: str
    error: InputError


class Discovery(NamedTuple):
    """What is to be read, what cannot be, and what of the folders is passed over."""

    found: list[Found]
    failed: list[Unreadable]
    skipped: list[Skipped]


def discover(paths: Sequence[Path]) -> Discovery:
    """Files to read for these files and folders, in order, each once; and what is not read.

    A file is called as it was given, a file in a folder by its path below that folder (or with the
    folder in front, where two would be called the same). No two have one name. What a folder holds
    that docmind does not read, and what is hidden, is passed over; what ought to be read is named.
    """
    groups = [(path, list(_below(path)) if is_folder(path) else None) for path in paths]
    taken = {str(path) for path, members in groups if members is None}
    seen: set[tuple[int, int]] = set()
    found: list[Found] = []
    failed: dict[str, Unreadable] = {}
    skipped: dict[str, Skipped] = {}
    paths_of = _Paths()
    for given, members in groups:
        for member in [_checked(given)] if members is None else members:
            path = member.path
            if path in failed or member.identity in seen:
                continue
            if member.skipped:
                skipped[path] = Skipped(member.name, member.skipped)
                continue
            name = path if members is None else _name_below(member, taken)
            taken.add(name)
            if member.error is not None:
                failed[path] = Unreadable(name, member.error)
                continue
            if member.identity is not None:
                seen.add(member.identity)
            found.append(Found(paths_of.path(path), name, member.is_source))
    return Discovery(found, list(failed.values()), list(skipped.values()))


class _Paths:
    """Makes paths of strings: one that is made from its folder's costs half."""

    def __init__(self) -> None:
        self._folders: dict[str, Path] = {}

    def path(self, path: str) -> Path:
        """The same as Path makes."""
        above, _, name = path.rpartition("/")
        if not above:
            return Path(path)
        folder = self._folders.get(above)
        if folder is None:
            folder = self._folders[above] = Path(above)
        return folder / name


class _Member(NamedTuple):
    """What was met: a file with its device and inode, or something that is not to be read."""

    path: str
    name: str
    identity: tuple[int, int] | None = None
    error: InputError | None = None
    skipped: str = ""
    is_source: bool = False


def _checked(path: Path) -> _Member:
    """What was named itself."""
    name = str(path)
    try:
        status = check(path)
    except InputError as error:
        return _Member(name, name, error=error)
    return _Member(name, name, _identity(status), is_source=is_source_name(name))


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def _name_below(member: _Member, taken: Set[str]) -> str:
    """The shortest name for a file in a folder that no other file has."""
    if member.name not in taken:
        return member.name
    return member.path if member.path not in taken else str(Path(member.path).absolute())


def _below(folder: Path) -> Iterator[_Member]:
    """What lies below a folder, in order; if nothing is to be read, the folder itself failed."""
    nothing = True
    judge = _Judge()
    for listed in listing(folder):
        member = judge.of(listed if listed.name else listed._replace(name=str(folder)))
        nothing = nothing and bool(member.skipped)
        yield member
    if nothing:
        error = MissingInput(f"No file in {folder} can be read.", READABLE)
        yield _Member(str(folder), str(folder), error=error)


class _Judge:
    """Whether what was met in a folder is a document: by its name, its place, its first bytes."""

    def __init__(self) -> None:
        self._folders: dict[str, Folder] = {}

    def of(self, listed: Listed) -> _Member:
        """What was met, and what is wrong with it."""
        path, name = listed.path, listed.name
        if listed.error is not None:
            return _Member(path, name, error=unopenable(Path(path), listed.error))
        above, _, last = name.rpartition("/")
        folder = self._folders.get(above)
        if folder is None:
            folder = self._folders[above] = folder_of(above)
        reason = listed.reason or why_not_at_all(folder, last, kept=listed.kept)
        if not reason and listed.tracked and listed.status is None and _is_gone(Path(path)):
            reason = "deleted"
        if reason:
            return _Member(path, name, skipped=reason)
        kind = Kind.CODE if is_source_name(last) else KIND_BY_SUFFIX.get(suffix_of(last))
        kind = kind or _kind_inside(listed)
        if kind is Kind.CODE:
            return _judged_source(listed, why_not_there(folder, last, tracked=listed.tracked))
        return _judged_document(listed) if kind else _Member(path, name, skipped=_NOT_OURS)


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
        kind = kind_by_head(Path(path), _head(path))
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


def _judged_document(listed: Listed) -> _Member:
    """A document that was met in a folder; what is wrong with it is named."""
    status = listed.status
    if status is None or not stat.S_ISREG(status.st_mode) or not status.st_size:
        return _checked(Path(listed.path))._replace(name=listed.name)
    return _Member(listed.path, listed.name, _identity(status))


def _judged_source(listed: Listed, reason: str) -> _Member:
    """A source file that was met in a folder; nothing that is wrong with it is an error.

    `reason` says why it is not read where its place and its name tell.
    """
    path, name = listed.path, listed.name
    try:
        status = listed.status or Path(path).stat()
        if not stat.S_ISREG(status.st_mode):
            return _Member(path, name, skipped="not a regular file")
        reason = reason or why_not_by_size(name, status.st_size) or why_not_by_head(_head(path))
    except (OSError, ValueError) as exc:
        return _Member(path, name, skipped=str(unopenable(Path(path), exc)))
    if not reason and not has_name_in_utf8(path):
        reason = "its name is not UTF-8"
    return _Member(path, name, _identity(status), skipped=reason, is_source=True)


def _head(path: str) -> bytes:
    """The first bytes of a regular file, for half of what a file object costs."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        return os.read(descriptor, HEAD_BYTES)
    finally:
        os.close(descriptor)
