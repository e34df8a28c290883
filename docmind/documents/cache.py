"""Parsed documents on disk, by the content of their file.

An entry is written whole beside its place and renamed into it, so that no reader ever sees half of
one; what is damaged all the same (its checksum says so) is dropped and made again. The document is
written before the tokens are counted, because a full disk has to be known while the document can
still carry the warning.
"""

from __future__ import annotations

import os
import struct
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import msgspec

from docmind.disk import home_error, is_file
from docmind.documents.frames import unpack_document
from docmind.model import Document

PARSER_VERSION = 6
"""Raise it with every change to what a page's text or its blocks look like."""

_TAIL = struct.Struct("<QI")  # tokens, checksum of the document


class Draft:
    """An entry that is being written; it counts only once it is committed."""

    def __init__(self, file: IO[bytes], part: Path, place: Path) -> None:
        self._file = file
        self._part = part
        self._place = place
        self._checksum = 0

    def write(self, payload: bytes) -> None:
        """Write the encoded document. Raises HomeError where the disk is full or read-only."""
        self._checksum = zlib.crc32(payload)
        self._write_all(payload)

    def commit(self, tokens: int) -> None:
        """Add the number of tokens and put the entry in its place. Raises HomeError."""
        self._write_all(_TAIL.pack(tokens, self._checksum))
        try:
            self._part.replace(self._place)
        except OSError as exc:
            raise home_error(self._place.parent, exc) from exc

    def _write_all(self, content: bytes) -> None:
        """Unbuffered, so that nothing is left to fail when the file is closed."""
        rest = memoryview(content)
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as exc:
            raise home_error(self._place.parent, exc) from exc


class DocumentCache:
    """Parsed documents below one folder, readable by their owner only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / f"documents-{PARSER_VERSION}"

    def has(self, sha256: str, variant: str) -> bool:
        """Whether there is an entry, undamaged as far as can be told without reading it."""
        return is_file(self._place(sha256, variant))

    def get(self, sha256: str, variant: str) -> tuple[Document, int] | None:
        """The document and its tokens, if this file was parsed before in this variant."""
        place = self._place(sha256, variant)
        try:
            content = place.read_bytes()
        except OSError:
            return None
        try:
            tokens, checksum = _TAIL.unpack(content[-_TAIL.size :])
            payload = content[: -_TAIL.size]
            if zlib.crc32(payload) == checksum:
                return unpack_document(payload), tokens
        except (struct.error, msgspec.DecodeError):
            pass
        with suppress(OSError):
            place.unlink()
        return None

    @contextmanager
    def draft(self, sha256: str, variant: str) -> Iterator[Draft]:
        """A new entry, gone again unless it is committed. Raises HomeError."""
        place = self._place(sha256, variant)
        try:
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=place.parent, prefix=".", suffix=".part")
            part = Path(name)
        except OSError as exc:
            raise home_error(place.parent, exc) from exc
        try:
            with os.fdopen(descriptor, "wb", buffering=0) as file:
                yield Draft(file, part, place)
        finally:
            with suppress(OSError):
                part.unlink()

    def _place(self, sha256: str, variant: str) -> Path:
        return self._folder / sha256[:2] / f"{sha256}.{variant}"
