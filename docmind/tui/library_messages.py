"""What the library's thread tells its screen."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from docmind.library.entries import DocumentEntry, FileEntry


@dataclass
class LibraryListed(Message):
    """What is in the library now."""

    entries: tuple[tuple[FileEntry, DocumentEntry | None], ...]


@dataclass
class LibraryWorks(Message):
    """What is being done at this moment."""

    doing: str


@dataclass
class LibraryFault(Message):
    """Something failed, or has to be known, while the rest goes on."""

    message: str


@dataclass
class LibraryEnded(Message):
    """Nothing is under way any more; `summary` says what was done, empty where it only looked."""

    summary: str
