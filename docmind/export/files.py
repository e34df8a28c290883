"""Which files of some folders are read and which are passed over: the record, and lines of it."""

from __future__ import annotations

from collections import Counter

import msgspec

from docmind.export.plain import one_line
from docmind.export.records import Failure
from docmind.numbers import counted


class ReadFile(msgspec.Struct, frozen=True):
    """A file that is read; `kind` is null where that cannot be told, which reading it will."""

    path: str
    bytes: int
    kind: str | None


class SkippedFile(msgspec.Struct, frozen=True):
    """A file, or a folder with all that is in it, that is passed over."""

    path: str
    reason: str


class FilesRecord(msgspec.Struct, frozen=True, tag_field="schema", tag="docmind.files/1"):
    """What would be read for some paths, in order, and what would not."""

    files: tuple[ReadFile, ...]
    skipped: tuple[SkippedFile, ...]
    failed: tuple[Failure, ...]


def files_lines(record: FilesRecord) -> str:
    """A line for each file, then for each that is passed over, then how many there are of what."""
    lines = [
        f"{file.bytes:>9,}  {file.kind or '?':<8}  {one_line(file.path)}" for file in record.files
    ]
    lines += [f"  skipped  {one_line(each.path)}: {each.reason}" for each in record.skipped]
    total = sum(file.bytes for file in record.files)
    lines.append(f"{counted(len(record.files), 'file')} to read, {total:,} bytes")
    reasons = Counter(each.reason for each in record.skipped)
    lines += [f"{count:>6} skipped: {reason}" for reason, count in reasons.most_common()]
    return "\n".join(lines)
