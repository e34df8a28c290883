"""`docmind sync`: the library as the disk is now."""

from __future__ import annotations

import click

from docmind.cli.flags import ARMS, READING, Flags, with_flags
from docmind.cli.invocation import start
from docmind.cli.library import follow, open_library


@click.command("sync")
@click.option("--rebuild", is_flag=True, help="Make all vectors again, in a new store.")
@with_flags(*READING, ARMS)
def command(flags: Flags, *, rebuild: bool) -> int:
    """Bring the library up to date with the files on the disk.

    Looks at everything that was added: new files are read, changed ones replaced, deleted ones
    dropped. A folder that is not there at all is named, and what is known of it is kept.
    """
    invocation = start(flags)
    with open_library(invocation) as (_, library):
        return follow(library.sync(rebuild=rebuild), invocation)
