"""How far a batch is, on stderr: bars for a person, JSON lines for a program, or nothing.

rich must not redirect stdout here, or what is printed while a bar is drawn goes to stderr and the
file behind `>` is empty.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import msgspec

from docmind.batch.transient import Working
from docmind.cli.diagnostics import Talk
from docmind.export.batch_records import ManifestEntry, Status
from docmind.export.encoding import encode
from docmind.export.plain import one_line

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_LINES_SECONDS = 1.0
_SHOWN_FILES = 6


@dataclass(slots=True)
class Tally:
    """What a batch has done so far, of `total` files."""

    total: int
    clock: Callable[[], float] = time.monotonic
    counts: dict[Status, int] = field(default_factory=dict)
    tokens: int = 0
    under_way: dict[str, int] = field(default_factory=dict)
    begun: float = 0.0

    def __post_init__(self) -> None:
        self.begun = self.clock()

    @property
    def settled(self) -> int:
        """How many files are over and done with, in whatever way."""
        return sum(self.counts.values())

    @property
    def worked(self) -> int:
        """How many files took work."""
        return self.counts.get(Status.DONE, 0) + self.counts.get(Status.FAILED, 0)

    @property
    def tokens_per_second(self) -> float:
        """Tokens read and written, those of files under way included."""
        seconds = self.clock() - self.begun
        return (self.tokens + sum(self.under_way.values())) / seconds if seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """How long the rest takes if it is like what is done; None while nothing is."""
        if not self.worked:
            return None
        return (self.clock() - self.begun) / self.worked * (self.total - self.settled)

    def work(self, name: str, working: Working) -> None:
        """Something was done for a file."""
        self.under_way[name] = max(working.tokens, self.under_way.get(name, 0))

    def settle(self, entry: ManifestEntry) -> None:
        """A file is over and done with."""
        self.counts[entry.status] = self.counts.get(entry.status, 0) + 1
        worked = self.under_way.pop(entry.path, 0)
        self.tokens += max(worked, entry.tokens) if entry.status is Status.DONE else 0

    def told(self) -> str:
        """What was done, in words."""
        parts = [
            f"{self.counts[status]:,} {status}" for status in Status if self.counts.get(status)
        ]
        seconds = self.clock() - self.begun
        rate = f", {self.tokens:,} tokens in {seconds:,.1f} s" if self.tokens else ""
        return (", ".join(parts) or "nothing to do") + rate


class Progressing(Protocol):
    """Shows how far a batch is."""

    def work(self, name: str, working: Working) -> None:
        """Something was done for a file."""
        ...

    def settle(self, entry: ManifestEntry) -> None:
        """A file is over and done with."""
        ...


@contextmanager
def batch_progress(talk: Talk, tally: Tally, *, lines: bool) -> Iterator[Progressing]:
    """What shows the progress of this batch: JSON `lines`, bars, or nothing."""
    if lines:
        yield Lines(talk, tally)
    elif talk.shows_progress:
        with _bars(talk, tally) as bars:
            yield bars
    else:
        yield Silent(tally)


@dataclass(frozen=True, slots=True)
class Silent:
    """Shows nothing, and counts."""

    tally: Tally

    def work(self, name: str, working: Working) -> None:
        """Count."""
        self.tally.work(name, working)

    def settle(self, entry: ManifestEntry) -> None:
        """Count."""
        self.tally.settle(entry)


class ProgressLine(msgspec.Struct, frozen=True, tag_field="event", tag="progress"):
    """How far the batch is; times are seconds."""

    settled: int
    total: int
    tokens_per_second: float
    seconds_left: float | None


class SettledLine(msgspec.Struct, frozen=True, tag_field="event", tag="settled"):
    """What has become of a file."""

    path: str
    status: Status
    output: str | None
    error: str | None
    seconds: float
    tokens: int


class Lines:
    """JSON lines on stderr: each file that is settled, and how far all is, once a second."""

    def __init__(self, talk: Talk, tally: Tally) -> None:
        self._talk = talk
        self._tally = tally
        self._told = tally.begun

    def work(self, name: str, working: Working) -> None:
        """Count; tell now and then."""
        self._tally.work(name, working)
        if self._tally.clock() - self._told >= _LINES_SECONDS:
            self._tell()

    def settle(self, entry: ManifestEntry) -> None:
        """Tell what has become of it."""
        self._tally.settle(entry)
        line = SettledLine(
            entry.path, entry.status, entry.output, entry.error, entry.seconds, entry.tokens
        )
        self._talk.lines(encode(line))
        if self._tally.settled == self._tally.total:
            self._tell()

    def _tell(self) -> None:
        tally, left = self._tally, self._tally.seconds_left
        self._told = tally.clock()
        line = ProgressLine(
            tally.settled,
            tally.total,
            round(tally.tokens_per_second, 1),
            None if left is None else round(left, 1),
        )
        self._talk.lines(encode(line))


@contextmanager
def _bars(talk: Talk, tally: Tally) -> Iterator[Bars]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    console = Console(stderr=True, no_color=not talk.colour)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[note]}"),
        console=console,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    ) as progress:
        yield Bars(progress, tally)


class Bars:
    """A bar for the whole, and one for each of the first files under way."""

    def __init__(self, progress: Progress, tally: Tally) -> None:
        self._progress = progress
        self._tally = tally
        self._all = progress.add_task("All", total=tally.total, note="")
        self._files: dict[str, TaskID] = {}

    def work(self, name: str, working: Working) -> None:
        """Move the bar of the file, and the figures."""
        self._tally.work(name, working)
        if working.total and name not in self._files and len(self._files) < _SHOWN_FILES:
            from rich.markup import escape

            shown = escape(one_line(name)[-40:])
            self._files[name] = self._progress.add_task(f"  {shown}", total=None, note="")
        if working.total and name in self._files:
            self._progress.update(
                self._files[name],
                total=working.total,
                completed=working.done,
                note=f"{working.done}/{working.total} parts",
            )
        self._tell()

    def settle(self, entry: ManifestEntry) -> None:
        """Take its bar away, and move that of the whole."""
        self._tally.settle(entry)
        task = self._files.pop(entry.path, None)
        if task is not None:
            self._progress.remove_task(task)
        self._tell()

    def _tell(self) -> None:
        tally, left = self._tally, self._tally.seconds_left
        note = f"{tally.settled:,}/{tally.total:,} files, {tally.tokens_per_second:,.0f} tokens/s"
        if left is not None:
            note += f", {clock(left)} left"
        self._progress.update(self._all, completed=tally.settled, note=note)


def clock(seconds: float) -> str:
    """A duration as people say it: "42 s", "12 min", "3 h 20 min"."""
    minutes = round(seconds / 60)
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"
