"""What of the library differs from the disk: files that are new, changed, gone, or unreadable.

A folder in which nothing has changed costs a walk (`fingerprint`), one in which files that are
known were edited or deleted little more; any other is searched for documents again. A file that
has kept its size and its time of change is not read; one that could not be read is, once what it
was tried with has changed (a password, OCR, a limit), or where it is named itself. A file is gone
only if the system says that there is none: a disk that is not mounted, or a folder that may not be
entered, must not empty the library.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from docmind.disk import is_folder
from docmind.errors import (
    DocmindError,
    InputError,
    MissingInput,
    UnsupportedInput,
    input_error,
)
from docmind.library.entries import FileEntry, Recipe
from docmind.library.fingerprint import Snapshot, snapshot_of
from docmind.library.ingest import FoundFiles, Wanted, signature
from docmind.library.manifest import Manifest

FEW = 20
"""So many edited files are looked at alone; a search tells of more that they are sources, which
one process reads together."""

if TYPE_CHECKING:
    Find = Callable[[Sequence[Path]], FoundFiles]


class Changes:
    """Looks at roots, one after the other, and remembers what differs."""

    def __init__(self, manifest: Manifest, find: Find, recipe: Recipe) -> None:
        self._manifest = manifest
        self._find = find
        self._recipe = recipe
        self._left_out = manifest.left_out()
        self._met: set[str] = set()
        self._named: set[str] = set()
        self._wanted: list[Wanted] = []
        self.roots: list[str] = []
        self._snapshots: dict[str, Snapshot] = {}
        self.gone: list[FileEntry] = []
        self.failed: list[tuple[str, DocmindError]] = []
        self.unchanged = 0

    @cached_property
    def _files(self) -> dict[str, FileEntry]:
        """What the manifest has; read only where a folder is searched again."""
        return self._manifest.files()

    @cached_property
    def _names(self) -> dict[str, str]:
        """Who has which name."""
        return {each.name: each.path for each in self._files.values()}

    @cached_property
    def _current(self) -> set[int]:
        """Documents that are made as they are made now."""
        return self._manifest.made_by(self._recipe.names)

    def look(self, root: str, *, known: bool) -> None:
        """Compare what is below a file or a folder; `known` if it was added before."""
        if known and _is_gone(root):
            self._lost(root)
            return
        if not known:
            self._named.add(root)
        context = [*self._recipe.names, *sorted(self._left_out)]
        snapshot = snapshot_of(root, "\n".join(context))
        if known and snapshot is not None:
            whole, _, others = self._manifest.seen(root).partition(" ")
            if whole and whole == snapshot.whole:
                self.unchanged += self._manifest.files_below(root)
                return
            if others and self._little_differs(root, snapshot, others):
                self._snapshots[root] = snapshot
                return
        if snapshot is not None:
            self._snapshots[root] = snapshot
        self._search(root)

    def seen(self) -> Iterator[tuple[str, str]]:
        """For each root that was looked at, how it looked; once all of it is in the library."""
        for root, snapshot in self._snapshots.items():
            others = snapshot.compared(self._manifest.signatures(root)).others
            yield root, f"{snapshot.whole} {others}"

    def _little_differs(self, root: str, snapshot: Snapshot, others: str) -> bool:
        """Compare what is in the library, and nothing else; False where that is not enough."""
        found = snapshot.compared(self._manifest.signatures(root))
        left = [*found.same, *found.edited]
        if found.others != others or not left or len(found.edited) > FEW:
            return False
        if not all(map(_is_gone, found.missing)):
            return False
        self.unchanged += len(found.same)
        self._met.update(found.same)
        for path in found.edited:
            self._compare(path, "", self._manifest.file(path))
        for path in found.missing:
            self._lose(path, self._manifest.file(path))
        return True

    def _search(self, root: str) -> None:
        """Compare every document that is found below a root."""
        found, failed = self._find([Path(root)])
        self.failed += failed
        if (found or is_folder(root)) and is_utf8(root):
            self.roots.append(root)
        for path, name in found:
            key = str(path)
            called = name.rpartition("/")[2] if name == root else name
            self._compare(key, called, self._files.get(key))
        below = root.rstrip("/") + "/"
        for key, file in self._files.items():
            if key not in self._met and key.startswith(below) and _is_no_file(root, key):
                self._lose(key, file)

    def _lose(self, path: str, file: FileEntry | None) -> None:
        if file is not None and path not in self._met:
            self._met.add(path)
            self.gone.append(file)

    def wanted(self) -> list[Wanted]:
        """The files to read, in the order in which they were found."""
        total = sum(each.size for each in self._wanted)
        numbered: list[Wanted] = []
        before = 0
        for number, each in enumerate(self._wanted, start=1):
            placed = replace(each, before=before, amount=total)
            numbered.append(replace(placed, number=number, files=len(self._wanted)))
            before += each.size
        return numbered

    def _lost(self, root: str) -> None:
        """A root that does not exist: a file may be deleted, a folder may be somewhere else."""
        file = self._files.get(root)
        if file is not None and is_folder(Path(root).parent):
            self.gone.append(file)
            return
        hint = f"Bring it back, or: docmind remove {root!r}"
        self.failed.append((root, MissingInput(f"{root} is not there any more.", hint)))

    def _compare(self, key: str, name: str, known: FileEntry | None) -> None:
        """One file, by its path; `name` is that of a new one."""
        if key in self._met or key in self._left_out:
            return
        self._met.add(key)
        if not is_utf8(key):
            error = UnsupportedInput(f"{key} has a name that is not UTF-8.", "Give it another.")
            self.failed.append((key, error))
            return
        try:
            size, mtime_ns = signature(key)
        except InputError as error:
            self.failed.append((key, error))
            return
        if known is not None and (known.size, known.mtime_ns) == (size, mtime_ns):
            if known.error and known.tried == self._recipe.trial and key not in self._named:
                again = input_error(known.failure, known.error, known.hint)
                self.failed.append((known.name, again))
                return
            if known.document in self._current:
                self.unchanged += 1
                return
        called = known.name if known is not None else self._name(name, key)
        self._wanted.append(Wanted(Path(key), called, size, mtime_ns))

    def _name(self, name: str, path: str) -> str:
        """The name of a new file, unless another one has it: then its path."""
        called = path if name in self._names else name
        self._names[called] = path
        return called


def _is_gone(path: str) -> bool:
    """Whether the system says that there is no such file; an error of any other kind is no."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _is_no_file(root: str, path: str) -> bool:
    """Whether a file below a root is none any more: gone, or a link, or behind one.

    For one that the search has not found; a link to a file in the same folder is found.
    """
    if _is_gone(path):
        return True
    here = Path(path)
    try:
        if not stat.S_ISREG(here.lstat().st_mode):
            return True
        below = here.relative_to(root).parents
        return any(Path(root, each).is_symlink() for each in list(below)[:-1])
    except OSError:
        return False


def is_utf8(path: str) -> bool:
    """False for a path that can be opened, but not be written into the manifest."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
