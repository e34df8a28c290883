"""Files on their way in: found, then read one after the other, and what is known of all of them.

What was found together tells which source files may be parsed ahead of their turn, and which are
not read yet. The library has an intake of its own: what is only added to it must not count as
what a model has to hold.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from docmind.errors import InputError
from docmind.model import Kind
from docmind.ports import ReadEvent, TokensCounted
from docmind.workspace.loading import FileToRead, LoadFailed

if TYPE_CHECKING:
    from docmind.documents.discovery import Found
    from docmind.documents.reader import IsolatedReader
    from docmind.library.ingest import FoundFiles


class Intake:
    """Files that are read for one purpose; `progressed` is called after each of them."""

    def __init__(
        self, reader: Callable[[], IsolatedReader], progressed: Callable[[], None] = lambda: None
    ) -> None:
        self._reader = reader
        self._progressed = progressed
        self._found: list[Found] = []
        self._unread: set[Path] = set()
        self._sources: dict[Path, Found] = {}
        self._tokens: dict[str, int] = {}

    @property
    def tokens(self) -> int:
        """How many tokens have been read."""
        return sum(self._tokens.values())

    @property
    def all_read(self) -> bool:
        """Whether what was found has been read."""
        return not self._unread

    def find(
        self, paths: Sequence[Path], *, more: bool = False
    ) -> tuple[list[Found], list[LoadFailed]]:
        """The files to read for these files and folders, and what of them cannot be read.

        With `more`, beside what was found before, which is not found again and keeps its name.
        """
        from docmind.documents.discovery import discover
        from docmind.documents.reader import sha256_of

        beside = self._found if more else []
        found, unreadable, _ = discover(paths, sha256_of, beside)
        self._found = [*beside, *found]
        self._unread.update(each.path for each in found)
        self._sources.update({each.path: each for each in found if each.is_source})
        return found, [LoadFailed(each.name, each.error) for each in unreadable]

    def found(self, paths: Sequence[Path]) -> FoundFiles:
        """As `find`, in the library's words."""
        found, failed = self.find(paths)
        return (
            [(each.path, each.name) for each in found],
            [(each.name, each.error) for each in failed],
        )

    def read(self, path: Path, name: str) -> Generator[ReadEvent, None, None]:
        """Read one file, and keep nothing of its text. Raises InputError."""
        source = self._taken(path)
        ahead = self._sources.values() if source else ()
        seen = source.seen if source else None
        try:
            with closing(self._reader().read(path, name, ahead, seen)) as events:
                for event in events:
                    yield event
                    if isinstance(event, TokensCounted):
                        self._tokens[name] = event.tokens
        finally:
            self._unread.discard(path)
            self._progressed()

    def _taken(self, path: Path) -> Found | None:
        """The source file that was found here, if there is one; those that came before it go last.

        They are not read: a library has them as they are. Were they still the next ones, nothing
        that is read would be parsed ahead, and each file would have a process of its own.
        """
        if path not in self._sources:
            return None
        while (first := next(iter(self._sources))) != path:
            self._sources[first] = self._sources.pop(first)
        return self._sources.pop(path)


def kind_of(path: Path) -> Kind | None:
    """What sort of file this is; None where reading it will say why it cannot be read."""
    from docmind.documents import kinds

    try:
        return kinds.kind_of(path)
    except InputError:
        return None


def survey(
    paths: Sequence[Path],
) -> tuple[list[FileToRead], list[tuple[str, str]], list[LoadFailed]]:
    """What would be read, what is passed over (its name and why), and what cannot be read."""
    from docmind.documents.discovery import discover

    discovery = discover(paths)
    files = [
        FileToRead(found.name, found.path.stat().st_size, kind_of(found.path))
        for found in discovery.found
    ]
    skipped = [(each.name, each.reason) for each in discovery.skipped]
    return files, skipped, [LoadFailed(each.name, each.error) for each in discovery.failed]
