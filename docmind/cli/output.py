"""Everything on stdout: records as JSON, answers as Markdown, pages as text.

Each write is flushed, so that a reader at the other end of a pipe sees a line when it is done and
a closed pipe is noticed where it can still be handled.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from docmind.errors import UsageError
from docmind.export.plain import neutralized

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text


class Output:
    """Writes results to stdout, as the terminal or the pipe at its other end wants them."""

    def __init__(self, *, colour: bool, stream: TextIO | None = None) -> None:
        found: TextIO | None = sys.stdout if stream is None else stream
        if found is None:  # Python has none where the shell closed it: >&-
            raise UsageError("stdout is closed.", "Try: without >&-, or with > /dev/null")
        self._stream = found
        self._colour = colour

    @property
    def is_terminal(self) -> bool:
        """Whether a person is reading."""
        return self._stream.isatty()

    def record(self, record: object) -> None:
        """A record, indented for reading."""
        from docmind.export.encoding import encode

        self._write(encode(record, indented=True) + "\n")

    def record_line(self, record: object) -> None:
        """A record on a line of its own (JSON lines)."""
        from docmind.export.encoding import encode

        self._write(encode(record) + "\n")

    def markdown(self, text: str) -> None:
        """Markdown: drawn on a terminal, as it stands in a pipe."""
        if not self.is_terminal:
            self._write(text)
            return
        # Imported here because a pipe does without rich, which takes longer to load than to use.
        from rich.console import Console
        from rich.markdown import Markdown

        console = Console(file=self._stream, no_color=not self._colour, highlight=False)
        console.print(Markdown(text, hyperlinks=False))

    @contextmanager
    def draft(self) -> Iterator[Callable[[str], None]]:
        """A function that shows text which still grows; at the end it is gone again.

        It does nothing where no person is reading.
        """
        if not self.is_terminal:
            yield lambda _text: None
            return
        from rich.console import Console
        from rich.live import Live

        console = Console(file=self._stream, no_color=not self._colour, highlight=False)
        with Live(
            console=console, transient=True, redirect_stdout=False, redirect_stderr=False
        ) as live:
            yield lambda text: live.update(_tail(text, console))

    def text(self, text: str) -> None:
        """Text of a document; on a terminal nothing in it can be a command to the terminal."""
        self._write((neutralized(text) if self.is_terminal else text) + "\n")

    def verbatim(self, text: str) -> None:
        """Text of docmind's own, such as a script."""
        self._write(text)

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except BrokenPipeError:
            raise
        except UnicodeEncodeError as error:
            character = error.object[error.start]
            raise UsageError(
                f"stdout takes {error.encoding}, which cannot write {character!a}.",
                "Try: PYTHONIOENCODING=utf-8 before the command, or a UTF-8 locale",
            ) from error
        except OSError as error:
            raise UsageError(f"stdout cannot be written: {error.strerror}.") from error


def _tail(text: str, console: Console) -> Text:
    """As much of the end of a text as the terminal can show."""
    from rich.text import Text

    width, height = console.width, console.height
    lines = neutralized(text[-width * height :]).splitlines()
    rows = [row for line in lines for row in Text(line).wrap(console, width) or [Text()]]
    return Text("\n").join(rows[1 - height :])
