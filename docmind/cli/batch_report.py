"""The HTML report of a folder of summaries, or of those that go to stdout."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from docmind.batch.manifest import PART, read_entries
from docmind.drafts import write_whole
from docmind.export.batch_records import ManifestEntry, Status
from docmind.export.plain import one_line
from docmind.export.summary_html import Listed, html_report
from docmind.export.summary_records import SummaryRecord, read_summary

REPORT = "report.html"
_DAMAGED = "its summary cannot be read; make it anew with --force"


def write_report(folder: Path) -> Path:
    """Write the report of what the last run found. Raises HomeError where it cannot be written."""
    entries = [each for each in read_entries(folder).values() if each.status is not Status.SKIPPED]
    listed = [_listed(folder, entry) for entry in entries]
    title = f"Summaries: {one_line(folder.absolute().name)}"
    records = _records(
        folder, [e for e, each in zip(entries, listed, strict=True) if not each.error]
    )
    target = folder / REPORT
    pieces = (piece.encode() for piece in html_report(title, listed, records))
    write_whole(target, pieces, f".{REPORT}{PART}")
    return target


def _listed(folder: Path, entry: ManifestEntry) -> Listed:
    error = entry.error or ""
    if not error and (entry.output is None or not _is_summary(folder / entry.output)):
        error = _DAMAGED
    return Listed(entry.path, entry.source, error)


def _is_summary(path: Path) -> bool:
    try:
        read_summary(path.read_bytes())
    except (OSError, msgspec.MsgspecError):
        return False
    return True


def _records(folder: Path, entries: Sequence[ManifestEntry]) -> Iterator[SummaryRecord]:
    for entry in entries:
        yield read_summary((folder / str(entry.output)).read_bytes())


def report_of(records: Sequence[str]) -> Iterator[str]:
    """The report of these summaries, linked as their paths are given."""
    summaries = [read_summary(record) for record in records]
    listed = [Listed(each.document.path, each.document.path) for each in summaries]
    return html_report("Summaries", listed, summaries)
