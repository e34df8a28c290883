"""`docmind open`: the terminal application, on files and folders."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

import click

from docmind.cli.flags import ARMS, MODE, READING, WRITING, Flags, with_flags
from docmind.cli.invocation import start
from docmind.errors import ExitCode, NotATerminal, UsageError


@click.command("open")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@with_flags(*READING, ARMS, MODE, *WRITING)
def command(flags: Flags, paths: tuple[Path, ...]) -> int:
    """Read documents and ask about them, in the terminal.

    PATH is a file or a folder. `docmind PATH…` does the same. What cannot be read is named, and
    the rest is opened.
    """
    if flags.json:
        raise UsageError("open draws on the terminal and has no JSON.", "Try: docmind show --json")
    invocation = start(flags)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
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
    from docmind.cli.failures import tell_failures
    from docmind.workspace import Workspace

    with Workspace(invocation.settings, invocation.configuration.folders) as workspace:
        found, failed = workspace.find(paths)
        # Said before the screen is taken, so that it stands there still when it is given back.
        tell_failures(failed, invocation.talk, all_failed=not found)
        from docmind.tui.app import run_app

        exit_code = run_app(workspace, paths)
    return exit_code or int(ExitCode.SOME_FAILED if failed else ExitCode.OK)
