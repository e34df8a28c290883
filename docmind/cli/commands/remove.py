"""`docmind remove`: documents out of the library."""

from __future__ import annotations

import click

from docmind.cli.flags import Flags, with_flags
from docmind.cli.invocation import start
from docmind.cli.library import follow, open_library


@click.command("remove")
@click.argument("names", nargs=-1, required=True, metavar="NAME|PATH…")
@with_flags()
def command(flags: Flags, names: tuple[str, ...]) -> int:
    """Remove documents from the library; the files stay where they are.

    NAME is what docmind list shows; PATH is a file, or a folder with all that is below it. A file
    that was removed stays out when its folder is synchronised, until it is added again.
    """
    invocation = start(flags)
    with open_library(invocation) as (_, library):
        return follow(library.remove(names), invocation)
