"""A moving line on stderr while documents are read, for a person who waits.

It appears only when the wait is worth one, and never in a pipe or a log. rich must not redirect
stdout here: its Live would send what we print there to stderr, and `> answer.json` would be empty.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from docmind.cli.diagnostics import Talk
from docmind.export.plain import one_line

Step = Callable[[str, int, int], None]
"""What is being done, how much of it is done, and of how much (0: unknown)."""

_PATIENCE_SECONDS = 0.4


@contextmanager
def progress(talk: Talk) -> Iterator[Step]:
    """Tell the function that this yields how far the work is; it draws, or does nothing."""
    if not talk.shows_progress:
        yield lambda _what, _done, _total: None
        return
    begun = time.monotonic()
    draw: Step | None = None
    with ExitStack() as stack:

        def step(what: str, done: int, total: int) -> None:
            nonlocal draw
            if draw is None and time.monotonic() - begun >= _PATIENCE_SECONDS:
                draw = stack.enter_context(_bar(talk))
            if draw is not None:
                draw(one_line(what), done, total)

        yield step


@contextmanager
def spinner(talk: Talk, what: str) -> Iterator[None]:
    """Show that something is under way whose length is not known."""
    if not talk.shows_progress:
        yield
        return
    with _bar(talk) as draw:
        draw(what, 0, 0)
        yield


@contextmanager
def _bar(talk: Talk) -> Iterator[Step]:
    # Imported here because most runs are over before a bar is drawn.
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

    console = Console(stderr=True, no_color=not talk.colour)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(24))
    with Progress(
        *columns,
        MofNCompleteColumn(),
        console=console,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    ) as bar:
        task = bar.add_task("", total=None)
        yield lambda what, done, total: bar.update(
            task, description=escape(what), completed=done, total=total or None
        )
