"""One file into the library: read, cut, embedded, and made visible in one step at the end.

The order is what makes it crash-safe: a line in `unfinished`, then the vectors, then one
transaction that shows the new document and hides the older one.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from docmind.errors import ChangingInput, DocmindError, MissingInput
from docmind.library.entries import DocumentEntry, FileEntry, Indexed, Recipe, Step
from docmind.library.manifest import Manifest
from docmind.library.words import as_words
from docmind.model import Document, Passage
from docmind.passages.split import split_document
from docmind.ports import DocumentRead, PagesRead, ReadEvent, TokensCounted
from docmind.retrieval.headers import Headers
from docmind.retrieval.index import units_of
from docmind.retrieval.terms import Terms

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from docmind.ports import Embedder, PassageStore, TokenCounter, Vectors, VectorStore

BATCH_PASSAGES = 128
"""How many passages are embedded and stored at a time: some seconds of work."""

FRESH_NS = 2_000_000_000
"""A file that changed so shortly ago may change again without a new time of change."""

UNFINISHED = -1
"""The number of vectors of a document whose vectors are being made again."""

_TRIES = 2

FoundFiles = tuple[list[tuple[Path, str]], list[tuple[str, DocmindError]]]


@dataclass(frozen=True, slots=True)
class Parts:
    """What a library works with. Without an embedder, it is searched by words alone."""

    store: VectorStore
    embedder: Embedder | None
    cache: PassageStore
    counter: TokenCounter
    find: Callable[[Sequence[Path]], FoundFiles]
    """The files to read for these paths, with their names; and what cannot be read."""

    read: Callable[[Path, str], Iterator[ReadEvent]]
    """See `docmind.ports.Reader.read`."""

    parser: str
    """Names what documents look like, so that those of an older parser are read again."""

    ocr: str = ""
    """Names how pages without text are read, so that PDFs are read again where that changes."""

    limits: str = ""
    """Names what files may take, so that those which failed are tried again where that changes."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file that is to be read; `before` is the size of those before it, `amount` that of all.

    Where `only_vectors` are made of it, its size is in passages.
    """

    path: Path
    name: str
    size: int
    mtime_ns: int
    number: int = 0
    files: int = 0
    before: int = 0
    amount: int = 0
    only_vectors: bool = False

    def step(self, what: str, done: int, total: int) -> Step:
        """How far this file is."""
        share = done / total if total else 0.0
        if not self.only_vectors:  # reading is one half of the work, embedding the other
            share = (share + (what == "embedding")) / 2
        return Step(
            self.name,
            self.number,
            self.files,
            what,
            done,
            total,
            self.before + int(self.size * share),
            self.amount,
            self.only_vectors,
        )


class Ingest:
    """Adds files to a manifest and to a vector store; its caller holds the writer's lock."""

    def __init__(self, manifest: Manifest, parts: Parts, recipe: Recipe) -> None:
        self._manifest = manifest
        self._parts = parts
        self._recipe = recipe

    def add(
        self, wanted: Wanted, current: DocumentEntry | None
    ) -> Generator[Step, None, DocumentEntry | None]:
        """Read a file and make it visible; None where it still is what it was.

        Raises InputError for a file that cannot be read.
        """
        document, tokens, file = yield from self._read(wanted)
        recipe = self._recipe.of(document.kind)
        if current is not None and _is_same(current, document, recipe):
            self._manifest.keep(replace(file, document=current.id))
            return None
        passages = split_document(document, self._parts.counter)
        entry = self._manifest.begin(document, recipe, len(passages), tokens)
        above = Headers(document)
        texts = ["\n".join((*above.of(each), each.text)) for each in passages]
        vectors = yield from self.embed(entry, texts, wanted)
        entry = replace(entry, vectors=vectors)
        self._manifest.publish(file, entry, document.pages, self._indexed(passages, texts))
        return entry

    def _indexed(self, passages: Sequence[Passage], texts: Sequence[str]) -> Iterator[Indexed]:
        terms = Terms()  # of this document alone: those of thousands are all names and numbers
        units = units_of(passages).tolist()
        for passage, text, unit in zip(passages, texts, units, strict=True):
            body = as_words(terms.of(passage.text))
            yield Indexed(passage, as_words(terms.of(text)), body, unit)

    def embed_again(self, entry: DocumentEntry, wanted: Wanted) -> Generator[Step, None, int]:
        """Make the vectors of a visible document by this recipe, from what the manifest has.

        Returns how many there are.
        """
        document = self._manifest.document(entry)
        above = Headers(document)
        texts = [
            "\n".join((*above.of(each), document.page(each.page).text[each.start : each.end]))
            for each in self._manifest.passages(entry)
        ]
        recipe = replace(entry.recipe, collection=self._recipe.collection)
        self._manifest.embedded(entry.id, recipe, UNFINISHED)
        vectors = yield from self.embed(replace(entry, recipe=recipe), texts, wanted)
        self._manifest.embedded(entry.id, recipe, vectors)
        return vectors

    def embed(
        self, entry: DocumentEntry, texts: Sequence[str], wanted: Wanted
    ) -> Generator[Step, None, int]:
        """Put the vectors of a document's passages into the store; how many there are."""
        embedder = self._parts.embedder
        if embedder is None or not entry.recipe.collection:
            return 0
        known = [position for position, text in enumerate(texts) if embedder.reads(text)]
        for first in range(0, len(known), BATCH_PASSAGES):
            yield wanted.step("embedding", first, len(known))
            batch = known[first : first + BATCH_PASSAGES]
            vectors = vectors_of([texts[at] for at in batch], embedder, self._parts.cache)
            keys = [key_of(entry.id, at) for at in batch]
            self._parts.store.put(entry.recipe.collection, keys, vectors)
        return len(known)

    def _read(self, wanted: Wanted) -> Generator[Step, None, tuple[Document, int, FileEntry]]:
        """The document, its tokens, and how the file looked before and after it was read."""
        for _ in range(_TRIES):
            before = signature(wanted.path)
            document, tokens = yield from self._parsed(wanted)
            if document is not None and signature(wanted.path) == before:
                size, mtime_ns = before
                settled = time.time_ns() - mtime_ns > FRESH_NS
                file = FileEntry(str(wanted.path), wanted.name, size, mtime_ns if settled else 0)
                return document, tokens, file
        raise ChangingInput(
            f"{wanted.name} was written to while it was read.", "When it is done: docmind sync"
        )

    def _parsed(self, wanted: Wanted) -> Generator[Step, None, tuple[Document | None, int]]:
        found: Document | None = None
        tokens = pages = 0
        with closing(self._parts.read(wanted.path, wanted.name)) as events:  # type: ignore[type-var]
            for event in events:
                match event:
                    case PagesRead(some, total):
                        pages += len(some)
                        yield wanted.step("reading", pages, total)
                    case DocumentRead(document):
                        found = document
                    case TokensCounted(count):
                        tokens = count
        return found, tokens


def _is_same(current: DocumentEntry, document: Document, recipe: Recipe) -> bool:
    """Whether a document is what the library has, made as it is made now."""
    return (current.sha256, current.recipe.name) == (document.sha256, recipe.name)


def signature(path: str | Path) -> tuple[int, int]:
    """Size and time of change of a file. Raises MissingInput."""
    try:
        status = os.stat(path)  # noqa: PTH116 - asked of thousands, and a Path costs more
    except OSError as error:
        raise MissingInput(
            f"{path} cannot be read: {error.strerror}.", "Check the path."
        ) from error
    return status.st_size, status.st_mtime_ns


def key_of(document: int, ordinal: int) -> str:
    """What the vector of a passage is called in the store."""
    return f"{document}.{ordinal}"


def vectors_of(texts: Sequence[str], embedder: Embedder, cache: PassageStore) -> Vectors:
    """The vectors of some texts, from the cache where it has them. Raises EngineError."""
    import numpy as np

    known, missing = cache.get(embedder.model, texts)
    if not missing:
        return known
    made = embedder.embed([texts[at] for at in missing])
    cache.put(embedder.model, [texts[at] for at in missing], made)
    vectors: NDArray[np.float32] = np.empty((len(texts), made.shape[1]), dtype=np.float32)
    vectors[missing] = made
    if len(known):
        vectors[np.setdiff1d(np.arange(len(texts)), missing)] = known
    return vectors
