"""A table that was extracted as CSV: a line for each object of an array, and where it stands.

A spreadsheet runs a cell that begins with = + - or @ as a formula, so such words of a document
get an apostrophe before them, which spreadsheets do not show.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from docmind.export.summary_records import ExtractRecord

_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Table = tuple[str, tuple[str, ...]]
"""Where the array stands in the data (a property; empty: the data itself), and its columns."""


def table_of(source: dict[str, Any]) -> Table | None:
    """The one array of flat objects that a schema has at its root or below; None if it has not."""
    places = {"": source, **source.get("properties", {})}
    tables = [
        (name, tuple(columns))
        for name, node in places.items()
        if (columns := _columns(source, node))
    ]
    return tables[0] if len(tables) == 1 else None


def _columns(source: dict[str, Any], node: Any) -> list[str]:
    """The properties of an array's objects."""
    item = _followed(source, _followed(source, node).get("items", {}))
    return list(item.get("properties", {}))


def _followed(source: dict[str, Any], node: Any) -> dict[str, Any]:
    """A part of the schema with its local references followed; they are known to end."""
    while isinstance(node, dict) and "$ref" in node:
        at: Any = source
        for step in node["$ref"][2:].split("/"):
            at = at[step.replace("~1", "/").replace("~0", "~")]
        node = at
    return node if isinstance(node, dict) else {}


def extract_csv(record: ExtractRecord, table: Table, *, header: bool = True) -> str:
    """The rows of the table in a document, each with the document's name and the page."""
    name, columns = table
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    if header:
        writer.writerow([*columns, "document", "page"])
    data: Any = record.data
    rows = data if not name else data.get(name) or []
    where = f"/{name.replace('~', '~0').replace('/', '~1')}" if name else ""
    for at, row in enumerate(rows):
        page = _page(record, f"{where}/{at}")
        cells = [_cell(row.get(column)) for column in columns]
        writer.writerow([*cells, _cell(record.document.path), page])
    return out.getvalue()


def _page(record: ExtractRecord, where: str) -> str:
    """The page of a row, or its first line in a file that has no pages."""
    numbers: Sequence[int] = next(
        (held for key, held in record.evidence.items() if key.startswith(f"{where}/") and held),
        (),
    )
    for citation in record.citations:
        if citation.number in numbers:
            return str(citation.page) if citation.page else f"line {(citation.lines or (1,))[0]}"
    return ""


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text
