"""The conversation written into a file: Markdown, JSON, HTML, or the PDF with highlights."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from docmind.disk import expanded
from docmind.drafts import write_whole
from docmind.errors import UsageError
from docmind.export.encoding import encode
from docmind.export.highlights import cited_words
from docmind.export.marked_pdf import cited_pdfs, source_of
from docmind.export.session_file import FORM_BY_SUFFIX, keep_documents
from docmind.export.session_html import session_html
from docmind.export.session_markdown import session_markdown
from docmind.export.session_records import session_record
from docmind.model import Session

if TYPE_CHECKING:
    from docmind.tui.seams import ReadingWorkspace

DEFAULT = ".md"

_NO_NAMES = ("", ".", "..")


def target_of(typed: str, documents: Sequence[Path]) -> Path:
    """The file that is meant: Markdown where it has no suffix. Raises UsageError.

    None of the `documents`, which are open, is ever written over.
    """
    if typed.rpartition("/")[2] in _NO_NAMES:
        raise UsageError(f"{typed} names no file.", "Try: a name like answers.md")
    path = expanded(typed)
    path = path if path.suffix else path.with_name(path.name + DEFAULT)
    if path.suffix.lower() not in FORM_BY_SUFFIX:
        raise UsageError(
            f"docmind cannot write {path.suffix} files.", f"Try: {', '.join(FORM_BY_SUFFIX)}"
        )
    keep_documents(path, documents)
    return path


def suggested(session: Session, document: str) -> str:
    """A name for the file, after the document that was asked."""
    names = [each.path for each in session.documents] or [document]
    stem = Path(names[0]).stem or "conversation"
    name = f"{stem}{DEFAULT}"
    return name if Path(names[0]).name != name else f"{stem}-answers{DEFAULT}"


def export(workspace: ReadingWorkspace, session: Session, target: Path, in_view: str) -> str:
    """Write it; gives the words that tell of it. Raises DocmindError.

    `in_view` is the document whose copy is made where the answers cite several PDFs.
    """
    note = ""
    match FORM_BY_SUFFIX[target.suffix.lower()]:
        case "json":
            content = (encode(session_record(session), indented=True) + "\n").encode()
        case "html":
            content = session_html(session).encode()
        case "pdf":
            content, note = _marked(workspace, session, in_view)
        case _:
            content = session_markdown(session).encode()
    write_whole(target, content)
    return f"Written: {target}{note}"


def _marked(workspace: ReadingWorkspace, session: Session, in_view: str) -> tuple[bytes, str]:
    names = cited_pdfs(session)
    if not names:
        raise UsageError("No answer cites a PDF yet.", "Try: a name that ends in .md")
    name = in_view if in_view in names else names[0]
    source, changed = source_of(session, name)
    copy = workspace.marked_copy(source, name, cited_words(session, name))
    note = f", a copy of {name}" if len(names) > 1 else ""
    return copy, f"{note}; the document has changed since" if changed else note
