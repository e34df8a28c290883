"""What the commands about the library write as JSON. Fields may be added, never renamed."""

from __future__ import annotations

import msgspec

from docmind.export.records import Failure


class LibraryDocument(msgspec.Struct, frozen=True):
    """A document in the library; `vectors` is how many of its `passages` are found by meaning."""

    name: str
    path: str
    sha256: str
    title: str
    kind: str
    pages: int
    passages: int
    vectors: int
    tokens: int


class LibraryRecord(msgspec.Struct, frozen=True, tag_field="schema", tag="docmind.library/1"):
    """What is in the library: the files and folders that were added, and their documents.

    `failed` are the files in them that cannot be read.
    """

    folder: str
    added: tuple[str, ...]
    documents: tuple[LibraryDocument, ...]
    failed: tuple[Failure, ...]


class LibraryChangeRecord(
    msgspec.Struct, frozen=True, tag_field="schema", tag="docmind.library_change/1"
):
    """What add, sync or remove has changed in the library; documents by name.

    `passages` are those of added and updated documents, `vectors` those that were made of others.
    """

    added: tuple[str, ...]
    updated: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int
    passages: int
    failed: tuple[Failure, ...]
    warnings: tuple[str, ...]
    seconds: float
    vectors: int = 0
