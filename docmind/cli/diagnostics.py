"""Everything on stderr, and the exit code.

stdout is data, stderr is talk, exit codes are a promise (`docmind.errors.ExitCode`). This module
is loaded by every run, `--help` included: what costs is imported where it is needed.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import click

from docmind.cli.terminal import wants_colour
from docmind.errors import DocmindError, ExitCode

REPORT_HINT = "This is a bug in docmind. Please report it, with what is written in"


class Talk:
    """What is said to the person at the terminal. A command sets it up from its flags."""

    def __init__(self) -> None:
        self.quiet = False
        self.verbose = False
        self.colour = wants_colour(sys.stderr)
        self.home: Path | None = None
        self.spoke_at: float | None = None
        self._begun = time.monotonic()

    @property
    def seconds(self) -> float:
        """How long the run takes so far; `spoke_at` is when it last said what it is doing."""
        return time.monotonic() - self._begun

    @property
    def shows_progress(self) -> bool:
        """Whether a moving line may be drawn: only for a person who did not ask for quiet."""
        return sys.stderr.isatty() and not self.quiet

    def error(self, message: str, hint: str = "") -> None:
        """What went wrong, on one line, and below it what to type next."""
        self._say(message, "red")
        if hint:
            self._write(f"  {_printable(hint)}")

    def warning(self, message: str) -> None:
        """What the person should know, though the work goes on."""
        if not self.quiet:
            self._say(message, "yellow")

    def note(self, message: str) -> None:
        """How something has ended, for who did not ask for quiet."""
        if not self.quiet:
            self._write(f"docmind: {_printable(message)}")

    def detail(self, message: str) -> None:
        """What only -v shows."""
        if self.verbose:
            self._write(f"  {_printable(message)}")

    def lines(self, text: str) -> None:
        """Lines as they stand, such as a traceback."""
        self._write(text.rstrip("\n"))

    def _say(self, message: str, colour: str) -> None:
        name = click.style("docmind:", fg=colour, bold=True) if self.colour else "docmind:"
        self._write(f"{name} {_printable(message)}")

    def _write(self, text: str) -> None:
        click.echo(text, err=True, color=self.colour)


def _printable(text: str) -> str:
    from docmind.export.plain import one_line

    return one_line(text)


def exit_code_of(work: Callable[[], object], talk: Talk) -> int:
    """Do the work; say what went wrong, if anything did, and how the process has to end."""
    try:
        result = work()
    except DocmindError as error:
        return _told(error, talk)
    except click.ClickException as error:
        talk.error(error.format_message().replace("\n", " "), _usage_hint(error))
        return ExitCode.USAGE
    except (KeyboardInterrupt, click.Abort):
        return ExitCode.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - whatever is left is a bug, and is reported as one
        return _bug(error, talk)
    return result if isinstance(result, int) else ExitCode.OK


def _told(error: DocmindError, talk: Talk) -> int:
    talk.error(str(error), error.hint)
    cause = error.__cause__
    if cause is not None:
        talk.detail(f"caused by {type(cause).__name__}: {cause}")
    return error.exit_code


def _usage_hint(error: click.ClickException) -> str:
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"Try: {context.command_path if context else 'docmind'} --help"


def _bug(error: Exception, talk: Talk) -> int:
    import traceback

    report = "".join(traceback.format_exception(error))
    where = None if talk.verbose else _kept(report, talk.home)
    if where is None:
        talk.lines(report)
    talk.error(
        f"unexpected {type(error).__name__}: {error}",
        f"{REPORT_HINT} {where if where is not None else 'the lines above'}",
    )
    return ExitCode.BUG


def _kept(report: str, home: Path | None) -> Path | None:
    """Where the report was written; None where it cannot be."""
    import os

    if home is None:
        return None
    path = home / "log" / f"crash-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.txt"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(report, encoding="utf-8", errors="replace")
    except OSError:
        return None
    return path


def discard_output() -> None:
    """Give stdout a place to go, or the interpreter complains about the pipe as it exits."""
    import os

    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        sys.stdout = sys.__stdout__
