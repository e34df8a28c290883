"""Tables that fill an array of objects: columns found by their headings, a row for each object.

The document's tables are rows already (`docmind.documents.tables`); what is decided here is only
which column is which property. A table fills an array where every required property has a column
of its own; rows that lack one of their cells are not guessed at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from docmind.facts.mentions import Unit
from docmind.model import Block, BlockKind, Document, Page, Passage
from docmind.passages.wholes import Part
from docmind.retrieval.terms import Terms
from docmind.summaries.filled import Filled, Value
from docmind.summaries.shape import Field, ObjectShape, ValueShape
from docmind.summaries.typed import cell_value

_FEWEST_COLUMNS = 2
_ENOUGH = 0.5
"""Share of a heading's words, or of a property's, that the two must have in common."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table, as a passage of its own, and the text of its cells."""

    passage: Passage
    cells: tuple[str, ...]

    def cell(self, at: int) -> Unit:
        """One cell, to look for values in."""
        return Unit(self.passage, self.passage.start, self.passage.end, self.cells[at])


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a heading."""

    head: tuple[str, ...]
    rows: tuple[Row, ...]


def tables_of(document: Document, pages: range | None = None) -> Iterator[Table]:
    """The tables that have a heading; one without is no table of anything."""
    for page in document.pages:
        if pages is not None and page.number not in pages:
            continue
        head: tuple[str, ...] = ()
        rows: list[Row] = []
        for block in page.blocks:
            cells = _cells(page.text[block.start : block.end])
            if block.kind is BlockKind.TABLE_ROW and head:
                if not _is_rule(cells):
                    rows.append(Row(_passage(document, page, block), cells))
                continue
            if rows:
                yield Table(head, tuple(rows))
            head, rows = (cells if block.kind is BlockKind.TABLE_HEAD else ()), []
        if rows:
            yield Table(head, tuple(rows))


def _passage(document: Document, page: Page, block: Block) -> Passage:
    """A row as a passage; nobody asks for its id."""
    text = page.text[block.start : block.end]
    return Passage("", document.name, page.number, block.start, block.end, text, block.kind)


def _cells(text: str) -> tuple[str, ...]:
    inner = " ".join(text.split())
    if inner.startswith("|") and inner.endswith("|"):
        inner = inner[1:-1]
    return tuple(cell.strip() for cell in inner.split("|"))


def _is_rule(cells: Sequence[str]) -> bool:
    """Whether this is the line that Markdown draws below a heading."""
    return all(cell and not cell.strip(":-") for cell in cells)


def columns_of(table: Table, item: ObjectShape, terms: Terms) -> dict[str, int]:
    """The column of each property; empty where the table is about something else."""
    heads = [set(terms.of(cell)) for cell in table.head]
    scored = sorted(
        (
            (
                -_likeness(set(terms.of(field.name)), set(terms.of(field.shape.words)), head),
                at,
                field,
            )
            for field in item.fields
            if isinstance(field.shape, ValueShape)
            for at, head in enumerate(heads)
        ),
        key=lambda each: each[:2],
    )
    columns: dict[str, int] = {}
    for unlikeness, at, field in scored:
        if -unlikeness >= _ENOUGH and field.name not in columns and at not in columns.values():
            columns[field.name] = at
    needed = {each.name for each in item.fields if not each.may_be_missing}
    enough = len(columns) >= min(_FEWEST_COLUMNS, len(item.fields))
    return columns if enough and needed <= columns.keys() else {}


def _likeness(name: set[str], words: set[str], head: set[str]) -> float:
    """How much a property's name, or its description, and a heading have in common."""
    if not head:
        return 0.0
    by_name = len(name & head) / min(len(name) or 1, len(head))
    by_words = len(words & head) / len(head) * 0.9
    return max(by_name, by_words)


def objects_of(
    table: Table, item: ObjectShape, columns: dict[str, int], terms: Terms
) -> Iterator[Filled]:
    """An object for every row that has as many cells as the heading."""
    fields: dict[str, Field] = {field.name: field for field in item.fields}
    for row in table.rows:
        if len(row.cells) != len(table.head):
            continue
        passage, made = row.passage, dict[str, Filled]()
        part = Part(passage.page, passage.start, passage.end)
        for name, at in columns.items():
            shape = fields[name].shape
            value = (
                cell_value(row.cell(at), shape, terms) if isinstance(shape, ValueShape) else None
            )
            made[name] = None if value is None else Value(value, (part,), supported=True)
        yield made
