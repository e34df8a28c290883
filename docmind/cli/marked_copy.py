"""A copy of a session's PDF, in which everything that its answers cite is highlighted."""

from __future__ import annotations

import hashlib
from pathlib import Path

from docmind.cli.invocation import Invocation
from docmind.disk import is_file, write_whole
from docmind.errors import MissingInput, UsageError
from docmind.export.highlights import cited_words
from docmind.model import Session, SessionDocument
from docmind.workspace import Workspace


def write_marked_copy(
    invocation: Invocation, session: Session, wanted: str | None, target: Path | None
) -> None:
    """Write the copy; `wanted` names the document where the session cites several.

    Raises UsageError, InputError or HomeError.
    """
    if target is None:
        raise UsageError("A PDF is written into a file.", "Try: -o FILE.pdf")
    name = _chosen(session, wanted)
    source, sha256 = _source(session, name)
    if is_file(target) and target.samefile(source):
        raise UsageError(f"{target} is the document itself.", "Try: another name after -o")
    if sha256 and hashlib.sha256(source.read_bytes()).hexdigest() != sha256:
        invocation.talk.warning(
            f"{source} has changed since it was asked: what is highlighted may stand elsewhere."
        )
    with Workspace(invocation.settings, invocation.configuration.folders) as workspace:
        copy = workspace.marked_copy(source, name, cited_words(session, name))
    write_whole(target, copy)


def _chosen(session: Session, wanted: str | None) -> str:
    """The name of the PDF that is cited; of several the one that is wanted."""
    answers = [turn.answer for turn in session.turns if turn.answer is not None]
    cited = dict.fromkeys(each.document for answer in answers for each in answer.citations)
    names = [name for name in cited if cited_words(session, name)]
    if not names:
        raise UsageError(f"Session {session.id} cites no PDF.", "Try: --format md")
    if wanted is None and len(names) == 1:
        return names[0]
    if wanted in names:
        return str(wanted)
    listed = ", ".join(names)
    if wanted is None:
        raise UsageError(
            f"Session {session.id} cites several PDFs: {listed}.", "Try: --document NAME"
        )
    raise UsageError(f"Session {session.id} cites no {wanted!r}.", f"It cites: {listed}")


def _source(session: Session, name: str) -> tuple[Path, str]:
    """Where the document is, and the hash that it had; empty where a folder was opened."""
    for each in session.documents:
        for path in _places(each, name):
            if is_file(path):
                return path, each.sha256
    places = ", ".join(each.path for each in session.documents)
    raise MissingInput(f"{name} is not where it was: {places}.", "Open it again where it is now.")


def _places(opened: SessionDocument, name: str) -> list[Path]:
    """Where a document may be: it was opened itself, or with its folder."""
    if opened.sha256:
        return [Path(opened.path)] if opened.name == name else []
    folder = Path(opened.path)
    return [folder / name, folder.parent / name]
