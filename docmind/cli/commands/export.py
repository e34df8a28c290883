"""`docmind export`: a session with its answers and their evidence."""

from __future__ import annotations

from pathlib import Path

import click

from docmind.cli.flags import Flags, with_flags
from docmind.cli.history import open_history
from docmind.cli.invocation import start
from docmind.disk import write_whole
from docmind.errors import UsageError
from docmind.export.encoding import encode
from docmind.export.session_markdown import session_markdown
from docmind.export.session_records import session_record
from docmind.model import Session

_BY_SUFFIX = {".json": "json", ".md": "md", ".markdown": "md"}


@click.command("export")
@click.argument("session")
@click.option(
    "--format",
    "wanted",
    type=click.Choice(["md", "json"]),
    help="Markdown with footnotes, or JSON; without it, as the name of FILE says, else Markdown.",
)
@click.option(
    "-o",
    "--output",
    "target",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write into this file instead of stdout.",
)
@with_flags()
def command(flags: Flags, session: str, wanted: str | None, target: Path | None) -> None:
    """Write a session out: its questions, answers and evidence.

    SESSION is an id that docmind sessions lists, the beginning of one, or "last".
    """
    invocation = start(flags)
    if flags.json and wanted not in (None, "json"):
        raise UsageError("--json and --format md exclude each other.", "Try: one of the two")
    suffix = target.suffix.lower() if target is not None else ""
    chosen = "json" if flags.json else wanted or _BY_SUFFIX.get(suffix, "md")
    with open_history(invocation) as sessions:
        found = sessions.find(session)
    if target is not None:
        write_whole(target, _written(found, chosen).encode())
    elif chosen == "json":
        invocation.output.record(session_record(found))
    else:
        invocation.output.markdown(session_markdown(found))


def _written(session: Session, form: str) -> str:
    if form == "json":
        return encode(session_record(session), indented=True) + "\n"
    return session_markdown(session)
