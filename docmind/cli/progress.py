"""A moving line on stderr while documents are read, for a person who waits.

It appears only when the wait is worth one, and never in a pipe or a log. rich must not redirect
stdout here: its Live would send what we print there to stderr, and `> answer.json` would be empty.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from docmind.answers.events import PartRead
from docmind.cli.diagnostics import Talk
from docmind.export.plain import one_line

Step = Callable[[str, int, int], None]
"""What is being done, how many pages of it are done, and of how many (0: unknown)."""

PATIENCE_SECONDS = 0.4
"""A wait of less needs no explanation."""


def part_line(read: PartRead) -> str:
    """How far the model is that reads every part."""
    return f"Reading every part: {read.done:,} of {read.total:,} ({read.tokens:,} tokens)"


@contextmanager
def progress(talk: Talk, *, patience_seconds: float = PATIENCE_SECONDS) -> Iterator[Step]:
    """Tell the function that this yields how far the work is; it draws, or does nothing."""
    if not talk.shows_progress:
        yield lambda _what, _done, _total: None
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
        yield
        return
    with _line(talk) as draw:
        draw(what, 0, 0)
        yield


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
            measure = f" {done:,} of {total:,} pages" if total else ""
            line.update(task, description=escape(one_line(what)) + measure)

        yield draw
