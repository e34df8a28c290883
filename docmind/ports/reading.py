"""Files in, Documents out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from docmind.model import Document, Page


@dataclass(frozen=True, slots=True)
class PagesRead:
    """Some more pages, in order, of the `total` that the document has; not yet final.

    What needs the whole document (running heads, the outline) is settled only in DocumentRead.
    """

    pages: tuple[Page, ...]
    total: int


@dataclass(frozen=True, slots=True)
class DocumentRead:
    """The document, whole, as it is cached and cited."""

    document: Document


@dataclass(frozen=True, slots=True)
class TokensCounted:
    """How many tokens of the default tokenizer the document's text has."""

    tokens: int


ReadEvent = PagesRead | DocumentRead | TokensCounted


class Reader(Protocol):
    """Files in, Documents out."""

    def read(self, path: Path, name: str) -> Iterator[ReadEvent]:
        """Read a file: PagesRead any number of times, DocumentRead once, TokensCounted once last.

        Raises an InputError for what cannot be read. Closing the iterator stops the work.
        """
        ...
