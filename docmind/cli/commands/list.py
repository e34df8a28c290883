"""`docmind list`: what is in the library."""

from __future__ import annotations

import click

from docmind.cli.flags import Flags, with_flags
from docmind.cli.invocation import start
from docmind.cli.library import failure, open_library
from docmind.export.library_records import LibraryDocument, LibraryRecord
from docmind.library.entries import DocumentEntry, FileEntry
from docmind.library.library import Library
from docmind.numbers import counted


@click.command("list")
@with_flags()
def command(flags: Flags) -> int:
    """List what is in the library.

    A line for each document: its pages, its passages, how many of them have vectors, its name and
    its path. Files that cannot be read are named at the end.
    """
    invocation = start(flags)
    with open_library(invocation) as (workspace, library):
        record = _record(library, str(workspace.folders.home / "library"))
    if flags.json:
        invocation.output.record(record)
    else:
        for line in _lines(record):
            invocation.output.text(line)
    return 0


def _record(library: Library, folder: str) -> LibraryRecord:
    entries = library.entries()
    return LibraryRecord(
        folder=folder,
        added=tuple(library.roots()),
        documents=tuple(_document(file, entry) for file, entry in entries if entry is not None),
        failed=tuple(failure(file.name, file.error) for file, entry in entries if entry is None),
    )


def _document(file: FileEntry, entry: DocumentEntry) -> LibraryDocument:
    return LibraryDocument(
        name=file.name,
        path=file.path,
        sha256=entry.sha256,
        title=entry.head.title,
        kind=entry.head.kind.value,
        pages=entry.pages,
        passages=entry.passages,
        vectors=max(0, entry.vectors),
        tokens=entry.tokens,
    )


def _lines(record: LibraryRecord) -> list[str]:
    """The record for a person."""
    if not record.documents and not record.failed:
        return ["The library is empty. Try: docmind add PATH…"]
    lines = [
        f"{each.pages:>5} p {each.passages:>6} passages {each.vectors:>6} vectors"
        f"  {each.name}  {each.path}"
        for each in record.documents
    ]
    lines += [f"  failed  {each.document}: {each.error}" for each in record.failed]
    passages = sum(each.passages for each in record.documents)
    lines.append(f"{counted(len(record.documents), 'document')}, {counted(passages, 'passage')}")
    return lines
