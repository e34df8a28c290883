"""Which files to read, what to call them, and what sort of file each is.

What a file is gets decided by its first bytes, and by its name only where they say nothing: names
lie, and a PDF that is called `.txt` is still a PDF. A file is opened only after `stat` says that
it is a regular one, because opening a named pipe waits for ever.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from docmind.disk import is_folder
from docmind.documents.languages import is_script, is_source_name
from docmind.documents.listing import Listed, listing
from docmind.documents.selection import (
    why_not_at_all,
    why_not_by_head,
    why_not_by_place,
    why_not_by_size,
)
from docmind.errors import EmptyInput, InputError, MissingInput, UnsupportedInput
from docmind.model import KIND_BY_SUFFIX, Kind

_FOREIGN = (
    (b"PK\x03\x04", "an Office file or a ZIP archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"{\\rtf", "an RTF file"),
    (b"%!PS", "a PostScript file"),
    (b"AT&TFORM", "a DjVu file"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"II*\x00", "an image"),
    (b"MM\x00*", "an image"),
    (b"\x1f\x8b", "a compressed file"),
    (b"7z\xbc\xaf", "a compressed file"),
    (b"BZh", "a compressed file"),
    (b"\x7fELF", "a program"),
)
_HEAD_BYTES = 8192
_PDF_MAGIC_WITHIN = 1024  # ISO 32000-1, annex H.3, note 13: readers accept the header that late.
READABLE = "docmind reads PDF, EPUB, HTML, Markdown, plain text and source code."
_LINK_HINT = "Name the file itself, or make the link anew."
_NOT_OURS = "not a kind of file that docmind reads"


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read, and the name it goes by in citations."""

    path: Path
    name: str
    is_source: bool = False


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or a folder that was met in a folder and is not read, and why."""

    path: Path
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
    failed: dict[Path, Unreadable] = {}
    skipped: dict[Path, Skipped] = {}
    for given, members in groups:
        for member in [_checked(given)] if members is None else members:
            if member.path in failed or member.identity in seen:
                continue
            if member.skipped:
                name = str(member.path.relative_to(given))
                skipped[member.path] = Skipped(member.path, name, member.skipped)
                continue
            name = str(given) if members is None else _name_below(given, member.path, taken)
            taken.add(name)
            if member.error is not None:
                failed[member.path] = Unreadable(name, member.error)
                continue
            if member.identity is not None:
                seen.add(member.identity)
            found.append(Found(member.path, name, member.is_source))
    return Discovery(found, list(failed.values()), list(skipped.values()))


@dataclass(frozen=True, slots=True)
class _Member:
    """What was met: a file with its device and inode, or something that is not to be read."""

    path: Path
    identity: tuple[int, int] | None = None
    error: InputError | None = None
    skipped: str = ""
    is_source: bool = False


def _checked(path: Path) -> _Member:
    try:
        status = check(path)
    except InputError as error:
        return _Member(path, error=error)
    identity = (status.st_dev, status.st_ino)
    return _Member(path, identity, is_source=is_source_name(path))


def _name_below(folder: Path, path: Path, taken: Set[str]) -> str:
    """The shortest name for a file in a folder that no other file has."""
    name = path.relative_to(folder).as_posix() if path != folder else str(folder)
    return next(each for each in (name, str(path), str(path.absolute())) if each not in taken)


def _has_name_in_utf8(path: Path) -> bool:
    """False for bytes that Python can carry but no record, pipe or terminal can be sent."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def check(path: Path) -> os.stat_result:
    """The status of a regular file that is not empty. Raises InputError for anything else."""
    try:
        status = path.stat()
    except FileNotFoundError as exc:
        if path.is_symlink():
            raise MissingInput(
                f"{path} is a link to {path.readlink()}, which is not there.",
                _LINK_HINT,
            ) from exc
        raise MissingInput(f"There is no file {path}.", _neighbour_hint(path)) from exc
    except (OSError, ValueError) as exc:
        raise _unopenable(path, exc) from exc
    if stat.S_ISDIR(status.st_mode):
        raise UnsupportedInput(f"{path} is a folder.", "Name a file in it.")
    if not stat.S_ISREG(status.st_mode):
        raise UnsupportedInput(f"{path} is not a regular file.", "Save it as a file first.")
    if status.st_size == 0:
        raise EmptyInput(f"{path} is empty.", "Check that it was saved or downloaded whole.")
    return status


def kind_of(path: Path) -> Kind:
    """What sort of file this is. Raises InputError for what docmind does not read."""
    check(path)
    if not _has_name_in_utf8(path):
        raise UnsupportedInput(f"{path} has a name that is not UTF-8.", "Give it another name.")
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError as exc:
        raise _unopenable(path, exc) from exc
    named = Kind.CODE if is_source_name(path) else KIND_BY_SUFFIX.get(path.suffix.lower())
    return _kind_by_magic(head, named) or _kind_by_name(path, head, named)


def _kind_by_magic(head: bytes, suffix_kind: Kind | None) -> Kind | None:
    if b"%PDF-" in head[:_PDF_MAGIC_WITHIN] and suffix_kind in (None, Kind.PDF):
        return Kind.PDF
    if head.startswith(b"%PDF-"):
        return Kind.PDF
    if head.startswith(b"PK\x03\x04") and (
        b"application/epub+zip" in head[:100] or suffix_kind is Kind.EPUB
    ):
        return Kind.EPUB
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:200].lower()
    is_page = start.startswith((b"<!doctype html", b"<html"))
    if is_page and suffix_kind not in (Kind.MARKDOWN, Kind.CODE):
        return Kind.HTML
    return None


def _kind_by_name(path: Path, head: bytes, suffix_kind: Kind | None) -> Kind:
    if suffix_kind in (Kind.PDF, Kind.EPUB):
        return suffix_kind  # its parser will say what is wrong with it
    for magic, what in _FOREIGN:
        if head.startswith(magic):
            raise UnsupportedInput(f"{path} is {what}.", f"{READABLE} Convert it to PDF first.")
    if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnsupportedInput(f"{path} is a binary file.", READABLE)
    return suffix_kind or (Kind.CODE if is_script(head) else Kind.TEXT)


def _below(folder: Path) -> Iterator[_Member]:
    """What lies below a folder, in order; if nothing is to be read, the folder itself failed."""
    nothing = True
    for listed in listing(folder):
        member = _judged(listed, listed.path.relative_to(folder))
        nothing = nothing and bool(member.skipped)
        yield member
    if nothing:
        yield _Member(folder, error=MissingInput(f"No file in {folder} can be read.", READABLE))


def _judged(listed: Listed, below: Path) -> _Member:
    """Whether what was met in a folder is a document: by its name, its place, its first bytes."""
    path = listed.path
    if listed.error is not None:
        return _Member(path, error=_unopenable(path, listed.error))
    reason = listed.reason or why_not_at_all(below)
    if not reason and listed.tracked and _is_gone(path):
        reason = "deleted"
    if reason:
        return _Member(path, skipped=reason)
    kind = Kind.CODE if is_source_name(path) else KIND_BY_SUFFIX.get(path.suffix.lower())
    with suppress(InputError):
        kind = kind or kind_of(path)
    if kind is Kind.CODE:
        return _judged_source(path, why_not_by_place(below, tracked=listed.tracked))
    # Text without a name for it is anything: a key, a licence, a log.
    is_named = path.suffix.lower() in KIND_BY_SUFFIX or kind in (Kind.PDF, Kind.EPUB)
    return _checked(path) if is_named else _Member(path, skipped=_NOT_OURS)


def _is_gone(path: Path) -> bool:
    """Whether git still knows a file that is there no more."""
    try:
        path.lstat()
    except FileNotFoundError:
        return True
    except (OSError, ValueError):
        pass
    return False


def _judged_source(path: Path, reason: str) -> _Member:
    """A source file that was met in a folder; nothing that is wrong with it is an error."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return _Member(path, skipped="not a regular file")
        reason = reason or why_not_by_size(path, status.st_size)
        if not reason:
            with path.open("rb") as file:
                reason = why_not_by_head(file.read(_HEAD_BYTES))
    except (OSError, ValueError) as exc:
        return _Member(path, skipped=str(_unopenable(path, exc)))
    if not reason and not _has_name_in_utf8(path):
        reason = "its name is not UTF-8"
    identity = (status.st_dev, status.st_ino)
    return _Member(path, identity, skipped=reason, is_source=True)


def _unopenable(path: Path, exc: Exception) -> MissingInput:
    """The error for a path that cannot be opened, named for its cause."""
    if isinstance(exc, PermissionError):
        mode = "u+rx" if is_folder(path) else "u+r"
        return MissingInput(f"{path} may not be read.", f"Try: chmod {mode} {str(path)!r}")
    if isinstance(exc, OSError) and exc.errno == errno.ELOOP:
        return MissingInput(f"{path} is a link that leads back to itself.", _LINK_HINT)
    reason = exc.strerror if isinstance(exc, OSError) and exc.strerror else str(exc)
    return MissingInput(f"{str(path)[:200]} cannot be opened: {reason}.", "Check the path.")


def _neighbour_hint(path: Path) -> str:
    """Names the closest file beside a missing one, if there is any."""
    from difflib import get_close_matches

    try:
        names = [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return f"There is no folder {path.parent} either. Check the path."
    close = get_close_matches(path.name, names, n=1)
    return f"Did you mean {path.parent / close[0]}?" if close else "Check the path."
