"""Files as they are loaded: one event after the other, a failure among them and never raised."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from docmind.errors import DocmindError, InputError
from docmind.model import Document, Kind
from docmind.ports import DocumentRead, PagesRead, ReadEvent, TokensCounted


@dataclass(frozen=True, slots=True)
class Loading:
    """A file is being read: the `number`-th of `total`, `pages_read` of its `pages_total`."""

    name: str
    number: int
    total: int
    pages_read: int = 0
    pages_total: int = 0


@dataclass(frozen=True, slots=True)
class Loaded:
    """A file has been read."""

    document: Document
    tokens: int


@dataclass(frozen=True, slots=True)
class FileToRead:
    """A file that is to be read; `kind` is None where reading it will say why it cannot be."""

    name: str
    size_bytes: int
    kind: Kind | None


@dataclass(frozen=True, slots=True)
class LoadFailed:
    """A file cannot be read; the others go on."""

    name: str
    error: DocmindError


LoadEvent = Loading | Loaded | LoadFailed


def told(events: Iterator[ReadEvent], loading: Loading) -> Iterator[LoadEvent]:
    """What happens while a file is read, told of it as one of several."""
    yield loading
    documents: list[Document] = []
    pages_read = 0
    try:
        for event in events:
            match event:
                case PagesRead(pages, total):
                    pages_read += len(pages)
                    yield replace(loading, pages_read=pages_read, pages_total=total)
                case DocumentRead(document):
                    documents.append(document)
                case TokensCounted(tokens):
                    yield Loaded(documents[-1], tokens)
    except InputError as error:
        yield LoadFailed(loading.name, error)
