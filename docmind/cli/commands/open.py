"""`docmind open`: the terminal application, on files and folders."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docmind.cli.flags import ANIMATION, ARMS, MODE, READING, WRITING, Flags, with_flags
from docmind.cli.invocation import start
from docmind.disk import exists
from docmind.errors import ExitCode, NotATerminal, UsageError

if TYPE_CHECKING:
    from docmind.cli.diagnostics import Talk
    from docmind.tui.app import Readings
    from docmind.workspace import Workspace


@click.command("open")
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path))
@with_flags(*READING, ARMS, MODE, *WRITING, ANIMATION)
def command(flags: Flags, paths: tuple[Path, ...]) -> int:
    """Read documents and ask about them, in the terminal.

    PATH is a file or a folder; without one, a sample contract is opened. `docmind PATH…` does the
    same. What cannot be read is named, and the rest is opened.
    """
    if flags.json:
        raise UsageError("open draws on the terminal and has no JSON.", "Try: docmind show --json")
    invocation = start(flags)
    if not _on_a_terminal():
        raise NotATerminal(
            "docmind open needs a terminal on stdin and stdout.",
            'Try: docmind ask "…" FILE, docmind search "…" FILE, or docmind show FILE',
        )
    if flags.no_color:
        os.environ["NO_COLOR"] = "1"  # the one switch that Textual knows
    # Until the first paint all that is made is kept: looking for garbage takes a tenth of the
    # time and finds none. The application turns it on again.
    gc.disable()
    # Imported here because no other command needs Textual, which takes longest to load.
    from docmind.workspace import Workspace

    with Workspace(invocation.settings, invocation.configuration.folders) as workspace:
        if paths:
            _refuse_if_none_exists(paths, workspace, invocation.talk)
        from docmind.tui.app import run_app

        exit_code, readings = run_app(workspace, paths or (_sample(),), sample=not paths)
    return exit_code or _told(readings, invocation.talk)


def _on_a_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _sample() -> Path:
    # Imported here because who names a document does not need it.
    from docmind.cli.sample import sample

    return sample()


def _refuse_if_none_exists(paths: Sequence[Path], workspace: Workspace, talk: Talk) -> None:
    """Take no screen where there is nothing to show on it. Raises InputError.

    Looks into no folder: that may take long, and the first paint does not wait for it.
    """
    if not any(map(exists, paths)):
        from docmind.cli.failures import tell_failures

        found, failed = workspace.find(paths)
        tell_failures([each.error for each in failed], talk, all_failed=not found)


def _told(readings: Readings, talk: Talk) -> int:
    """Name what could not be read, now that the terminal is given back; the exit code.

    Raises the error where that was all.
    """
    from docmind.cli.failures import tell_failures

    failures = [each.error for each in readings.failures]
    tell_failures(failures, talk, all_failed=readings.all_failed)
    return int(ExitCode.SOME_FAILED if failures else ExitCode.OK)
