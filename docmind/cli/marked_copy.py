"""A copy of a session's PDF, in which everything that its answers cite is highlighted."""

from __future__ import annotations

from pathlib import Path

from docmind.cli.invocation import Invocation
from docmind.drafts import write_whole
from docmind.errors import UsageError
from docmind.export.highlights import cited_words
from docmind.export.marked_pdf import chosen_pdf, source_of
from docmind.model import Session
from docmind.workspace import Workspace


def write_marked_copy(
    invocation: Invocation, session: Session, wanted: str | None, target: Path | None
) -> None:
    """Write the copy; `wanted` names the document where the session cites several.

    Raises UsageError, InputError or HomeError.
    """
    if target is None:
        raise UsageError("A PDF is written into a file.", "Try: -o FILE.pdf")
    name = chosen_pdf(session, wanted)
    source, changed = source_of(session, name)
    if changed:
        invocation.talk.warning(
            f"{source} has changed since it was asked: what is highlighted may stand elsewhere."
        )
    with Workspace(invocation.settings, invocation.configuration.folders) as workspace:
        copy = workspace.marked_copy(source, name, cited_words(session, name))
    write_whole(target, copy)
