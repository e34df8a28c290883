"""Everything on stdout: records as JSON, answers as Markdown, pages as text.

Each write is flushed, so that a reader at the other end of a pipe sees a line when it is done and
a closed pipe is noticed where it can still be handled.
"""

from __future__ import annotations

import sys
from typing import TextIO

from docmind.errors import UsageError
from docmind.export.encoding import encode
from docmind.export.plain import neutralized


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
        self._write(encode(record, indented=True) + "\n")

    def record_line(self, record: object) -> None:
        """A record on a line of its own (JSON lines)."""
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
