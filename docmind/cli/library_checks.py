"""What `docmind doctor` says about the library: what is in it, and whether all of it is found."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from docmind.errors import DocmindError
from docmind.export.doctor_records import Check, Severity
from docmind.library.schema import has_full_text_search, needs_full_text_search
from docmind.numbers import counted
from docmind.workspace import Workspace

if TYPE_CHECKING:
    from docmind.config import Folders
    from docmind.library.library import Library
    from docmind.settings import Settings


def check_library(settings: Settings, folders: Folders) -> Check:
    """How much is in the library, what cannot be found in it, and what to type then."""
    with closing(sqlite3.connect(":memory:")) as file:
        if not has_full_text_search(file):
            error = needs_full_text_search()
            return Check("library", Severity.FAIL, str(error), error.hint)
    if not (folders.home / "library" / "manifest.sqlite").exists():
        return Check("library", Severity.OK, "empty; docmind add PATH… puts files into it")
    try:
        with Workspace(settings, folders) as workspace, closing(workspace.library()) as library:
            return _checked(library)
    except DocmindError as error:
        return Check("library", Severity.FAIL, str(error), error.hint)


def _checked(library: Library) -> Check:
    entries = library.entries()
    documents = [entry for _, entry in entries if entry is not None]
    passages = sum(entry.passages for entry in documents)
    message = f"{counted(len(documents), 'document')}, {counted(passages, 'passage')}"
    try:
        lost = library.vectors_lost()
    except DocmindError as error:
        message = f"{message}, found by words alone. {error}"
        return Check("library", Severity.WARN, message, error.hint)
    if lost:
        message = f"{message}; {counted(lost, 'vector')} are gone from the store"
        return Check("library", Severity.WARN, message, "docmind sync --rebuild")
    missing = library.passages_without_vectors()
    if missing:
        message = f"{message}, {missing:,} of them without vectors"
        return Check("library", Severity.WARN, message, "docmind sync")
    failed = len(entries) - len(documents)
    if failed:
        message = f"{message}; {counted(failed, 'file')} cannot be read"
        return Check("library", Severity.WARN, message, "docmind list")
    return Check("library", Severity.OK, message)
