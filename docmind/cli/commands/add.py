"""`docmind add`: files and folders into the library."""

from __future__ import annotations

from pathlib import Path

import click

from docmind.cli.flags import ARMS, READING, Flags, with_flags
from docmind.cli.invocation import start
from docmind.cli.library import follow, open_library


@click.command("add")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@with_flags(*READING, ARMS)
def command(flags: Flags, paths: tuple[Path, ...]) -> int:
    """Add files and folders to the library.

    What is in the library is found by docmind search --library and ask --library, from any
    folder. Files that are in it already are read again only where they have changed, so a run
    that was interrupted goes on where it was.

    \b
    docmind add contracts/ handbook.pdf
    docmind search --library "notice period"
    """
    invocation = start(flags)
    with open_library(invocation) as (_, library):
        return follow(library.add(paths), invocation)
