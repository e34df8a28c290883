"""Files that are written whole: beside their place first, and then renamed into it.

Whoever looks at the place finds what was there before or all of what is new, whenever the writing
is killed. It is not buffered, so that a full disk is told by the `write` that it does not take.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from docmind.disk import unwritable
from docmind.errors import HomeError

Told = Callable[[Path, OSError], HomeError]
"""The folder that cannot be written, and why, in words."""


class Draft:
    """A file beside its place, which it takes with `commit`; until then it does not count."""

    def __init__(
        self, place: Path, name: str = "", *, private: bool = False, told: Told = unwritable
    ) -> None:
        """`name` is the draft's own; a `private` file is for its owner's eyes.

        What lies there of that name is replaced. This and all that follows raises what is `told`.
        """
        self._place = place
        self._part = place.with_name(name or f".{secrets.token_hex(8)}.part")
        self._told = told
        self._descriptor = -1
        with self._in_words():
            place.parent.mkdir(mode=0o700 if private else 0o777, parents=True, exist_ok=True)
            self._part.unlink(missing_ok=True)
            self._descriptor = _made(self._part, 0o600 if private else 0o666)

    def write(self, content: bytes) -> None:
        """Write more of it."""
        rest = memoryview(content)
        with self._in_words():
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]

    def finish(self) -> None:
        """Have all of it on the disk, so that not even a loss of power leaves half of it."""
        with self._in_words():
            os.fsync(self._descriptor)
        self._close()

    def commit(self) -> None:
        """Take the place."""
        self._close()
        with self._in_words():
            self._part.replace(self._place)

    def drop(self) -> None:
        """Leave nothing of it, unless it has taken its place."""
        self._close()
        with suppress(OSError):
            self._part.unlink()

    def _close(self) -> None:
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            with self._in_words():
                os.close(descriptor)

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise self._told(self._place.parent, error) from error


def _made(path: Path, mode: int) -> int:
    """A new file, open to be written; as readable as any of its owner's, or less."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)


def write_whole(path: Path, content: bytes | Iterable[bytes], name: str = "") -> None:
    """Have the file's content be this, or what it was, at any moment. Raises HomeError.

    `name` is that of the draft, for who removes what a kill has left of it.
    """
    draft = Draft(path, name)
    try:
        for piece in (content,) if isinstance(content, bytes) else content:
            draft.write(piece)
        draft.finish()
        draft.commit()
        _sync(path.parent)
    finally:
        draft.drop()


def _sync(folder: Path) -> None:
    """Make the names in a folder last; some file systems cannot, and then it is as it is."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
