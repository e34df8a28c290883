"""The JSON Schema of every record, made from the very types that write the records.

Each schema stands alone (draft 2020-12, definitions inside, no `$id`), so that it can be copied
into a validator as it is printed.
"""

from __future__ import annotations

from typing import Any

import msgspec

from docmind.export.batch_records import DryRunRecord, ManifestEntry
from docmind.export.compare_records import CompareRecord
from docmind.export.doctor_records import DoctorRecord
from docmind.export.files import FilesRecord
from docmind.export.library_records import LibraryChangeRecord, LibraryRecord
from docmind.export.page_records import CoverageRecord, ShowRecord
from docmind.export.records import AnswerRecord, EventRecord, SearchRecord
from docmind.export.serving_records import (
    InstallRecord,
    LogsRecord,
    PlanRecord,
    ServeRecord,
    StopRecord,
)
from docmind.export.session_records import SessionRecord, SessionsRecord
from docmind.export.summary_records import ExtractRecord, SummaryRecord

RECORDS: dict[str, Any] = {
    "answer": AnswerRecord,
    "compare": CompareRecord,
    "coverage": CoverageRecord,
    "doctor": DoctorRecord,
    "dry_run": DryRunRecord,
    "event": EventRecord,
    "extract": ExtractRecord,
    "files": FilesRecord,
    "install": InstallRecord,
    "logs": LogsRecord,
    "manifest": ManifestEntry,
    "library": LibraryRecord,
    "library_change": LibraryChangeRecord,
    "plan": PlanRecord,
    "search": SearchRecord,
    "serve": ServeRecord,
    "session": SessionRecord,
    "sessions": SessionsRecord,
    "show": ShowRecord,
    "stop": StopRecord,
    "summary": SummaryRecord,
}
"""Every record by the name that `docmind schema` knows it by."""


def schema_of(name: str) -> dict[str, Any]:
    """The JSON Schema of the record with this name; KeyError if there is none."""
    body = msgspec.json.schema(RECORDS[name])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"docmind {name}",
        **body,
    }
