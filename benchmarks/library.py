"""What the library costs: questions at 100,000 passages, an unchanged folder, memory, kills.

    python -m benchmarks.library queries        # BM25, vectors and both, at 100,000 passages
    python -m benchmarks.library sync           # an unchanged folder of 10,000 files, and a walk
    python -m benchmarks.library memory         # peak of 500 pages, and of 2,000
    python -m benchmarks.library kills          # a writer killed at 100 random moments
    python -m benchmarks.library_quality        # the right page, against an index in memory

Texts are made of words drawn by Zipf's law, vectors are random: what is measured is the library,
not the model. Everything happens in a folder that is removed afterwards; `queries FOLDER` keeps
its library there for the next time.
"""

from __future__ import annotations

import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from docmind.library.entries import FileEntry, Indexed, Recipe
from docmind.library.manifest import Manifest
from docmind.library.search import LibrarySearch
from docmind.library.words import as_words
from docmind.model import BlockKind, Document, Kind, Page, Passage
from docmind.retrieval.index import units_of
from docmind.store.chroma import ChromaVectors
from tests.unit.library.made import Files, made_library

if TYPE_CHECKING:
    from docmind.library.library import Library
    from docmind.ports import Vectors

PASSAGES = 100_000
PASSAGES_A_DOCUMENT = 500
PASSAGES_A_PAGE = 5
WORDS_A_PASSAGE = 80
VOCABULARY = 60_000
DIMENSIONS = 384
QUESTIONS = 100
FILES = 10_000
KILLS = 100


class RandomVectors:
    """An embedder whose vectors are drawn, so that it costs nothing."""

    model = "random"
    ready = True

    def __init__(self) -> None:
        self._chance = np.random.default_rng(7)

    def reads(self, text: str) -> bool:
        """Everything."""
        return bool(text)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors."""
        rows = self._chance.normal(size=(len(texts), DIMENSIONS)).astype(np.float32)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)

    def embed_query(self, query: str) -> Vectors:
        """One of them."""
        vector: Vectors = self.embed([query])[0]
        return vector

    def close(self) -> None:
        """Nothing is open."""


def drawn_words(chance: np.random.Generator, count: int) -> list[str]:
    """Words as often as they are in a language: a few everywhere, most of them rarely."""
    ranks = np.minimum(chance.zipf(1.2, count), VOCABULARY)
    return [f"w{rank}" for rank in ranks.tolist()]


def filled(folder: Path, store: ChromaVectors, embedder: RandomVectors, collection: str) -> None:
    """Make a library of PASSAGES passages, their vectors in this collection."""
    chance = np.random.default_rng(1)
    recipe = Recipe("benchmark", collection)
    with closing(Manifest(folder / "manifest.sqlite")) as manifest:
        for number in range(PASSAGES // PASSAGES_A_DOCUMENT):
            document, passages = made_document(f"document{number}", chance)
            entry = manifest.begin(document, recipe, len(passages), 0)
            keys = [f"{entry.id}.{ordinal}" for ordinal in range(len(passages))]
            store.put(recipe.collection, keys, embedder.embed(keys))
            file = FileEntry(f"/{document.name}", document.name, 1, 1)
            units = units_of(passages).tolist()
            words = [as_words(each.text.split()) for each in passages]
            indexed = map(Indexed, passages, words, words, units)
            manifest.publish(file, entry, document.pages, indexed)


def made_document(name: str, chance: np.random.Generator) -> tuple[Document, list[Passage]]:
    """A document of PASSAGES_A_DOCUMENT passages."""
    pages: list[Page] = []
    passages: list[Passage] = []
    for number in range(1, PASSAGES_A_DOCUMENT // PASSAGES_A_PAGE + 1):
        text = ""
        for ordinal in range(PASSAGES_A_PAGE):
            part = " ".join(drawn_words(chance, WORDS_A_PASSAGE))
            start, text = len(text), f"{text}{part}\n"
            place = (number, start, start + len(part), part, BlockKind.PARAGRAPH)
            passages.append(Passage(f"{number}.{ordinal}", name, *place))
        pages.append(Page(number, text))
    return Document(name, name, Kind.PDF, name, tuple(pages)), passages


def queries(folder: Path) -> None:
    """How long a question takes, of four words and of ten, by each arm and by both."""
    store, embedder = ChromaVectors(folder / "chroma"), RandomVectors()
    collection = "docmind-benchmark"
    if not (folder / "manifest.sqlite").exists():
        begun = time.perf_counter()
        filled(folder, store, embedder, collection)
        print(f"{PASSAGES:,} passages written in {time.perf_counter() - begun:.0f} s", flush=True)
    size = sum(each.stat().st_size for each in (folder / "chroma").rglob("*") if each.is_file())
    print(f"manifest {(folder / 'manifest.sqlite').stat().st_size / 1e6:.0f} MB", end=", ")
    print(f"Chroma {size / 1e6:.0f} MB")
    chance = np.random.default_rng(3)
    with closing(Manifest(folder / "manifest.sqlite")) as manifest:
        search = LibrarySearch(manifest, store, embedder, collection)
        for count in (4, 10):
            asked = [" ".join(drawn_words(chance, count)) for _ in range(QUESTIONS)]
            report(f"words, {count}", asked, lambda query: search.by_words(query, 200))
            report(
                f"both, {count}", asked, lambda query: search.search(query, limit=10, meaning=True)
            )
        asked = [f"question {number}" for number in range(QUESTIONS)]
        report("meaning", asked, lambda query: search.by_meaning(query, 200))
    store.close()


def report(name: str, asked: Sequence[str], answer: Callable[[str], object]) -> None:
    """What a question takes by the clock, and of the processor, which other work leaves alone."""
    answer(asked[0])
    clock: list[float] = []
    processor: list[float] = []
    for query in asked:
        begun = time.process_time()
        clock.append(timed(answer, query) * 1000)
        processor.append((time.process_time() - begun) * 1000)
    for what, taken in (("clock", sorted(clock)), ("processor", sorted(processor))):
        middle, slow = statistics.median(taken), taken[int(len(taken) * 0.95)]
        print(f"{name:10} {what:9} p50 {middle:6.1f} ms   p95 {slow:6.1f} ms", flush=True)


def timed(work: Callable[[str], object], argument: str) -> float:
    """Seconds that it takes."""
    begun = time.perf_counter()
    work(argument)
    return time.perf_counter() - begun


def sync(folder: Path) -> None:
    """An unchanged folder, compared with a bare walk that stats each file."""
    from docmind.config import Folders
    from docmind.settings import Settings
    from docmind.workspace import Workspace
    from docmind.workspace.intake import Intake

    files = folder / "files"
    for number in range(FILES):
        path = files / f"{number % 100}" / f"file{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"file {number}", encoding="utf-8")
        os.utime(path, (1_000_000, 1_000_000))
    with Workspace(Settings(), Folders(folder, folder / "cache", None)) as workspace:
        finder = Files()
        finder.find = Intake(workspace._reader).found  # type: ignore[method-assign]
        with closing(made_library(folder / "library", files=finder)) as library:
            list(library.add([files]))
            walks = [timed(walked, str(files)) for _ in range(5)]
            syncs = [timed(lambda _: list(library.sync()), "") for _ in range(5)]
            edits = [_after(library, files / "7" / "file7.txt", turn) for turn in range(5)]
            news = [_after(library, files / "7" / f"new{turn}.txt", turn) for turn in range(5)]
    walk = statistics.median(walks)
    print(f"walk {walk * 1000:.0f} ms")
    for name, taken in (("unchanged", syncs), ("one file edited", edits), ("one more", news)):
        sync = statistics.median(taken)
        print(f"sync, {name}: {sync * 1000:.0f} ms, {sync / walk:.2f}x")


def _after(library: Library, path: Path, turn: int) -> float:
    """Seconds of a sync after this file was written."""
    path.write_text(f"version {turn} of {path.name}", encoding="utf-8")
    os.utime(path, (2_000_000 + turn, 2_000_000 + turn))
    return timed(lambda _: list(library.sync()), "")


def walked(folder: str) -> None:
    """A walk that stats every file."""
    for here, _, names in os.walk(folder):
        for name in names:
            os.stat(f"{here}/{name}")  # noqa: PTH116 - the barest there is


def memory(_folder: Path) -> None:
    """Peak memory of ingesting few pages and many, each in a process of its own."""
    peaks = [
        int(subprocess.check_output([sys.executable, "-m", __spec__.name, "peak", str(pages)]))
        for pages in (500, 2_000)
    ]
    print(f"500 pages {peaks[0] / 1024:.0f} MiB, 2,000 pages {peaks[1] / 1024:.0f} MiB", end=": ")
    print(f"{peaks[1] / peaks[0]:.2f}x")


def peak(folder: Path, pages: int) -> None:
    """Ingest files of 50 pages each, and print the peak of this process in KiB."""
    chance = np.random.default_rng(5)
    files = folder / "files"
    files.mkdir()
    for number in range(pages // 50):
        text = "\f".join(
            "\n\n".join(" ".join(drawn_words(chance, 90)) for _ in range(6)) for _ in range(50)
        )
        (files / f"file{number}.txt").write_text(text, encoding="utf-8")
    store = ChromaVectors(folder / "library" / "chroma")
    with closing(made_library(folder / "library", store, RandomVectors())) as library:
        for _ in library.add([files]):
            pass
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def kills(folder: Path) -> None:
    """Kill a writer again and again; what is listed has to be whole each time."""
    from tests.unit.library.test_processes import check_whole, started, written

    chance = random.Random(11)
    home, files = folder / "library", folder / "file"
    for kill in range(KILLS):
        written(files, 6, f"version{kill}", first=kill % 20)
        with started(home, "add", files) as process:
            assert process.stdout is not None
            for _ in range(chance.randrange(6)):
                process.stdout.readline()
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=chance.random() * 0.05)
        whole = check_whole(home)
        print(f"\r{kill + 1} of {KILLS} kills, {whole} documents whole", end="", flush=True)
    print()


def main(what: str, *rest: str) -> None:
    """One of the measurements, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        if what == "peak":
            peak(Path(folder), int(rest[0]))
            return
        folder = rest[0] if rest else folder
        {"queries": queries, "sync": sync, "memory": memory, "kills": kills}[what](Path(folder))


if __name__ == "__main__":
    main(*sys.argv[1:])
