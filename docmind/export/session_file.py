"""The file that a session is written into: its form, and that it replaces no document.

Nothing that was asked is ever written over, whatever the reader says: an export can be made again,
a document cannot.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from docmind.disk import is_file
from docmind.errors import UsageError
from docmind.model import Session

FORM_BY_SUFFIX = {
    ".md": "md", ".markdown": "md", ".json": "json",
    ".html": "html", ".htm": "html", ".pdf": "pdf",
}  # fmt: skip

_NEVER_READ = ".json"
"""In a folder that is data, which docmind passes over."""


def keep_documents(target: Path, documents: Iterable[Path]) -> None:
    """Raises UsageError where the file is one of these documents, by whatever name."""
    if is_file(target) and any(is_file(each) and target.samefile(each) for each in documents):
        raise UsageError(f"{target} is the document itself.", "Try: another name")


def keep_sources(target: Path, session: Session) -> None:
    """Raises UsageError where the file is, or may be, a document of a session.

    Of a folder only its path is known, so that any file in it may be one.
    """
    keep_documents(target, (Path(each.path) for each in session.documents if each.sha256))
    if not is_file(target) or target.suffix.lower() == _NEVER_READ:
        return
    for each in session.documents:
        if not each.sha256 and target.resolve().is_relative_to(each.path):
            raise UsageError(
                f"{target} lies in {each.name}, which was asked: it may be one of its documents.",
                f"Try: a new name, or docmind export {session.id} > FILE",
            )
