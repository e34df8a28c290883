"""The manifest on disk: a journal while a batch runs, and a line an input when it has ended.

A line is written by one call and counts once its end is there: whatever the last line of a killed
run looks like, it is passed over, and the next line begins on a new one. For each path the last
line holds.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Self

import msgspec

from docmind.disk import unwritable
from docmind.drafts import write_whole
from docmind.errors import UsageError
from docmind.export.batch_records import ManifestEntry
from docmind.export.encoding import encode

NAME = "manifest.jsonl"

PART = ".docmind-part"
"""What the names of files end in that are not whole yet: the next run removes them."""

_DECODER = msgspec.json.Decoder(ManifestEntry)


def read_entries(folder: Path) -> dict[str, ManifestEntry]:
    """What is known of each path, in the order of the file. Raises UsageError for another's."""
    path = folder / NAME
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    entries: dict[str, ManifestEntry] = {}
    whole = content.split(b"\n")[:-1]
    for line in whole:
        try:
            entry = _DECODER.decode(line)
        except (msgspec.DecodeError, msgspec.ValidationError):
            continue
        entries[entry.path] = entry
    if whole and not entries and any(line.strip() for line in whole):
        raise UsageError(
            f"{path} was not written by docmind, and is left as it is.",
            "Name another folder with -o, or move that file away.",
        )
    return entries


class Journal:
    """A manifest that is being written. Safe from several threads; a context manager."""

    def __init__(self, folder: Path) -> None:
        """Reads what is there. Raises UsageError, or HomeError where it cannot be written."""
        self.entries = read_entries(folder)
        self._folder = folder
        self._lock = threading.Lock()
        self._descriptor = -1
        try:
            self._descriptor = os.open(
                folder / NAME, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644
            )
            self._end_torn_line()
        except OSError as error:
            self.close()
            raise unwritable(folder, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Take no more lines; safe to call twice."""
        with self._lock:
            if self._descriptor >= 0:
                os.close(self._descriptor)
            self._descriptor = -1

    def append(self, entry: ManifestEntry) -> bool:
        """Add a line. False, and nothing done, once it is closed; raises HomeError."""
        line = encode(entry).encode() + b"\n"
        with self._lock:
            if self._descriptor < 0:
                return False
            try:
                _write_all(self._descriptor, line)
            except OSError as error:
                raise unwritable(self._folder, error) from error
            self.entries[entry.path] = entry
        return True

    def compact(self, entries: Iterable[ManifestEntry]) -> None:
        """Replace the journal by these entries, and close it. Raises HomeError."""
        self.close()
        lines = (encode(entry).encode() + b"\n" for entry in entries)
        write_whole(self._folder / NAME, lines, f".{NAME}{PART}")

    def _end_torn_line(self) -> None:
        size = os.fstat(self._descriptor).st_size
        if size and os.pread(self._descriptor, 1, size - 1) != b"\n":
            _write_all(self._descriptor, b"\n")


def _write_all(descriptor: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
