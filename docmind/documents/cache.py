"""Parsed documents on disk, by the content of their file.

An entry is written whole beside its place and renamed into it, so that no reader ever sees half of
one; what is damaged all the same (its checksum says so) is dropped and made again. The document is
written before the tokens are counted, because a full disk has to be known while the document can
still carry the warning.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from docmind import drafts
from docmind.disk import home_error, is_file
from docmind.documents.frames import unpack_document
from docmind.model import Document

PARSER_VERSION = 7
"""Raise it with every change to what a page's text or its blocks look like."""

_TAIL = struct.Struct("<QI")  # tokens, checksum of the document


class Draft:
    """An entry that is being written; it counts only once it is committed."""

    def __init__(self, file: drafts.Draft) -> None:
        self._file = file
        self._checksum = 0

    def write(self, payload: bytes) -> None:
        """Write the encoded document. Raises HomeError where the disk is full or read-only."""
        self._checksum = zlib.crc32(payload)
        self._file.write(payload)

    def commit(self, tokens: int) -> None:
        """Add the number of tokens and put the entry in its place. Raises HomeError."""
        self._file.write(_TAIL.pack(tokens, self._checksum))
        self._file.commit()


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
        file = drafts.Draft(self._place(sha256, variant), private=True, told=home_error)
        try:
            yield Draft(file)
        finally:
            file.drop()

    def _place(self, sha256: str, variant: str) -> Path:
        return self._folder / sha256[:2] / f"{sha256}.{variant}"
