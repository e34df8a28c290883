"""What is told of a batch while it runs: counts, rates, and how long it still takes."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass

import pytest

from docmind.batch.transient import Working
from docmind.cli.batch_progress import Bars, Tally, batch_progress, clock
from docmind.cli.diagnostics import Talk
from docmind.export.batch_records import ManifestEntry, Status


@dataclass
class Clock:
    """Seconds, as the test sets them."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def settled(name: str, status: Status = Status.DONE, tokens: int = 0) -> ManifestEntry:
    return ManifestEntry(name, "0", status, None, None, 1.0, tokens=tokens)


def test_the_rate_counts_what_is_under_way_and_what_is_done_once() -> None:
    time = Clock()
    tally = Tally(4, time)
    tally.work("a", Working(1, 4, 100))
    tally.work("b", Working(1, 4, 300))
    tally.settle(settled("a", tokens=400))
    time.now = 10.0

    assert tally.tokens_per_second == 70.0


def test_the_time_left_is_that_of_files_like_those_that_took_work() -> None:
    time = Clock()
    tally = Tally(10, time)
    tally.settle(settled("a", Status.UNCHANGED))
    assert tally.seconds_left is None
    time.now = 6.0
    tally.settle(settled("b"))
    tally.settle(settled("c", Status.FAILED))

    assert tally.seconds_left == 21.0


def test_what_was_done_is_told_in_words() -> None:
    time = Clock()
    tally = Tally(3, time)
    assert tally.told() == "nothing to do"
    tally.settle(settled("a", tokens=1_234))
    tally.settle(settled("b", Status.FAILED))
    time.now = 2.0

    assert tally.told() == "1 done, 1 failed, 1,234 tokens in 2.0 s"


def test_lines_are_told_for_each_file_and_once_a_second(
    capsys: pytest.CaptureFixture[str],
) -> None:
    time = Clock()
    tally = Tally(2, time)
    with batch_progress(Talk(), tally, lines=True) as shown:
        shown.work("a", Working(1, 2, 10))
        time.now = 1.5
        shown.work("a", Working(1, 2, 30))
        shown.work("a", Working(2, 2, 30))
        shown.settle(settled("a\x9b"))
        shown.settle(settled("b", Status.FAILED))
    captured = capsys.readouterr()
    lines = [json.loads(line) for line in captured.err.splitlines()]

    assert captured.out == ""
    assert [each["event"] for each in lines] == ["progress", "settled", "settled", "progress"]
    assert lines[0]["tokens_per_second"] == 20.0
    assert lines[1]["path"] == "a\x9b"
    assert "\x9b" not in captured.err
    assert lines[-1]["settled"] == 2


def test_nothing_is_drawn_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    tally = Tally(1)
    with batch_progress(Talk(), tally, lines=False) as shown:
        shown.work("a", Working(1, 2, 10))
        shown.settle(settled("a"))

    assert capsys.readouterr() == ("", "")
    assert tally.settled == 1


def test_bars_show_the_first_files_and_the_whole() -> None:
    from rich.console import Console
    from rich.progress import Progress

    screen = io.StringIO()
    progress = Progress(console=Console(file=screen, width=120))
    bars = Bars(progress, Tally(20))
    for number in range(12):
        bars.work(f"[red]{number}\x1b", Working(1, 4, 10))
    shown = [task.description for task in progress.tasks]
    bars.settle(settled("[red]0\x1b"))

    assert len(shown) == 7
    assert shown[1] == r"  \[red]0␛"
    assert len(progress.tasks) == 6
    assert progress.tasks[0].completed == 1
    assert "1/20 files" in progress.tasks[0].fields["note"]


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0.4, "0 s"), (59, "59 s"), (99, "99 s"), (720, "12 min"), (12_000, "3 h 20 min")],
)
def test_durations_are_told_as_people_do(seconds: float, told: str) -> None:
    assert clock(seconds) == told
