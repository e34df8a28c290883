"""A moving line on stderr while documents are read, for a person who waits.

It appears only when the wait is worth one. In a pipe or a log there is one line of text instead,
where the run takes seconds. rich must not redirect
stdout here: its Live would send what we print there to stderr, and `> answer.json` would be empty.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

from docmind.answers.events import PartRead
from docmind.cli.diagnostics import Talk
from docmind.export.plain import one_line

Step = Callable[[str, int, int], None]
"""What is being done, how many pages of it are done, and of how many (0: unknown)."""

PATIENCE_SECONDS = 0.4
"""A wait of less needs no explanation."""

SPEAKS_AFTER_SECONDS = 2.0
"""A run of less says nothing about itself in a pipe or a log."""


def part_line(read: PartRead) -> str:
    """How far the model is that reads every part."""
    return f"Reading every part: {read.done:,} of {read.total:,} ({read.tokens:,} tokens)"


@contextmanager
def progress(
    talk: Talk,
    *,
    patience_seconds: float = PATIENCE_SECONDS,
    speaks: bool = False,
    every_seconds: float | None = None,
) -> Iterator[Step]:
    """Tell the function that this yields how far the work is; it draws, or does nothing.

    Where nothing can be drawn, it `speaks` in lines: once in a run, or every so many seconds.
    """
    if not talk.shows_progress:
        yield partial(_speak, talk, every_seconds) if speaks else _say_nothing
        return
    begun = time.monotonic()
    draw: Step | None = None
    with ExitStack() as stack:

        def step(what: str, done: int, total: int) -> None:
            nonlocal draw
            if draw is None and time.monotonic() - begun >= patience_seconds:
                draw = stack.enter_context(_line(talk))
            if draw is not None:
                draw(what, done, total)

        yield step


@contextmanager
def spinner(talk: Talk, what: str) -> Iterator[None]:
    """Show that something is under way whose length is not known."""
    if not talk.shows_progress:
        left = max(0.0, SPEAKS_AFTER_SECONDS - talk.seconds)
        timer = threading.Timer(left, _speak, (talk, None, what, 0, 0))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
        return
    with _line(talk) as draw:
        draw(what, 0, 0)
        yield


def _say_nothing(_what: str, _done: int, _total: int) -> None:
    """For a run that is quiet, or is over soon as a rule."""


def _speak(talk: Talk, every_seconds: float | None, what: str, done: int, total: int) -> None:
    """Say on a line what takes so long, where that has not been said, or not for a while."""
    now, spoke = talk.seconds, talk.spoke_at
    waits = SPEAKS_AFTER_SECONDS if spoke is None else every_seconds
    if waits is not None and now - (spoke or 0.0) >= waits:
        talk.spoke_at = now
        talk.note(what + _measure(done, total))


def _measure(done: int, total: int) -> str:
    return f" {done:,} of {total:,} pages" if total else ""


@contextmanager
def _line(talk: Talk) -> Iterator[Step]:
    # Imported here because most runs are over before a line is drawn.
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import Progress, SpinnerColumn, TextColumn

    console = Console(stderr=True, no_color=not talk.colour)
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        console=console,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    ) as line:
        task = line.add_task("")

        def draw(what: str, done: int, total: int) -> None:
            line.update(task, description=escape(one_line(what)) + _measure(done, total))

        yield draw
