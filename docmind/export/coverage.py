"""Which pages of a document were read, as lines for a person."""

from __future__ import annotations

from collections import defaultdict

from docmind.export.page_records import CoverageRecord
from docmind.model import Coverage
from docmind.numbers import counted, page_list

_MEANING = {
    Coverage.TEXT: "text",
    Coverage.OCR: "text, read by OCR",
    Coverage.IMAGE: "no text, only a picture",
    Coverage.EMPTY: "empty",
    Coverage.GARBLED: "text that cannot be read",
}


def coverage_lines(record: CoverageRecord) -> str:
    """One line for the document, then one for each way in which its pages were read."""
    document = record.document
    tokens = f", {document.tokens:,} tokens" if document.tokens is not None else ""
    lines = [f"{document.path}: {counted(document.pages, 'page')}{tokens}"]
    numbers: dict[Coverage, list[int]] = defaultdict(list)
    characters: dict[Coverage, int] = defaultdict(int)
    for page in record.pages:
        numbers[page.coverage].append(page.number)
        characters[page.coverage] += page.characters
    for coverage in Coverage:
        if coverage in numbers:
            size = f" ({characters[coverage]:,} characters)" if coverage.readable else ""
            lines.append(f"  {_MEANING[coverage]}{size}: {page_list(numbers[coverage])}")
    return "\n".join(lines)
