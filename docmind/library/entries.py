"""What the manifest keeps of a file and its document, and what happens while files are added."""

from __future__ import annotations

from dataclasses import dataclass

from docmind.errors import DocmindError
from docmind.model import Document, Hit, Kind, Page, Passage


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file that was added. `document` is None, and `error` says why, where it cannot be read.

    `mtime_ns` is 0 where the file was so fresh that its time of change tells nothing. `failure` is
    the error's class; `tried` is with what the file could not be read, so that it is read again
    where that has changed.
    """

    path: str
    name: str
    size: int
    mtime_ns: int
    document: int | None = None
    error: str = ""
    hint: str = ""
    failure: str = ""
    tried: str = ""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How documents are made into passages and vectors; those of another recipe are made again.

    `collection` is where the vectors go, empty where none are made. `pdf` is what else decides
    which text the pages of a PDF have: OCR, which is no reason to read source files again.
    `limits` decide nothing but whether a file can be read at all: its password, time and memory.
    """

    name: str
    collection: str
    pdf: str = ""
    limits: str = ""

    def of(self, kind: Kind) -> Recipe:
        """The recipe for documents of this kind, as it is kept with each."""
        special = self.pdf if kind is Kind.PDF else ""
        return Recipe(f"{self.name}; {special}" if special else self.name, self.collection)

    @property
    def names(self) -> tuple[str, ...]:
        """What the recipes of all kinds are called."""
        return tuple({self.of(kind).name: None for kind in Kind})

    @property
    def trial(self) -> str:
        """With what files are read: one that failed fails again as long as this is the same."""
        return "\n".join((*self.names, self.limits))


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """A document in the library, in numbers; `head` is the document without its pages."""

    id: int
    recipe: Recipe
    passages: int
    vectors: int
    tokens: int
    pages: int
    sha256: str
    head: Document


@dataclass(frozen=True, slots=True)
class Indexed:
    """A passage with its words, as `docmind.library.words` writes them.

    `words` are those of the passage with what stands above it, `body` its own; `unit` numbers the
    page, or the part of a long one, that it is in (`docmind.retrieval.index.units_of`).
    """

    passage: Passage
    words: str
    body: str
    unit: int


@dataclass(frozen=True, slots=True)
class LibraryHit:
    """A passage of the library that answers a query, with the page that it stands on."""

    hit: Hit
    page: Page
    kind: Kind
    path: str
    document: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """Another docmind is writing to the library; told once."""


@dataclass(frozen=True, slots=True)
class Step:
    """A file is being worked on: `done` of its `total` pages are read, or passages embedded.

    `passed` of `amount` is how much of all work is done, in bytes of files, or in passages where
    only vectors are made, so that time can be estimated.
    """

    name: str
    number: int
    files: int
    what: str
    done: int
    total: int
    passed: int
    amount: int
    in_passages: bool = False


@dataclass(frozen=True, slots=True)
class Preparing:
    """The embedding model is being loaded, which takes seconds."""


@dataclass(frozen=True, slots=True)
class Added:
    """A file is in the library now; `before` tells whether an older version was there."""

    name: str
    entry: DocumentEntry
    before: bool


@dataclass(frozen=True, slots=True)
class Embedded:
    """The vectors of a document that is in the library were made."""

    name: str
    vectors: int


@dataclass(frozen=True, slots=True)
class Unchanged:
    """So many files are in the library as they are on the disk."""

    files: int


@dataclass(frozen=True, slots=True)
class Removed:
    """A document is gone from the library."""

    name: str


@dataclass(frozen=True, slots=True)
class Failed:
    """A file cannot be read; the others go on."""

    name: str
    error: DocmindError


@dataclass(frozen=True, slots=True)
class Noted:
    """Something that the person should know, though the work goes on."""

    warning: str


LibraryEvent = Waiting | Preparing | Step | Added | Embedded | Unchanged | Removed | Failed | Noted
