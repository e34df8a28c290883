"""The text that docmind sees, as it writes it: pages, passages and coverage of a document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from docmind.model import Box, Coverage, Document, OutlineItem, Page, Passage


class DocumentRecord(msgspec.Struct, frozen=True):
    """A document's identity. `tokens` is null where they were not counted."""

    path: str
    sha256: str
    title: str
    kind: str
    pages: int
    tokens: int | None


class ShownPage(msgspec.Struct, frozen=True):
    """A page; every offset that docmind prints counts characters of this `text`."""

    number: int
    label: str | None
    text: str
    coverage: Coverage
    width: float
    height: float


class ShownPassage(msgspec.Struct, frozen=True):
    """A passage as it is indexed; `page` is always given, also for files without pages."""

    id: str
    page: int
    lines: tuple[int, int] | None
    text: str
    start: int
    end: int
    boxes: tuple[Box, ...]
    kind: str
    sections: tuple[str, ...]
    table_head: str


class ShowRecord(msgspec.Struct, frozen=True, tag_field="schema", tag="docmind.show/1"):
    """The text of a document as docmind sees it, page by page, and the passages made of it."""

    document: DocumentRecord
    pages: tuple[ShownPage, ...]
    passages: tuple[ShownPassage, ...]
    outline: tuple[OutlineItem, ...]
    warnings: tuple[str, ...]


class PageCoverage(msgspec.Struct, frozen=True):
    """How a page's text was had, and how much there is."""

    number: int
    label: str | None
    coverage: Coverage
    characters: int


class CoverageRecord(msgspec.Struct, frozen=True, tag_field="schema", tag="docmind.coverage/1"):
    """Which pages of a document can be read, and which cannot."""

    document: DocumentRecord
    pages: tuple[PageCoverage, ...]
    pages_without_text: tuple[int, ...]
    warnings: tuple[str, ...]


def show_record(
    document: Document, pages: Sequence[Page], passages: Iterable[Passage], tokens: int | None
) -> ShowRecord:
    """Some pages of a document, with the passages that stand on them."""
    shown = {page.number: page for page in pages}
    return ShowRecord(
        document=document_record(document, tokens),
        pages=tuple(
            ShownPage(page.number, page.label, page.text, page.coverage, page.width, page.height)
            for page in pages
        ),
        passages=tuple(
            _shown(passage, shown[passage.page], document)
            for passage in passages
            if passage.page in shown
        ),
        outline=tuple(item for item in document.outline if item.page in shown),
        warnings=document.warnings,
    )


def _shown(passage: Passage, page: Page, document: Document) -> ShownPassage:
    in_lines = document.kind.places_are_lines
    return ShownPassage(
        id=passage.id,
        page=passage.page,
        lines=page.lines(passage.start, passage.end) if in_lines else None,
        text=passage.text,
        start=passage.start,
        end=passage.end,
        boxes=page.words.boxes_of(passage.start, passage.end),
        kind=passage.kind.value,
        sections=passage.sections,
        table_head=passage.table_head,
    )


def coverage_record(
    document: Document, tokens: int | None, pages: Sequence[Page] | None = None
) -> CoverageRecord:
    """How the pages of a document were read: every one, or those that are given."""
    shown = document.pages if pages is None else pages
    return CoverageRecord(
        document=document_record(document, tokens),
        pages=tuple(
            PageCoverage(page.number, page.label, page.coverage, len(page.text)) for page in shown
        ),
        pages_without_text=tuple(
            page.number for page in shown if page.number in document.unreadable_pages
        ),
        warnings=document.warnings,
    )


def document_record(document: Document, tokens: int | None) -> DocumentRecord:
    """Which document it is."""
    return DocumentRecord(
        path=document.name,
        sha256=document.sha256,
        title=document.title,
        kind=document.kind.value,
        pages=len(document.pages),
        tokens=tokens,
    )
