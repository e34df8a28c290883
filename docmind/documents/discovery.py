"""Which files to read, what to call them, and what of the folders is passed over.

Nothing that is met in a folder is an error unless it ought to be read: a document is called so, a
source file may be anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from docmind.disk import is_folder
from docmind.documents.judging import Digest, Judge, Member, Seen, checked
from docmind.documents.kinds import READABLE
from docmind.documents.listing import Listed, Tracked, listing
from docmind.errors import InputError, MissingInput


class Found(NamedTuple):
    """A file to read, and the name it goes by in citations."""

    path: Path
    name: str
    is_source: bool = False
    seen: Seen | None = None
    """None where it was not read whole, or where it is so fresh that it may change unnoticed."""


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


def discover(
    paths: Sequence[Path], digest: Digest | None = None, beside: Sequence[Found] = ()
) -> Discovery:
    """Files to read for these files and folders, in order, each once; and what is not read.

    A file is called as it was given, a file in a folder by its path below that folder (or with the
    folder in front, where two would be called the same). No two have one name. What a folder holds
    that docmind does not read, and what is hidden, is passed over; what ought to be read is named.
    With a `digest`, source files of folders are read whole, and have it in what was seen of them.
    What stands `beside` them was found before: it is not found again, and keeps its name.
    """
    groups = [(path, list(_below(path, digest)) if is_folder(path) else None) for path in paths]
    taken = {str(path) for path, members in groups if members is None}
    taken.update(each.name for each in beside)
    seen = {checked(each.path).identity for each in beside} - {None}
    found: list[Found] = []
    failed: dict[str, Unreadable] = {}
    skipped: dict[str, Skipped] = {}
    paths_of = _Paths()
    for given, members in groups:
        for member in [checked(given)] if members is None else members:
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
            found.append(Found(paths_of.path(path), name, member.is_source, member.seen))
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


def _name_below(member: Member, taken: Set[str]) -> str:
    """The shortest name for a file in a folder that no other file has."""
    if member.name not in taken:
        return member.name
    return member.path if member.path not in taken else str(Path(member.path).absolute())


def _below(folder: Path, digest: Digest | None) -> Iterator[Member]:
    """What lies below a folder, in order; if nothing is to be read, the folder itself failed."""
    nothing = True
    judge = Judge(digest)
    for member in _members(judge, listing(folder), str(folder)):
        nothing = nothing and bool(member.skipped)
        yield member
    if nothing:
        error = MissingInput(f"No file in {folder} can be read.", READABLE)
        yield Member(str(folder), str(folder), error=error)


def _members(judge: Judge, entries: Iterator[Listed | Tracked], root: str) -> Iterator[Member]:
    """What was met, each with its verdict."""
    for entry in entries:
        if isinstance(entry, Listed):
            yield judge.of(entry if entry.name else entry._replace(name=root))
            continue
        plain = judge.is_plain(entry)
        for last, kept in entry.members:
            member = judge.opened(entry.path + last, entry.name + last, last) if plain else None
            if member is None:
                yield from _members(judge, entry.look(last, kept=kept), root)
            else:
                yield member
