"""A library of small text files, with a fake embedder and a reader that needs no process.

Run as a program (`made.py HOME add|sync|read PATH…`) it works on a library in Chroma and prints
what happens, so that tests can have several processes at one, and kill them.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from docmind.errors import DamagedInput, MissingInput
from docmind.library.entries import Added
from docmind.library.ingest import FoundFiles, Parts
from docmind.library.library import Library
from docmind.model import Block, BlockKind, Document, Kind, Page
from docmind.ports import DocumentRead, PagesRead, ReadEvent, TokensCounted
from docmind.store.chroma import ChromaVectors
from tests.fakes import FakeEmbedder, FakeVectors

if TYPE_CHECKING:
    from docmind.ports import Embedder, Vectors, VectorStore


class Forgetful:
    """A PassageStore that never has anything."""

    @contextmanager
    def turn(self, texts: Sequence[str], waits: Callable[[], None]) -> Iterator[None]:
        """Nobody else is there."""
        yield

    def get(self, model: str, texts: Sequence[str]) -> tuple[Vectors, list[int]]:
        """Nothing is known."""
        return np.zeros((0, 0), dtype=np.float32), list(range(len(texts)))

    def put(self, model: str, texts: Sequence[str], vectors: Vectors) -> None:
        """Nothing is kept."""


class WordCounter:
    """Counts words."""

    name = "words"

    def count(self, text: str) -> int:
        """How many words there are."""
        return len(text.split())


class Files:
    """Reads text files: a paragraph is a block, a form feed ends a page."""

    def __init__(self) -> None:
        self.read_names: list[str] = []
        self.found: list[Path] = []
        self.refuses_links = False
        self.kinds: dict[str, Kind] = {}

    def find(self, paths: Sequence[Path]) -> FoundFiles:
        """All text files below folders."""
        self.found.extend(paths)
        found: list[tuple[Path, str]] = []
        for path in paths:
            if path.is_dir():
                files = sorted(path.rglob("*.txt"))
                found += [
                    (file, file.relative_to(path).as_posix())
                    for file in files
                    if not self.refuses_links or _is_plain(file, path)
                ]
            elif path.is_file():
                found.append((path, str(path)))
            else:
                error = MissingInput(f"There is no file {path}.")
                return found, [(str(path), error)]
        return found, []

    def read(self, path: Path, name: str) -> Iterator[ReadEvent]:
        """The pages of a file; one that says "damaged" cannot be read."""
        self.read_names.append(name)
        content = path.read_bytes()
        text = content.decode()
        if text.startswith("damaged"):
            raise DamagedInput(f"{name} is damaged.")
        pages = tuple(
            Page(number, part, blocks=tuple(_paragraphs(part)), label=str(number))
            for number, part in enumerate(text.split("\f"), start=1)
        )
        yield PagesRead(pages, len(pages))
        sha256 = hashlib.sha256(content).hexdigest()
        yield DocumentRead(Document(sha256, name, self._kind(name), path.stem, pages))
        yield TokensCounted(len(text.split()))

    def _kind(self, name: str) -> Kind:
        return self.kinds.get(name, Kind.PDF)


def _is_plain(file: Path, root: Path) -> bool:
    """Whether it is a file, and no link leads to it."""
    return file.is_file() and file.resolve() == root.resolve() / file.relative_to(root)


def _paragraphs(text: str) -> Iterator[Block]:
    start = 0
    for part in text.split("\n\n"):
        if part:
            yield Block(BlockKind.HEADING, start, start + len(part), 1)
        start += len(part) + 2


def made_library(
    folder: Path,
    store: VectorStore | None = None,
    embedder: Embedder | None = None,
    files: Files | None = None,
    parser: str = "parser 1",
    ocr: str = "no ocr",
    limits: str = "",
) -> Library:
    """A library in this folder; by default its vectors are fakes too."""
    files = Files() if files is None else files
    parts = Parts(
        store=FakeVectors() if store is None else store,
        embedder=embedder,
        cache=Forgetful(),
        counter=WordCounter(),
        find=files.find,
        read=files.read,
        parser=parser,
        ocr=ocr,
        limits=limits,
    )
    return Library(folder, parts)


def library_in_chroma(folder: Path) -> Library:
    """A library with a fake embedder and a real Chroma."""
    return made_library(folder, ChromaVectors(folder / "chroma"), FakeEmbedder())


def main(folder: str, action: str, *words: str) -> None:
    """Do it, with a line on stdout for each document, and for each line on stdin when reading."""
    with closing(library_in_chroma(Path(folder))) as library:
        if action == "read":
            for line in sys.stdin:
                hits = library.search(line.strip(), limit=5)
                by_meaning = library._search.by_meaning(line.strip(), 5)
                names = [hit.hit.passage.document for hit in hits]
                tell(" ".join([str(len(by_meaning)), *names]))
            return
        paths = [Path(word) for word in words]
        for event in library.add(paths) if action == "add" else library.sync():
            if isinstance(event, Added):
                tell(event.name)


def tell(line: str) -> None:
    """A line to the test that waits for it."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
