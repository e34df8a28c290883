"""`docmind export`: a session with its answers and their evidence."""

from __future__ import annotations

from pathlib import Path

import click

from docmind.cli.flags import Flags, with_flags
from docmind.cli.invocation import start
from docmind.cli.marked_copy import write_marked_copy
from docmind.drafts import write_whole
from docmind.errors import UsageError
from docmind.export.encoding import encode
from docmind.export.session_file import FORM_BY_SUFFIX, keep_sources
from docmind.export.session_html import session_html
from docmind.export.session_markdown import session_markdown
from docmind.export.session_records import session_record
from docmind.model import Session
from docmind.sessions import Sessions


@click.command("export")
@click.argument("session")
@click.option(
    "--format",
    "wanted",
    type=click.Choice(["md", "json", "html", "pdf"]),
    help="Markdown with footnotes, JSON, an HTML page that needs nothing else, or a copy of the "
    "PDF with what was cited highlighted; without it, as the name of FILE says, else Markdown.",
)
@click.option(
    "-o",
    "--output",
    "target",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write into this file, over what is in it, instead of stdout.",
)
@click.option(
    "--document",
    metavar="NAME",
    help="Which PDF to copy, where the session cites several; its name as citations give it.",
)
@with_flags()
def command(
    flags: Flags, session: str, wanted: str | None, target: Path | None, document: str | None
) -> None:
    """Write a session out: its questions, answers and evidence.

    SESSION is an id that docmind sessions lists, the beginning of one, or "last".
    """
    invocation = start(flags)
    if flags.json and wanted not in (None, "json"):
        raise UsageError(f"--json and --format {wanted} exclude each other.", "Try: one of them")
    suffix = target.suffix.lower() if target is not None else ""
    chosen = "json" if flags.json else wanted or FORM_BY_SUFFIX.get(suffix, "md")
    with Sessions(invocation.configuration.folders.history) as sessions:
        found = sessions.find(session)
    if target is not None:
        keep_sources(target, found)
    if chosen == "pdf":
        write_marked_copy(invocation, found, document, target)
    elif target is not None:
        write_whole(target, _written(found, chosen).encode())
    elif chosen == "html":
        invocation.output.text(session_html(found))
    elif chosen == "json":
        invocation.output.record(session_record(found))
    else:
        invocation.output.markdown(session_markdown(found))


def _written(session: Session, form: str) -> str:
    if form == "json":
        return encode(session_record(session), indented=True) + "\n"
    if form == "html":
        return session_html(session)
    return session_markdown(session)
