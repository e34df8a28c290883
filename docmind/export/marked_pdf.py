"""Which PDF of a session is copied with its citations highlighted, and where it lies."""

from __future__ import annotations

import hashlib
from pathlib import Path

from docmind.disk import is_file
from docmind.errors import MissingInput, UsageError
from docmind.export.highlights import cited_words
from docmind.model import Session, SessionDocument


def cited_pdfs(session: Session) -> list[str]:
    """Names of the PDFs that the session's answers cite."""
    answers = [turn.answer for turn in session.turns if turn.answer is not None]
    cited = dict.fromkeys(each.document for answer in answers for each in answer.citations)
    return [name for name in cited if cited_words(session, name)]


def chosen_pdf(session: Session, wanted: str | None) -> str:
    """The PDF that is cited; of several the one that is wanted. Raises UsageError."""
    names = cited_pdfs(session)
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


def source_of(session: Session, name: str) -> tuple[Path, bool]:
    """Where the document is, and whether it has changed since. Raises MissingInput."""
    for each in session.documents:
        for path in _places(each, name):
            if is_file(path):
                return path, bool(each.sha256) and _sha256(path) != each.sha256
    places = ", ".join(each.path for each in session.documents)
    raise MissingInput(f"{name} is not where it was: {places}.", "Open it again where it is now.")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _places(opened: SessionDocument, name: str) -> list[Path]:
    """Where a document may be: it was opened itself, or with its folder."""
    if opened.sha256:
        return [Path(opened.path)] if opened.name == name else []
    folder = Path(opened.path)
    return [folder / name, folder.parent / name]
