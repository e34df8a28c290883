"""A large folder into the library by words alone: a kill halfway, memory, an idle sync, questions.

    python -m benchmarks.large_folder FOLDER [--questions 100] [--nice 10]

What runs is the program itself: `docmind add` in a home of its own, which is removed afterwards.
When half of the files are in, it is killed with -9 and must leave no process behind; the next one
goes on to the end. Memory is that of all its processes together (resident, so that what they share
counts for each). Questions are words of passages of the library, asked in this process by what
`docmind search --library` asks.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from docmind.cli.diagnostics import Talk
from docmind.cli.flags import Flags
from docmind.cli.invocation import Invocation
from docmind.cli.library import library_record, open_library
from docmind.cli.output import Output
from docmind.config import configure
from docmind.library.library import Library
from docmind.library.manifest import Manifest

LOOKS_A_SECOND = 20
SYNCS = 3
WORDS_A_QUESTION = 5
_WORD = re.compile(r"[^\W\d_]{3,}")
_SECONDS_TO_END = 10.0


@dataclass(slots=True)
class Run:
    """What a run of docmind took; `left` are processes of it that a kill has left running."""

    seconds: float = 0.0
    processor_seconds: float = 0.0
    peak_bytes: int = 0
    left: tuple[int, ...] = ()

    def told(self) -> str:
        """By the clock, and of the processor."""
        return f"{self.seconds:.1f} s, {self.processor_seconds:.1f} s of the processor"


class Program:
    """Runs docmind in a home, by words alone and at low priority."""

    def __init__(self, home: Path, niceness: int) -> None:
        self.home = home
        self._niceness = niceness

    def run(self, *words: str, until: Callable[[], bool] = lambda: False) -> Run:
        """Run a command to its end, or kill it with -9 as soon as `until` is so."""
        python = [sys.executable, "-m", "docmind", *words, "--home", str(self.home)]
        command = ["nice", "-n", str(self._niceness), *python, "--retrieval", "lexical"]
        before = _of_children()
        begun = time.monotonic()
        with (
            (self.home.parent / "log").open("ab") as log,
            subprocess.Popen(command, stdout=log, stderr=log, env=_environment()) as process,
        ):
            run = Run()
            family = _followed(process, until, run)
            killed = process.poll() is None
            process.kill()
            process.wait()
        run.seconds = time.monotonic() - begun
        if killed:
            run.left = _still_there(family)
            return run
        run.processor_seconds = _of_children() - before
        if process.returncode not in (0, 1):  # 1: some files cannot be read, and were named
            sys.exit((self.home.parent / "log").read_text()[-2000:])
        return run


def _followed(
    process: subprocess.Popen[bytes], until: Callable[[], bool], run: Run
) -> set[psutil.Process]:
    """Watch a program until it ends or is to be killed; all processes that it has had."""
    family: set[psutil.Process] = set()
    while process.poll() is None:
        with suppress(psutil.NoSuchProcess):
            mother = psutil.Process(process.pid)
            present = [mother, *mother.children(recursive=True)]
            family.update(present)
            taken = [_taken_by(each) for each in present]
            run.processor_seconds = sum(seconds for seconds, _ in taken)
            run.peak_bytes = max(run.peak_bytes, sum(size for _, size in taken))
        if until():
            break
        time.sleep(1 / LOOKS_A_SECOND)
    return family


def _taken_by(process: psutil.Process) -> tuple[float, int]:
    """Seconds of the processor, with those of children that have ended, and bytes of memory."""
    try:
        with process.oneshot():
            return sum(process.cpu_times()[:4]), int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0.0, 0


def _still_there(family: set[psutil.Process]) -> tuple[int, ...]:
    """Those of these processes that have not ended after a while; they are ended then."""
    _, alive = psutil.wait_procs(family, timeout=_SECONDS_TO_END)
    for each in alive:
        with suppress(psutil.NoSuchProcess):
            each.kill()
    return tuple(each.pid for each in alive)


def _of_children() -> float:
    """Seconds of the processor that all programs took which this one has waited for."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _environment() -> dict[str, str]:
    """Ours, without anybody's settings of docmind."""
    return {name: value for name, value in os.environ.items() if not name.startswith("DOCMIND")}


def invocation_in(home: Path) -> Invocation:
    """What `docmind search --library` works with in this home."""
    flags = Flags(home=home, retrieval="lexical", library=True)
    configuration = configure(flags.settings(), {}, home=home, config=None)
    return Invocation(flags, configuration, Talk(), Output(colour=False))


def files_in(home: Path) -> int:
    """How many files are in the library of this home by now."""
    path = home / "library" / "manifest.sqlite"
    if not path.exists():
        return 0
    with closing(Manifest(path)) as manifest:
        ((count,),) = manifest.rows("SELECT count(*) FROM files WHERE document IS NOT NULL")
    return int(count)


def drawn_questions(library: Library, count: int) -> list[str]:
    """Words of passages that were drawn, each passage as likely as any other."""
    chance = random.Random(7)
    entries = [(file, entry) for file, entry in library.entries() if entry is not None]
    weights = [entry.passages for _, entry in entries]
    questions: list[str] = []
    while len(questions) < count:
        ((file, entry),) = chance.choices(entries, weights)
        found = library.document(file.path)
        assert found is not None
        passage = chance.choice(library._manifest.passages(entry))
        text = found[0].page(passage.page).text[passage.start : passage.end]
        words = sorted(set(_WORD.findall(text)))
        if len(words) >= WORDS_A_QUESTION:
            questions.append(" ".join(chance.sample(words, WORDS_A_QUESTION)))
    return questions


def asked(home: Path, count: int) -> tuple[str, list[float], list[float]]:
    """What the library holds, and what each question took: clock and processor, in ms, sorted."""
    invocation = invocation_in(home)
    clock: list[float] = []
    processor: list[float] = []
    with open_library(invocation) as (_, library):
        entries = [entry for _, entry in library.entries() if entry is not None]
        passages, tokens = sum(e.passages for e in entries), sum(e.tokens for e in entries)
        held = f"{len(entries):,} files, {passages:,} passages, {tokens:,} tokens"
        questions = drawn_questions(library, count)
        library_record(library, questions[0], invocation, None)
        for question in questions:
            begun, used = time.perf_counter(), time.process_time()
            library_record(library, question, invocation, None)
            clock.append((time.perf_counter() - begun) * 1000)
            processor.append((time.process_time() - used) * 1000)
    return held, sorted(clock), sorted(processor)


def measured(folder: Path, home: Path, niceness: int, questions: int) -> list[tuple[str, str]]:
    """The rows of the table."""
    program = Program(home, niceness)
    with open_library(invocation_in(home)) as (workspace, _):
        half = len(workspace.discover([folder])[0]) // 2
    first = program.run("add", str(folder), until=lambda: files_in(home) >= half)
    survived = files_in(home)
    second = program.run("add", str(folder))
    syncs = [program.run("sync") for _ in range(SYNCS)]
    sync = sorted(syncs, key=lambda run: run.seconds)[SYNCS // 2]
    held, clock, processor = asked(home, questions)
    peak = max(run.peak_bytes for run in (first, second)) / 2**20
    left = ", ".join(map(str, first.left)) or "nothing"
    return [
        (str(folder), held),
        (f"until it was killed, {survived:,} files in", first.told()),
        ("left running by the kill", left),
        ("the rest, by the next run", second.told()),
        ("peak memory of all processes", f"{peak:.0f} MiB"),
        (f"sync, nothing changed, median of {SYNCS}", sync.told()),
        (f"{questions} questions by the clock", _percentiles(clock)),
        (f"{questions} questions, processor", _percentiles(processor)),
    ]


def _percentiles(taken: list[float]) -> str:
    middle, slow = statistics.median(taken), taken[int(len(taken) * 0.95)]
    return f"p50 {middle:.1f} ms, p95 {slow:.1f} ms"


def main() -> None:
    """Measure, and print a table; ends with 1 where a kill has left a process running."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--nice", type=int, default=10)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(temporary, "home")
        rows = measured(given.folder.absolute(), home, given.nice, given.questions)
    print(f"load {os.getloadavg()[0]:.0f}, nice {given.nice}\n\n| | |\n|---|---|")
    for name, value in rows:
        print(f"| {name} | {value} |")
    if dict(rows)["left running by the kill"] != "nothing":
        sys.exit(1)


if __name__ == "__main__":
    main()
